"""Both languages say everything."""

import re
from pathlib import Path
from string import Formatter

import pytest

from webui.words import LANGUAGES, WORDS, say

ROOT = Path(__file__).parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHINESE_IN_ENGLISH = {"language"}  # so that it is found from either language


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


@pytest.mark.parametrize("name", WORDS)
def test_every_wording_is_there_in_both_languages(name):
    chinese, english = WORDS[name]
    assert CHINESE.search(chinese)
    assert english.strip()
    assert not CHINESE.search(english) or name in CHINESE_IN_ENGLISH
    assert placeholders(chinese) == placeholders(english)


def test_all_wordings_are_used_and_all_used_are_there():
    sources = [ROOT / "chat_robot.py", *ROOT.glob("pages/*.py"), *ROOT.glob("webui/*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.name != "words.py")
    said = set(re.findall(r"""say\(\s*["']([^"']+)["']""", code))
    assert said <= set(WORDS)
    mentioned = set(re.findall(r"""["']([\w-]+)["']""", code))
    helped = {f"{name}_help" for name in mentioned}
    staged = {f"stage_{stage}" for stage in ("read", "compile", "warm-up", "ready")}
    assert set(WORDS) <= mentioned | helped | staged


def test_chinese_comes_first_and_values_are_filled_in():
    assert LANGUAGES[0] == "中文"
    assert say("tokens", count=3) == "3 个词元"
