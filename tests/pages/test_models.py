"""The page about the model, and what a visitor sees before there is one."""

import shutil

from playwright.sync_api import expect
from staged_chat import GO, LOADED

from glm_core import BUNDLED_MODEL


def test_models_page_shows_the_running_model_and_the_way_to_a_larger_one(chat):
    page = chat.page
    page.get_by_role("link", name="模型").click()
    for words in ("glm-demo", str(BUNDLED_MODEL), "上下文长度", "词表大小", "CPU"):
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    commands = page.get_by_test_id("stCode")
    expect(commands.nth(0)).to_contain_text("pip install -r requirements-export.txt")
    expect(commands.nth(1)).to_contain_text("--output models/chatglm2-6b --weights int4")
    expect(commands.nth(2)).to_contain_text("streamlit run chat_robot.py -- --model models/chatglm2-6b")


def test_model_is_loaded_once_for_all_visitors_who_see_its_progress(open_page, start_server):
    server = start_server(staged=True)
    pages = [open_page(server.address), open_page(server.address)]
    for page in pages:
        expect(page.get_by_text("正在载入模型 glm-demo")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()
    (server.folder / GO).touch()
    for page in [*pages, open_page(server.address)]:
        expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_count(0)
    assert server.log.read_text().count(LOADED) == 1


def test_broken_model_folder_is_explained_and_can_be_mended(open_page, start_server, tmp_path):
    page = open_page(start_server("--model", str(tmp_path)).address)
    expect(page.get_by_text("无法载入模型")).to_be_visible()
    expect(page.get_by_text("streamlit run chat_robot.py")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_count(0)

    shutil.copytree(BUNDLED_MODEL, tmp_path, dirs_exist_ok=True)
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()


def test_first_visitor_of_all_comes_in_through_the_entry_whatever_he_asks_for(open_page, start_server):
    page = open_page(f"{start_server().address}/models")
    expect(page.get_by_role("link", name="模型")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()
    expect(page).to_have_title("GLM 聊天助手")


def test_unknown_option_is_explained(open_page, start_server):
    page = open_page(start_server("--modell", "x").address)
    expect(page.get_by_text("启动参数有误")).to_be_visible()
    expect(page.get_by_text("--modell")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
