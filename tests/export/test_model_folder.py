"""The finished model folder, with a tokenizer, as the command writes it and as OpenVINO GenAI reads it."""

import io
import json
import re
import shutil

import openvino as ov
import openvino_genai
import pytest
import sentencepiece
from reference_model import FLOAT32, REFERENCE, load_reference
from tokenizers import Tokenizer

from export.__main__ import main

CORPUS = [
    "你好,世界。今天天气很好。",
    "我想要一杯咖啡。",
    "The quick brown fox jumps.",
    "Hello world, how are you?",
] * 20


def train_sentencepiece() -> bytes:
    """A BPE model with byte fallback, like ChatGLM2's but of 400 pieces."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS),
        model_writer=model,
        vocab_size=400,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        character_coverage=1.0,
        minloglevel=2,
    )
    return model.getvalue()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """(model folder, stderr) of one run of the command on a checkpoint with a tokenizer."""
    folder = tmp_path_factory.mktemp("complete")
    source = shutil.copytree(REFERENCE / "chatglm2-tiny", folder / "source")
    (source / "tokenizer.model").write_bytes(train_sentencepiece())
    with pytest.MonkeyPatch.context() as patch:
        stderr = io.StringIO()
        patch.setattr("sys.stderr", stderr)
        assert main([str(source), "--output", str(folder / "new" / "model"), "--weights", "fp16"]) == 0
    return folder / "new" / "model", stderr.getvalue()


@pytest.fixture(scope="module")
def model_folder(run):
    return run[0]


def test_the_folder_holds_the_files_of_the_contract_and_no_others(model_folder):
    assert {file.name for file in model_folder.iterdir()} == {
        "openvino_model.xml",
        "openvino_model.bin",
        "openvino_tokenizer.xml",
        "openvino_tokenizer.bin",
        "openvino_detokenizer.xml",
        "openvino_detokenizer.bin",
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
        "config.json",
        "generation_config.json",
    }
    assert [entry.name for entry in model_folder.parent.iterdir()] == ["model"]


def test_progress_is_one_numbered_line_a_stage(run):
    lines = run[1].splitlines()
    assert [line[:5] for line in lines] == [f"[{number}/6]" for number in range(1, 7)]
    assert all(re.fullmatch(r"\[\d/6\] .+ … \d+\.\d s", line) for line in lines)


def test_generation_config_samples_as_the_models_own_chat(model_folder):
    assert json.loads((model_folder / "generation_config.json").read_text()) == {
        "eos_token_id": 2,
        "pad_token_id": 0,
        "do_sample": True,
        "temperature": 0.8,
        "top_p": 0.8,
    }


def test_config_is_the_published_one(model_folder):
    published = json.loads((REFERENCE / "chatglm2-tiny" / "config.json").read_text())
    assert json.loads((model_folder / "config.json").read_text()) == published


@pytest.mark.parametrize("text", ["你好,世界。", "Hello world", "咖啡 coffee 🙂\n"])
def test_openvino_tokenizer_agrees_with_tokenizer_json(model_folder, text):
    expected = Tokenizer.from_file(str(model_folder / "tokenizer.json"))
    actual = openvino_genai.Tokenizer(str(model_folder))
    ids = actual.encode(text).input_ids.data[0].tolist()
    assert ids == expected.encode(text).ids
    assert actual.decode(ids) == text


@pytest.mark.parametrize("backend", ["SDPA", "PA"])
def test_openvino_genai_generates_the_reference_tokens(model_folder, backend):
    """With the plain stateful model and with the paged attention of continuous batching."""
    reference = load_reference("chatglm2-tiny")
    pipeline = openvino_genai.LLMPipeline(str(model_folder), "CPU", ATTENTION_BACKEND=backend, **FLOAT32)
    config = openvino_genai.GenerationConfig(max_new_tokens=24, do_sample=False, ignore_eos=True)
    assert pipeline.generate(ov.Tensor(reference.input_ids), config).tokens[0] == reference.greedy


def test_openvino_genai_knows_when_to_stop_and_how_to_sample(model_folder):
    config = openvino_genai.LLMPipeline(str(model_folder), "CPU", ATTENTION_BACKEND="SDPA").get_generation_config()
    assert config.eos_token_id == 2
    assert config.do_sample
    assert (config.temperature, config.top_p) == pytest.approx((0.8, 0.8))


def test_without_a_tokenizer_the_network_is_exported_alone(exported):
    names = {file.name for file in exported.iterdir()}
    assert names == {
        "openvino_model.xml",
        "openvino_model.bin",
        "config.json",
        "generation_config.json",
        "onnx",
    }
