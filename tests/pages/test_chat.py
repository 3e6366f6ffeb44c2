"""Asking and being answered."""

from playwright.sync_api import expect

RECORD_LENGTHS = """() => {
    window.lengths = [];
    const answer = '[aria-label="Chat message from assistant"] [data-testid=stMarkdown]';
    new MutationObserver(() => {
        const length = document.querySelector(answer)?.innerText.length;
        if (length !== undefined && length !== window.lengths.at(-1)) window.lengths.push(length);
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def test_empty_chat_greets_and_a_suggestion_is_answered(chat):
    expect(chat.page.get_by_role("heading", name="你好，想聊点什么？")).to_be_visible()
    chat.page.get_by_role("button", name="请介绍一下上海").click()
    assert chat.answer(1)
    expect(chat.questions.nth(0)).to_contain_text("请介绍一下上海")
    expect(chat.page.get_by_role("button", name="什么是 OpenVINO？")).to_have_count(0)


def test_answer_arrives_token_by_token(slow_chat):
    slow_chat.slider("最大回答长度").press("Home")
    slow_chat.page.evaluate(RECORD_LENGTHS)
    slow_chat.ask("请介绍一下上海")
    slow_chat.answer(1)
    lengths = slow_chat.page.evaluate("window.lengths")
    growing = [length for length in lengths if lengths[-1] >= length]
    assert len(set(growing)) >= 5, lengths


def test_figures_stand_under_an_answer(chat):
    chat.ask("你能做什么？")
    chat.answer(1)
    under = chat.answers.nth(0).get_by_test_id("stCaptionContainer").inner_text()
    assert "个词元" in under
    assert "词元/秒" in under
    assert "首词元" in under


def test_follow_up_goes_with_the_history(chat):
    chat.slider("候选词数量").press("Home")  # greedy: the answer shall not depend on luck
    chat.ask("我叫小明")
    chat.answer(1)
    chat.ask("我叫什么名字？")
    assert "小明" in chat.answer(2)


def test_what_the_user_types_is_shown_literally(chat):
    typed = "# 标题\n*星号* $a$ <b>粗体</b> :red[红] `代码` ![图](http://outside.example/x.png)\n- 一"
    chat.ask(typed)
    chat.answer(1)
    assert chat.questions.nth(0).get_by_test_id("stText").inner_text() == typed
    assert chat.questions.nth(0).locator("h1, em, b, code, img, li, .katex").count() == 0


def test_markdown_of_an_answer_is_rendered_but_nothing_else(slow_chat):
    said = "**粗体** 价格 $5 与 $6 <b id='x'>标签</b> <img src=x onerror='document.title=1'> "
    said += "![图](http://outside.example/x.png) :red[红] `echo $HOME`"
    slow_chat.ask(f"复读：{said}")
    shown = slow_chat.answer(1)
    answer = slow_chat.answers.nth(0).get_by_test_id("stMarkdown").first
    assert shown.startswith("粗体 价格 $5 与 $6 <b id='x'>标签</b> <img src=x")
    assert ":red[红]" in shown
    expect(answer.locator("strong")).to_have_text("粗体")
    expect(answer.locator("code")).to_have_text("echo $HOME")
    expect(answer.locator("img, b, .katex, [style*=color]")).to_have_count(0)


def test_a_question_that_does_not_fit_is_explained_and_the_next_one_answered(chat):
    chat.ask("很长的问题，" * 3000)
    expect(chat.answers.nth(0)).to_contain_text("这个问题太长")
    expect(chat.page.get_by_text("Traceback")).to_have_count(0)
    chat.ask("你好")
    assert chat.answer(2)


def test_blank_question_is_not_asked(chat):
    chat.ask("  ")
    chat.ask("你好")
    assert chat.answer(1)
    expect(chat.questions).to_have_count(1)


def test_new_conversation_starts_empty(chat):
    chat.ask("我叫小明")
    chat.answer(1)
    chat.page.get_by_role("button", name="新对话").click()
    expect(chat.questions).to_have_count(0)
    expect(chat.page.get_by_role("button", name="请介绍一下上海")).to_be_visible()


def test_conversations_of_two_visitors_are_apart(open_page, server):
    one, other = open_page(server.address), open_page(server.address)
    for page, question in ((one, "你好"), (other, "你能做什么？")):
        page.get_by_test_id("stChatInputTextArea").fill(question)
        page.get_by_test_id("stChatInputTextArea").press("Enter")
        page.get_by_text("首词元").wait_for()
    expect(one.get_by_test_id("stText")).to_have_text("你好")
    expect(other.get_by_test_id("stText")).to_have_text("你能做什么？")
