"""The real app in a real Chromium: a server on a free port, a page, and patience without sleeping."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from playrec_core.store.run import Run

ROOT = Path(__file__).parents[2]
StartServer = Callable[[Path], str]

expect.set_options(timeout=30_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def start_server() -> Iterator[StartServer]:
    """Starts the app on an artifacts folder and gives its address. Every server ends with the tests."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(artifacts: Path) -> str:
        port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PLAYREC_ARTIFACTS": str(artifacts)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        servers.append(server)
        address = f"http://127.0.0.1:{port}"
        while not is_up(address):
            assert server.poll() is None, "the app did not start"
        return address

    yield start
    for server in servers:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def address(start_server: StartServer, demo_run: Path) -> str:
    """The app on the small run."""
    return start_server(demo_run)


@pytest.fixture
def own_artifacts(demo_run: Path, tmp_path: Path) -> Path:
    """The same run in a folder of the test's own, for what is written beside a run."""
    own = tmp_path / "artifacts"
    (own / "runs").mkdir(parents=True)
    run_id = Run.open(demo_run).id
    (own / "runs" / run_id).symlink_to((demo_run / "runs" / run_id).absolute())
    shutil.copy(demo_run / "current", own / "current")
    return own


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor; the test fails if the page logged an error or showed an exception."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert page.get_by_test_id("stException").count() == 0
    assert not errors
    context.close()


def settled(page: Page) -> None:
    """Wait until the script has run and nothing is stale."""
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
