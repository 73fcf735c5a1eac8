"""Starts the app as a separate process, for benchmarks and screenshots."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


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


def resident(process: int | None = None) -> str:
    """Resident memory of a process in bytes (Linux; this process by default): private memory, and mapped files, which
    are shared with other processes and can be evicted.
    """
    status = Path("/proc", str(process or "self"), "status").read_text(encoding="ascii")
    own, mapped, peak = (
        int(text.split()[1]) / 1e6
        for name in ("RssAnon:", "RssFile:", "VmHWM:")
        for text in status.splitlines()
        if text.startswith(name)
    )
    return f"resident: {own:.2f} GB of its own and {mapped:.2f} GB of mapped files; at its peak {peak:.2f} GB"


@contextmanager
def serving(artifacts: Path, port: int) -> Iterator[str]:
    """The URL of the app, once it responds."""
    address = f"http://127.0.0.1:{port}"
    with process(artifacts, port):
        wait_until_up(address)
        yield address
