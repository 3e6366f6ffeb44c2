import signal
import subprocess
import sys
from pathlib import Path

import pytest

from glm_core import GenerationConfig

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "glm_core"]


def run(*options, stdin=None):
    return subprocess.run(
        [*COMMAND, *options], cwd=ROOT, input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=120
    )


def test_a_prompt_prints_the_answer_alone_on_stdout_and_figures_on_stderr(model):
    messages = [{"role": "user", "content": "请介绍一下上海?"}]
    expected = "".join(chunk.text for chunk in model.generate_iterate(messages, GenerationConfig(top_k=1)))
    result = run("--prompt", "请介绍一下上海?", "--top-k", "1")
    assert (result.returncode, result.stdout) == (0, expected + "\n")
    assert "tokens/s" in result.stderr and "first token after" in result.stderr


def test_the_system_prompt_and_max_tokens_act():
    result = run("--prompt", "介绍一下巴黎", "--system", "请用英文回答。", "--top-k", "1", "--max-tokens", "5")
    assert result.stdout.isascii() and result.stdout.startswith("Paris")
    assert "5 tokens" in result.stderr and "cut off" in result.stderr


def test_a_conversation_remembers_until_it_starts_anew():
    result = run("--top-k", "1", stdin="我叫王小明\n我叫什么名字？\n/new\n我叫什么名字？\n")
    answers = result.stdout.split("> ")
    assert result.returncode == 0
    assert "王小明" in answers[2]
    assert "王小明" not in answers[4]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--model", "nowhere"], "no model folder nowhere"),
        (["--model", "tests"], "tokenizer.json is missing"),
        (["--device", "TPU"], "no device TPU here"),
        (["--top-p", "2"], "top_p must be"),
        (["--max-tokens", "0"], "max_tokens must be"),
        (["--top-k", "many"], "invalid int value: 'many'"),
        (["--top-q", "1"], "unrecognized arguments"),
        (["--prompt", ""], "must be a question"),
        (["--prompt", "很长" * 5000], "shorten"),
    ],
)
def test_a_user_error_is_one_line_and_exit_code_2(options, complaint):
    result = run(*options, *([] if "--prompt" in options else ["--prompt", "你好"]))
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert complaint in result.stderr


def test_ctrl_c_ends_a_conversation_without_a_traceback():
    with subprocess.Popen(
        COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.read(2) == b"> "
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert b"Traceback" not in process.stderr.read()


def test_a_closed_pipe_is_no_traceback():
    with subprocess.Popen(
        [*COMMAND, "--prompt", "请介绍一下上海?"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_the_engine_needs_neither_torch_nor_transformers_nor_streamlit():
    script = "import sys, glm_core; print([m for m in ('torch', 'transformers', 'streamlit') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout.strip() == "[]"
