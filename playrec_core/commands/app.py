"""Serve the app. Streamlit's other options are environment variables: ``STREAMLIT_SERVER_BASE_URL_PATH``, for one."""

import argparse
import os
import runpy
import sys
from pathlib import Path

from playrec_core import bundle


def arguments(parser: argparse.ArgumentParser) -> None:
    artifacts = Path(os.environ.get("PLAYREC_ARTIFACTS", "artifacts"))
    parser.add_argument("--artifacts", type=Path, default=artifacts, help="folder of the runs")
    parser.add_argument("--address", help="address to listen on; default: 127.0.0.1")
    parser.add_argument("--port", type=int, help="default: 8501")


def run(given: argparse.Namespace) -> int:
    os.environ["PLAYREC_ARTIFACTS"] = str(given.artifacts.absolute())
    # Streamlit reads .streamlit/config.toml beside the script after the one of the working folder.
    sys.argv = ["streamlit", "run", str(bundle.folder() / "app.py")]
    if given.address:
        sys.argv += ["--server.address", given.address]
    if given.port:
        sys.argv += ["--server.port", str(given.port)]
    # In this process, so that signals reach the server.
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0
