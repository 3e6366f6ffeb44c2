"""The sidebar's settings and the language."""

from playwright.sync_api import expect

SETTINGS = {"最大回答长度": "32", "温度": "0.1", "候选词数量": "1", "候选词范围": "1"}


def test_short_longest_answer_cuts_and_says_so(chat):
    chat.slider("最大回答长度").press("Home")
    chat.ask("请介绍一下上海")
    chat.answer(1)
    expect(chat.answers.nth(0)).to_contain_text("16 个词元")
    expect(chat.answers.nth(0)).to_contain_text("回答被截断")


def test_top_k_of_one_gives_the_same_answer_again(chat):
    chat.slider("候选词数量").press("Home")
    chat.ask("请介绍一下上海")
    first = chat.answer(1)
    chat.page.get_by_role("button", name="新对话").click()
    expect(chat.questions).to_have_count(0)
    chat.ask("请介绍一下上海")
    assert chat.answer(1) == first


def test_settings_outlive_another_page_and_another_language(chat):
    chat.page.get_by_role("textbox", name="系统提示词").fill("你是一名老师。")
    chat.slider("最大回答长度").press("Home")
    chat.slider("最大回答长度").press("ArrowRight")
    chat.slider("温度").press("Home")
    chat.slider("候选词数量").press("Home")
    chat.slider("候选词范围").press("End")
    chat.ask("你好")
    chat.answer(1)

    chat.page.get_by_role("link", name="模型").click()
    expect(chat.page.get_by_text("换用更大的模型")).to_be_visible()
    chat.page.get_by_role("link", name="聊天").click()
    for label, value in SETTINGS.items():
        expect(chat.slider(label)).to_have_value(value)
    expect(chat.page.get_by_role("textbox", name="系统提示词")).to_have_value("你是一名老师。")

    chat.page.get_by_text("English", exact=True).click()
    expect(chat.slider("Longest answer")).to_have_value("32")
    expect(chat.slider("Temperature")).to_have_value("0.1")
    expect(chat.page.get_by_role("textbox", name="System prompt")).to_have_value("你是一名老师。")


def test_english_replaces_the_words_and_keeps_the_conversation(chat):
    chat.ask("你好")
    answer = chat.answer(1)
    chat.page.get_by_text("English", exact=True).click()
    expect(chat.page.get_by_role("button", name="New conversation")).to_be_visible()
    expect(chat.page.get_by_role("link", name="Models")).to_be_visible()
    expect(chat.page.get_by_placeholder("Type your question")).to_be_visible()
    expect(chat.answers.nth(0)).to_contain_text("first token after")
    expect(chat.answers.nth(0)).to_contain_text(answer)
    chat.page.get_by_role("button", name="New conversation").click()
    expect(chat.page.get_by_role("button", name="Tell me about Shanghai")).to_be_visible()


def test_language_outlives_another_page_and_a_reload(chat):
    chat.page.get_by_text("English", exact=True).click()
    chat.page.get_by_role("link", name="Models").click()
    expect(chat.page.get_by_role("heading", name="Use a larger model")).to_be_visible()
    chat.page.get_by_role("link", name="Chat").click()
    expect(chat.page.get_by_role("heading", name="Hello")).to_be_visible()
    chat.page.reload()
    expect(chat.page.get_by_role("heading", name="Hello")).to_be_visible()
