"""An answer grows by itself, can be stopped, and keeps what was said when something goes wrong."""

from threading import Event

import pytest

from glm_core import Chunk, ConfigError, PromptTooLongError
from webui.answer import Answer
from webui.notes import figures, reason


def chunk(text: str, finish_reason=None, dropped_rounds=0) -> Chunk:
    return Chunk(text, finish_reason, 10, 2, dropped_rounds, 0.25, 8.0)


class Model:
    """Says what it is told to, step by step; notes that it was closed."""

    def __init__(self, *steps):
        self.steps = steps
        self.closed = Event()

    def generate_iterate(self, messages, config):
        try:
            for step in self.steps:
                if isinstance(step, Event):
                    assert step.wait(10)
                elif isinstance(step, Exception):
                    raise step
                else:
                    yield step
        finally:
            self.closed.set()


def begin(*steps) -> tuple[Answer, Model]:
    model = Model(*steps)
    return Answer(model, [], None), model


def finish(*steps) -> Answer:
    answer, _ = begin(*steps)
    while answer.under_way:
        answer.wait_for_more(10)
    return answer


def test_answer_is_the_sum_of_its_chunks():
    answer = finish(chunk("你"), chunk("好"), chunk("", "stop"))
    assert answer.text == "你好"
    assert figures(answer) == "2 个词元 · 8.0 词元/秒 · 首词元 0.25 秒"


def test_stopping_keeps_what_was_said_and_closes_the_model():
    more = Event()
    answer, model = begin(chunk("你"), more, chunk("好"), chunk("吗", "stop"))
    while not answer.text:
        answer.wait_for_more(10)
    answer.stop()
    assert not answer.under_way
    more.set()
    assert model.closed.wait(10)
    assert answer.text == "你"
    assert figures(answer).endswith("已停止")


def test_a_finished_answer_cannot_be_stopped():
    answer = finish(chunk("好", "stop"))
    answer.stop()
    assert not answer.stopped


def test_notes_say_why_an_answer_ended_early_and_what_the_model_did_not_see():
    notes = figures(finish(chunk("好", "length", dropped_rounds=2)))
    assert "回答被截断" in notes
    assert "最早的 2 轮" in notes


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PromptTooLongError("long"), "这个问题太长"),
        (ConfigError("top_p"), "设置"),
        (RuntimeError("?"), "再试一次"),
    ],
)
def test_an_error_ends_the_answer_and_is_explained(error, words):
    answer = finish(chunk("你"), error)
    assert answer.text == "你"
    assert words in reason(answer.error)
