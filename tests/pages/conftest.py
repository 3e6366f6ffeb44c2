"""A real `streamlit run` and a real browser. Every page asserts that its browser reached nobody else."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from staged_chat import GO

from glm_core import BUNDLED_MODEL

ROOT = Path(__file__).parents[2]
PATIENCE = 90_000  # milliseconds; a busy machine is no reason to fail
QUIET = [  # the browser itself shall not phone home while we watch what the page asks for
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """A running `streamlit run`, and the folder in which it was started; what it prints goes there."""

    address: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of this machine."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def start_server(tmp_path_factory):
    """Start servers that end with the tests: start_server(options of the chat…, staged=False)."""
    running = []

    def start(*options: str, staged: bool = False) -> Server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder = tmp_path_factory.mktemp("server")  # not the project's: a user may start it from anywhere
        streamlit = [ROOT / "tests/pages/staged_chat.py"] if staged else ["-m", "streamlit", "run"]
        command = [sys.executable, *streamlit, ROOT / "chat_robot.py"]
        command += ["--server.headless=true", f"--server.port={port}", "--", *options]
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            )
        running.append(process)
        server = Server(f"http://127.0.0.1:{port}", folder)
        _wait_until_up(server, process)
        return server

    yield start
    for process in running:
        process.terminate()
        process.wait()


def _wait_until_up(server: Server, process: subprocess.Popen):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(900):
        try:
            direct.open(f"{server.address}/_stcore/health")
            return
        except OSError:
            assert process.poll() is None, server.log.read_text()
            time.sleep(0.1)
    pytest.fail(f"the server does not answer: {server.log.read_text()}")


@pytest.fixture(scope="session")
def server(start_server) -> Server:
    """The product as a user starts it, with the bundled model."""
    return start_server()


@pytest.fixture(scope="session")
def slow_server(start_server, tmp_path_factory) -> Server:
    """The same with the model slowed (see staged_chat.py), and without an end token: only the longest
    answer's length ends its answers, so that there is one to interrupt whatever the model says."""
    folder = tmp_path_factory.mktemp("models") / "endless"
    shutil.copytree(BUNDLED_MODEL, folder)
    settings = folder / "generation_config.json"
    endless = json.loads(settings.read_text())
    endless["eos_token_id"] = endless["pad_token_id"]
    settings.write_text(json.dumps(endless))
    server = start_server("--model", str(folder), staged=True)
    (server.folder / GO).touch()
    return server


@pytest.fixture
def open_page(browser):
    """Open pages of a server in a browser window of their own: open_page(address)."""
    contexts, strangers = [], []

    def open(address: str):
        own = urlsplit(address).netloc

        def watch(request):
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob") and parts.netloc != own:
                strangers.append(request.url)

        contexts.append(browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}))
        contexts[-1].set_default_timeout(PATIENCE)
        page = contexts[-1].new_page()
        page.on("request", watch)
        page.on("websocket", watch)
        page.goto(address)
        return page

    yield open
    for context in contexts:
        context.close()
    assert strangers == []


@pytest.fixture
def chat(open_page, server):
    """The chat page of a new visitor."""
    return Chat(open_page(server.address))


@pytest.fixture
def slow_chat(open_page, slow_server):
    """The chat page of a new visitor, with the slowed model."""
    return Chat(open_page(slow_server.address))


class Chat:
    """The chat page as a visitor handles it."""

    def __init__(self, page):
        self.page = page
        self.questions = page.get_by_role("group", name="Chat message from user")
        self.answers = page.get_by_role("group", name="Chat message from assistant")
        self.input = page.get_by_test_id("stChatInputTextArea")
        self.input.wait_for()

    def ask(self, question: str):
        """Send a question."""
        self.input.fill(question)
        self.input.press("Enter")

    def answer(self, number: int) -> str:
        """The text of the answer so numbered, from 1, once it is finished."""
        answer = self.answers.nth(number - 1)
        answer.get_by_text("首词元").wait_for()
        return answer.get_by_test_id("stMarkdown").first.inner_text()

    def slider(self, label: str):
        """The handle of a slider."""
        return self.page.get_by_role("slider", name=label)
