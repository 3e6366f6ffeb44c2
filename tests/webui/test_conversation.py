"""What the model is given of a conversation."""

from types import SimpleNamespace

from webui.conversation import Round, messages


def answered(question: str, text: str) -> Round:
    return Round(question, SimpleNamespace(text=text))


def test_history_goes_with_the_question():
    rounds = [answered("我叫小明", "你好，小明。"), Round("我叫什么名字？")]
    assert messages("", rounds) == [
        {"role": "user", "content": "我叫小明"},
        {"role": "assistant", "content": "你好，小明。"},
        {"role": "user", "content": "我叫什么名字？"},
    ]


def test_system_prompt_comes_first_unless_blank():
    assert messages("你是老师。", [Round("你好")])[0] == {"role": "system", "content": "你是老师。"}
    assert messages(" \n", [Round("你好")]) == [{"role": "user", "content": "你好"}]


def test_question_without_an_answer_is_left_out():
    rounds = [answered("太长的问题", ""), Round("还没回答"), Round("你好")]
    assert messages("", rounds) == [{"role": "user", "content": "你好"}]
