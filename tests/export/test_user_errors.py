"""Whatever a user can put right is one line that says how, exit code 2, and leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from export.__main__ import main

FIRST, SECOND = "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"
DENSE = "transformer.encoder.layers.1.self_attention.dense.weight"


def change_config(source, **changes):
    config = json.loads((source / "config.json").read_text()) | changes
    kept = {name: value for name, value in config.items() if value is not None}
    (source / "config.json").write_text(json.dumps(kept))


def replace_tensor(source, change):
    """Store `change(tensor)` in place of one tensor of the second shard; None removes it."""
    tensors = torch.load(source / SECOND, weights_only=True)
    tensor = change(tensors.pop(DENSE))
    torch.save(tensors if tensor is None else tensors | {DENSE: tensor}, source / SECOND)


DAMAGES = {
    "no config.json": (lambda s: (s / "config.json").unlink(), ["config.json", "download"]),
    "config.json is not JSON": (lambda s: (s / "config.json").write_text("{"), ["config.json", "JSON"]),
    "unknown model_type": (lambda s: change_config(s, model_type="llama"), ["llama", "chatglm"]),
    "no model_type": (lambda s: change_config(s, model_type=None), ["model_type", "chatglm"]),
    "the first ChatGLM": (lambda s: change_config(s, kv_channels=None), ["kv_channels", "ChatGLM2"]),
    "another norm": (lambda s: change_config(s, rmsnorm=False), ["rmsnorm", "not supported"]),
    "quantized config": (lambda s: change_config(s, quantization_bit=4), ["quantized", "float16"]),
    "missing shard": (lambda s: (s / SECOND).unlink(), [SECOND, "download"]),
    "truncated shard": (
        lambda s: (s / SECOND).write_bytes((s / SECOND).read_bytes()[:9999]),
        [SECOND, "download"],
    ),
    "pointer file of git-lfs": (
        lambda s: (s / FIRST).write_text("version https://git-lfs\n"),
        [FIRST, "download"],
    ),
    "no weights": (
        lambda s: [file.unlink() for file in s.glob("pytorch_model*")],
        ["no weights", "download"],
    ),
    "missing tensor": (lambda s: replace_tensor(s, lambda tensor: None), [DENSE, "download"]),
    "misshapen tensor": (
        lambda s: replace_tensor(s, lambda tensor: tensor[:, :32]),
        [DENSE, "[64, 32]", "[64, 64]"],
    ),
    "quantized tensor": (
        lambda s: replace_tensor(s, lambda tensor: tensor.to(torch.int8)),
        [DENSE, "quantized"],
    ),
}


def export(source, output) -> int:
    return main([str(source), "--output", str(output)])


def assert_one_line(text, words):
    assert text.count("\n") == 1 and text.startswith("error: ")
    for word in words:
        assert word in text


@pytest.mark.parametrize(("damage", "words"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_checkpoint(source, tmp_path, capsys, damage, words):
    damage(source)
    assert export(source, tmp_path / "output") == 2
    assert_one_line(capsys.readouterr().err, words)
    assert list(tmp_path.iterdir()) == [source]


def test_a_pickle_that_would_run_code_is_refused(source, tmp_path, capsys):
    trace = tmp_path / "trace"

    class Malicious:
        def __reduce__(self):
            return Path.touch, (trace,)

    torch.save({DENSE: Malicious()}, source / SECOND)
    assert export(source, tmp_path / "output") == 2
    assert_one_line(capsys.readouterr().err, [SECOND])
    assert not trace.exists()


def test_values_beyond_float16(source, tmp_path, capsys):
    replace_tensor(source, lambda tensor: tensor.float() * 1e9)
    assert export(source, tmp_path / "output") == 2
    assert DENSE in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [source]


def test_a_hub_name_asks_to_download_first(tmp_path, capsys):
    assert export("THUDM/chatglm2-6b", tmp_path / "output") == 2
    assert_one_line(capsys.readouterr().err, ["huggingface-cli download THUDM/chatglm2-6b"])


@pytest.mark.parametrize("content", ["openvino_model.xml", "notes.txt"])
def test_an_output_folder_in_use_is_left_as_it_is(source, tmp_path, capsys, content):
    output = tmp_path / "output"
    output.mkdir()
    (output / content).write_text("mine")
    assert export(source, output) == 2
    assert_one_line(capsys.readouterr().err, [str(output), "--output"])
    assert [file.read_text() for file in output.iterdir()] == ["mine"]


@pytest.mark.parametrize("arguments", [[], ["model"], ["model", "--output", "x", "--weights", "int5"]])
def test_a_mistaken_command_line(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert_one_line(capsys.readouterr().err, ["--help"])


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_run_that_fails_halfway_leaves_nothing(source, tmp_path, capsys, monkeypatch, failure):
    def write_some_and_fail(program, file):
        file.parent.mkdir()
        file.write_text("half a model")
        raise failure

    monkeypatch.setattr("export.exporter.build_onnx", lambda decoder: None)
    monkeypatch.setattr("export.exporter.save_onnx", write_some_and_fail)
    assert export(source, tmp_path / "output") == (2 if isinstance(failure, OSError) else 130)
    assert "Traceback" not in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [source]


def test_the_command_itself_exits_with_2(tmp_path):
    command = [sys.executable, "-m", "export", "nowhere", "--output", str(tmp_path / "output")]
    result = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stdout == ""
    assert_one_line(result.stderr, ["nowhere"])
