"""Two app processes behind nginx, as docs/deploy/nginx.conf has it, on one artifacts folder: sessions stay put."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT, StartServer, free_port, is_up, settled


@pytest.fixture
def proxied(start_server: StartServer, demo_run: Path, tmp_path: Path) -> Iterator[str]:
    """The proxy's address."""
    if shutil.which("nginx") is None:
        pytest.skip("there is no nginx on this machine: apt-get install nginx-light")
    ports = [start_server(demo_run).rsplit(":", 1)[1] for _ in range(2)]
    listening = str(free_port())
    text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for written, used in (("8501", ports[0]), ("8502", ports[1]), ("8500", listening)):
        text = text.replace(f"127.0.0.1:{written}", f"127.0.0.1:{used}")
    text = re.sub(r"^pid .*;$", f"pid {tmp_path / 'pid'};", text, flags=re.MULTILINE)
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    server = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
    address = f"http://127.0.0.1:{listening}"
    while not is_up(address):
        assert server.poll() is None, "nginx did not start"
    yield address
    server.terminate()
    server.wait()


@pytest.mark.browser
def test_sessions_stay_with_their_process(browser: Browser, proxied: str):
    # A session's seed lives in the memory of one process: page after page it is still there.
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page = context.new_page()
        page.goto(f"{proxied}/Continue?songs=1,2,3")
        settled(page)
        for name in ("Similar", "Explain", "Continue"):
            page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
            expect(page.get_by_test_id("stSidebar").get_by_text("3 songs")).to_be_visible()
            settled(page)
        assert [cookie for cookie in context.cookies() if cookie.get("name") == "playrec"]
        context.close()
