"""Starts the app as a separate process and a browser, for benchmarks and screenshots."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.script import ROOT


@contextmanager
def process(artifacts: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``streamlit run app.py`` on an artifacts folder until the block ends; it may not be listening yet."""
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | {"PLAYREC_ARTIFACTS": str(artifacts.resolve())},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


def wait_until_up(address: str) -> None:
    """Wait until the app responds.

    Raises:
        SystemExit: it did not respond within a minute.
    """
    for _ in range(3000):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the app did not start within a minute")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)


@contextmanager
def serving(artifacts: Path, port: int) -> Iterator[str]:
    """The URL of the app, once it responds."""
    address = f"http://127.0.0.1:{port}"
    with process(artifacts, port):
        wait_until_up(address)
        yield address
