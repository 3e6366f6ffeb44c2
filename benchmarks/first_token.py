"""`python -m benchmarks.first_token`: from starting the program to the first token of an answer, bundled model.

The command line and the page take turns, so that noise hits both alike. The page's figure contains what a headless
Chromium needs to load and draw it; the browser itself is started before.
"""

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
QUESTION = "请介绍一下上海?"


def command_line() -> float:
    """Seconds until `python -m glm_core` prints the first character."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "glm_core", "--prompt", QUESTION],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        process.stdout.read(1)
        return time.perf_counter() - started


def page(browser: Browser) -> float:
    """Seconds until `streamlit run` shows the beginning of an answer to a question asked at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless=true", f"--server.port={port}"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "chat_robot.py", *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_port(port)
        tab = browser.new_page()
        tab.goto(f"http://127.0.0.1:{port}")
        tab.locator("[data-testid=stChatInput] textarea").fill(QUESTION)
        tab.keyboard.press("Enter")
        answer = tab.locator("[data-testid=stChatMessage]").nth(1)
        answer.get_by_text("上海").first.wait_for()
        seconds = time.perf_counter() - started
        tab.close()
        return seconds
    finally:
        process.terminate()
        process.wait()


def _wait_for_port(port: int) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_token", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        sys.exit("This needs Chromium or Chrome on the PATH.")
    seconds: dict[str, list[float]] = {"command line": [], "page": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(options.runs):
            seconds["command line"].append(command_line())
            seconds["page"].append(page(browser))
        browser.close()
    print("| seconds to the first token | least | median | most |\n| --- | --- | --- | --- |")
    for name, values in seconds.items():
        print(f"| {name} | {min(values):.2f} | {statistics.median(values):.2f} | {max(values):.2f} |")


if __name__ == "__main__":
    main()
