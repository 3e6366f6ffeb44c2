"""Answers keep their Markdown and lose their surprises."""

import pytest

from webui.markdown import tame


@pytest.mark.parametrize(
    ("said", "tamed"),
    [
        ("**粗体**，1. 列表，[链接](https://example.org)", "**粗体**，1. 列表，[链接](https://example.org)"),
        ("$5 与 $6", r"\$5 与 \$6"),
        ("![图](http://x/y.png)", r"\![图](http://x/y.png)"),
        (":red[红]", r"\:red[红]"),
        ("12:30，比例 1:2", "12:30，比例 1:2"),
        ("| a |\n|:---|\n| 1 |", "| a |\n|:---|\n| 1 |"),
        ("`echo $HOME` 要 $5", r"`echo $HOME` 要 \$5"),
        ("``a ` $b`` $", r"``a ` $b`` \$"),
        ("```sh\necho $A\n```\n$", "```sh\necho $A\n```\n\\$"),
        ("还没写完的代码：\n```sh\necho $A", "还没写完的代码：\n```sh\necho $A"),
        ("~~~\n$\n```\n$\n~~~\n$", "~~~\n$\n```\n$\n~~~\n\\$"),
        ("没有配对的 ` 与 $5", r"没有配对的 ` 与 \$5"),
        ("", ""),
    ],
)
def test_tame(said, tamed):
    assert tame(said) == tamed
