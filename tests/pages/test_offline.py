"""The page asks nobody but its own server. (Every other test asserts this too: see conftest.)"""

from playwright.sync_api import expect


def test_browser_reaches_only_the_server(chat):
    hosts = set()
    chat.page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    chat.page.reload()
    chat.ask("你好")
    chat.answer(1)
    chat.page.get_by_role("link", name="模型").click()
    expect(chat.page.get_by_role("heading", name="换用更大的模型")).to_be_visible()
    chat.page.wait_for_load_state("networkidle")
    assert hosts == {chat.page.url.split("/")[2]}


def test_nothing_is_offered_that_leads_to_streamlit(chat):
    expect(chat.page.get_by_role("button", name="新对话")).to_be_visible()
    for test_id in ("stMainMenu", "stAppDeployButton", "stStatusWidget"):
        expect(chat.page.get_by_test_id(test_id)).to_have_count(0)
    hosts = chat.page.locator("a").evaluate_all("links => links.map(link => new URL(link.href).host)")
    assert set(hosts) == {chat.page.url.split("/")[2]}
