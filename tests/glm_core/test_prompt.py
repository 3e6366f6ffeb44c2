import pytest

from glm_core import ConfigError, PromptTooLongError
from glm_core.prompt import build_prompt

SYSTEM = [{"role": "system", "content": "请用英文回答。"}]
HISTORY = [
    message
    for number in range(5)
    for message in (
        {"role": "user", "content": f"第{number}个问题"},
        {"role": "assistant", "content": f"第{number}个回答"},
    )
]
QUESTION = [{"role": "user", "content": "最后一个问题"}]


def tokens(tokenizer, template, messages):
    return tokenizer.encode(template.render(messages))


def test_everything_is_kept_where_it_fits(tokenizer, template):
    whole = tokens(tokenizer, template, SYSTEM + HISTORY + QUESTION)
    prompt = build_prompt(tokenizer, template, SYSTEM + HISTORY + QUESTION, limit=len(whole))
    assert (prompt.ids, prompt.dropped_rounds) == (whole, 0)


@pytest.mark.parametrize("kept_rounds", [0, 1, 4])
def test_the_oldest_rounds_go_first_and_system_prompt_and_question_stay(tokenizer, template, kept_rounds):
    kept = SYSTEM + HISTORY[len(HISTORY) - 2 * kept_rounds :] + QUESTION
    expected = tokens(tokenizer, template, kept)
    prompt = build_prompt(tokenizer, template, SYSTEM + HISTORY + QUESTION, limit=len(expected))
    assert (prompt.ids, prompt.dropped_rounds) == (expected, 5 - kept_rounds)


def test_a_question_too_long_by_itself_is_refused_and_says_by_how_much(tokenizer, template):
    alone = len(tokens(tokenizer, template, SYSTEM + QUESTION))
    with pytest.raises(PromptTooLongError, match=f"take {alone} tokens, 3 more than the {alone - 3} that fit"):
        build_prompt(tokenizer, template, SYSTEM + HISTORY + QUESTION, limit=alone - 3)


@pytest.mark.parametrize(
    ("messages", "complaint"),
    [
        ([], "last message must be a question"),
        (SYSTEM, "last message must be a question"),
        ([{"role": "user", "content": "  "}], "last message must be a question"),
        ([{"role": "robot", "content": "x"}], "role of system, user, assistant"),
        ([{"role": "user"}], "content of text"),
        (["你好"], "role of system, user, assistant"),
        (QUESTION + SYSTEM + QUESTION, "system message must be the first"),
    ],
)
def test_messages_that_are_no_conversation_are_refused(tokenizer, template, messages, complaint):
    with pytest.raises(ConfigError, match=complaint):
        build_prompt(tokenizer, template, messages, limit=100)
