"""What a visitor may click while an answer is being written."""

import pytest
from playwright.sync_api import expect

QUESTION = "请介绍一下上海"


@pytest.fixture
def answering(slow_chat):
    """A chat in the middle of its first answer, of 64 tokens."""
    slow_chat.slider("最大回答长度").press("Home")
    for _ in range(3):
        slow_chat.slider("最大回答长度").press("ArrowRight")
    slow_chat.ask(QUESTION)
    slow_chat.page.wait_for_function(
        "document.querySelector('[aria-label=\"Chat message from assistant\"] p')?.innerText.match(/^[^…]{2,}$/)"
    )
    expect(slow_chat.page.get_by_role("button", name="停止回答")).to_be_visible()
    return slow_chat


def test_stopped_answer_keeps_what_was_said_and_the_next_question_is_answered(answering):
    answering.page.get_by_role("button", name="停止回答").click()
    partial = answering.answer(1)
    assert partial
    expect(answering.answers.nth(0)).to_contain_text("已停止")
    answering.ask("你好")
    assert answering.answer(2)
    expect(answering.answers.nth(1)).not_to_contain_text("已停止")
    assert answering.answer(1) == partial


def test_a_question_sent_meanwhile_ends_the_answer_and_is_answered(answering):
    answering.ask("你好")
    assert answering.answer(2)
    expect(answering.answers.nth(0)).to_contain_text("已停止")


def test_language_and_settings_do_not_interrupt(answering):
    answering.slider("温度").press("ArrowRight")
    answering.page.get_by_text("English", exact=True).click()
    expect(answering.page.get_by_role("button", name="Stop answering")).to_be_visible()
    expect(answering.answers.nth(0)).to_contain_text("first token after")
    expect(answering.answers.nth(0)).not_to_contain_text("Stopped")
    expect(answering.questions).to_have_count(1)


def test_another_page_does_not_interrupt(answering):
    answering.page.get_by_role("link", name="模型").click()
    expect(answering.page.get_by_text("换用更大的模型")).to_be_visible()
    answering.page.get_by_role("link", name="聊天").click()
    assert answering.answer(1)
    expect(answering.answers.nth(0)).not_to_contain_text("已停止")


def test_new_conversation_ends_the_answer(answering):
    answering.page.get_by_role("button", name="新对话").click()
    expect(answering.questions).to_have_count(0)
    answering.ask("你好")
    assert answering.answer(1)
    expect(answering.answers).to_have_count(1)
