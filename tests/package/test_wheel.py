"""The installed program, outside the checkout: what the wheel contains, and that it works."""

import json
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest

from playrec_core import __version__
from tests.package.conftest import ROOT, Run

# Streamlit's own start, up to the server: the options that it would serve with.
OPTIONS = """
import json, sys
from streamlit import config
from streamlit.web import bootstrap
names = sys.argv[1].split(",")
bootstrap.run = lambda script, *_: print(json.dumps({"script": script} | {n: config.get_option(n) for n in names}))
from playrec_core.commands.cli import main
main(["app", *sys.argv[2:]])
"""


def test_the_wheel_has_one_top_level_name(names: list[str]):
    assert {name.split("/")[0] for name in names} == {"playrec_core", f"playrec-{__version__}.dist-info"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.parametrize("folder", ["pages", "configs"])
def test_the_wheel_contains_what_stands_beside_the_package(names: list[str], folder: str):
    files = [file.relative_to(ROOT).as_posix() for file in (ROOT / folder).rglob("*.*") if file.suffix != ".pyc"]
    assert len(files) > 5
    assert {f"playrec_core/bundle/{file}" for file in [*files, "app.py", ".streamlit/config.toml"]} <= set(names)


def test_the_wheel_contains_every_file_of_the_package(names: list[str]):
    tracked = subprocess.run(
        ["git", "ls-files", "playrec_core"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert set(tracked) <= set(names)
    for kind in (".py", ".js", ".css", ".po", ".svg"):
        assert any(name.endswith(kind) for name in names)


def test_metadata(run: Run):
    program = "import importlib.metadata as m, json; print(json.dumps(m.metadata('playrec').json))"
    found = json.loads(run("-c", program).stdout)
    assert found["version"] == __version__
    assert found["license_expression"] == "LicenseRef-Not-Chosen"


def test_the_program_runs_outside_the_checkout(run: Run, installed: Path, demo_run: Path):
    where = run("-c", "import playrec_core, playrec_core.bundle as b; print(playrec_core.__file__, b.folder())").stdout
    assert where.split() == [f"{installed}/playrec_core/__init__.py", f"{installed}/playrec_core/bundle"]
    done = run(f"{installed}/bin/playrec", "--version")
    assert (done.returncode, done.stdout) == (0, f"playrec {__version__}\n")
    done = run(f"{installed}/bin/playrec", "models", "--artifacts", str(demo_run.absolute()))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Item kNN" in done.stdout


def test_it_finds_its_configurations_and_translations(run: Run):
    done = run("-m", "playrec_core", "train", "--dataset", "nothing")
    assert done.returncode == 1
    assert "melon-10pct" in done.stderr
    program = (
        "from playrec_core import bundle, config, i18n\n"
        "from playrec_core.training.tuning import space\n"
        "i18n.read_from(lambda: 'ko')\n"
        "config.load(bundle.config('demo')), space.load(bundle.sweep_ranges('demo'))\n"
        "print(i18n.tr('songs'))"
    )
    done = run("-c", program)
    assert (done.stderr, done.stdout) == ("", "곡\n")


def test_the_app_is_served_with_the_theme_and_options_of_the_project(run: Run, installed: Path):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    expected = {
        f"{section}.{name}": value
        for section, table in (
            *((part, config[part]) for part in ("server", "runner", "browser", "client")),
            *((f"theme.{mode}", config["theme"][mode]) for mode in ("light", "dark")),
        )
        for name, value in table.items()
    }
    assert expected["server.address"] == "127.0.0.1"
    assert expected["runner.postScriptGC"] is False
    done = run("-c", OPTIONS, ",".join(expected))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected | {"script": f"{installed}/playrec_core/bundle/app.py"}
    done = run("-c", OPTIONS, "server.address,server.port", "--address", "0.0.0.0", "--port", "8601")
    assert json.loads(done.stdout) | {"script": ""} == {"script": "", "server.address": "0.0.0.0", "server.port": 8601}


def test_the_app_of_the_wheel_draws_its_first_page(run: Run, installed: Path, demo_run: Path):
    program = (
        "import os, sys\n"
        "os.environ['PLAYREC_ARTIFACTS'] = sys.argv[1]\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file(sys.argv[2], default_timeout=120).run()\n"
        "print([str(e.value) for e in app.exception], app.title[0].value)"
    )
    done = run("-c", program, str(demo_run.absolute()), f"{installed}/playrec_core/bundle/app.py")
    assert done.stdout.strip() == "[] playrec", done.stderr


def test_playrec_app_serves(environment: dict[str, str], installed: Path, tmp_path: Path):
    """Also without a run: the page says what to do."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, f"{installed}/bin/playrec", "app", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            assert server.poll() is None, "the app did not start"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
                    assert answer.read() == b"ok"
                    break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("the app did not answer")
    finally:
        server.terminate()
        server.wait()
