"""A real browser and a real JupyterLab, neither with a way out to the network.

Where there is no Chromium these tests are skipped and say how to get it. Screenshots go to `screenshots/`, which git ignores.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium found; on Debian and Ubuntu: apt-get install chromium"
# no name but this machine's own is resolved
CLOSED = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
SIZE = {"width": 1500, "height": 1000}
PATIENCE = 60_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # a container often runs as root, where the browser's own sandbox cannot start
        browser = playwright.chromium.launch(executable_path=path, args=[CLOSED, "--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """An empty page; what its console complains of is in `page.complaints`, whom it called outside in `page.called`."""
    page = browser.new_context(viewport=SIZE, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.complaints, page.called = [], []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.called.append(request.url) if is_outside(request.url) else None)
    yield page
    page.context.close()


def is_outside(url):
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"127.0.0.1", "localhost"}


@pytest.fixture(scope="session")
def screenshots(root):
    folder = root / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


class Lab:
    """A running JupyterLab over a folder with the notebooks and what they read."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port

    def open(self, page, notebook):
        """The notebook in the page, its kernel ready; each in a workspace of its own."""
        page.goto(f"http://127.0.0.1:{self.port}/lab/workspaces/{quote(Path(notebook).stem)}/tree/{quote(str(notebook))}")
        page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")
        page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'", timeout=PATIENCE
        )

    def run_all(self, page):
        """Every cell, one after the other, until the last one is done; then saved."""
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")


@pytest.fixture(scope="session")
def lab(root, browser, tmp_path_factory):
    """JupyterLab as `jimei-kb lab` starts it."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("data", "kb", "notebooks", "tests/documents"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    home = {
        name: str(folder / ".home" / name.lower())
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    home |= {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".home" / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".home" / "workspaces"),
    }
    # a proxy that nobody answers at: what the server or a kernel asks of the outside fails at once
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    options = ["--allow-root", "--ip=127.0.0.1", "--port=0", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-m", "jimei_kb.cli", "lab", "--no-browser", *(f"--jupyter={option}" for option in options)]
    environment = {**os.environ, **home, **nowhere, "NO_PROXY": "127.0.0.1,localhost", "PYTHONPATH": str(root / "src")}
    log = folder / "lab.log"
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said, start_new_session=True)
        try:
            yield Lab(folder, wait_for_port(process, Path(home["JUPYTER_RUNTIME_DIR"]), log))
        finally:
            if process.poll() is None:
                # the server and its kernels, which are of its session
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def wait_for_port(process, runtime, log):
    """Where the server listens, as it writes it down itself."""
    for _ in range(600):
        for file in runtime.glob("jpserver-*.json"):
            text = file.read_text(encoding="utf-8")
            if text:
                return json.loads(text)["port"]
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
