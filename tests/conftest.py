"""What tests of several folders share."""

from pathlib import Path

import pytest

from glm_core import BUNDLED_MODEL, ChatModel, load_model
from glm_core.chat_template import ChatTemplate
from glm_core.tokenizer import ChatTokenizer

PUBLISHED_TOKENIZER = Path(__file__).parents[2] / "shared" / "tokenizers" / "chatglm2" / "tokenizer.model"


@pytest.fixture(scope="session")
def model() -> ChatModel:
    """The bundled model, loaded once."""
    return load_model(BUNDLED_MODEL)


@pytest.fixture(scope="session")
def tokenizer() -> ChatTokenizer:
    """The bundled model's tokenizer."""
    return ChatTokenizer(BUNDLED_MODEL)


@pytest.fixture(scope="session")
def template() -> ChatTemplate:
    """The bundled model's chat template."""
    return ChatTemplate(BUNDLED_MODEL)


@pytest.fixture(scope="session")
def published_tokenizer() -> Path:
    """ChatGLM2-6B's published `tokenizer.model`, which is not part of this repository."""
    if not PUBLISHED_TOKENIZER.is_file():
        pytest.skip("the published ChatGLM2 tokenizer is not here")
    return PUBLISHED_TOKENIZER


@pytest.fixture(scope="session")
def varied_texts() -> list[str]:
    """Chinese, English, code, emoji, whitespace and control characters, in all mixtures."""
    parts = [
        *("你好，世界！", "上海的小笼包很好吃。", "龘靐齉", "「引号」", "１２３"),
        *("Hello, world.", "philosophy and sophistication", "don't", "3.14159", "https://example.org/?a=1&b=2"),
        *("def f(x):\n    return x ** 2", "for (int i = 0; i < 10; ++i) {}"),
        *("😀🎉👩‍👩‍👧", "🇨🇳", "é ñ ü", "Ωμέγα", "привет", "สวัสดี"),
        *("  ", "\t", "\n\n", "\u200b", "\x00\x07"),
        *("</s>", "[gMASK]", "<sop>", "sop", "<0x0A>"),
    ]
    pairs = [left + middle + right for left in parts for right in parts for middle in ("", " ")]
    return parts + pairs
