"""The installed program, outside the checkout: what the wheel contains, and that it works."""

import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from playrec_core import __version__
from tests.browser.conftest import StartServer, free_port, is_up
from tests.package.conftest import ROOT, Run

# Streamlit's own start, up to the server: the options that it would serve with.
OPTIONS = """
import json, sys
from streamlit import config
from streamlit.web import bootstrap
names = sys.argv[1].split(",")
def show(script, *_):
    print(json.dumps({"script": script} | {name: config.get_option(name) for name in names}))
bootstrap.run_asgi_app = show
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


@pytest.fixture
def serve(environment: dict[str, str], installed: Path, tmp_path: Path) -> Iterator[StartServer]:
    """Starts ``playrec app`` in an empty folder; gives its address."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(artifacts: Path) -> str:
        port = free_port()
        command = [sys.executable, f"{installed}/bin/playrec", "app", "--port", str(port)]
        command += ["--artifacts", str(artifacts.absolute())]
        folder = tmp_path / "serve"
        folder.mkdir()
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        servers.append(server)
        for _ in range(600):
            assert server.poll() is None, "the app did not start"
            if is_up(f"http://127.0.0.1:{port}"):
                return f"http://127.0.0.1:{port}"
            time.sleep(0.1)
        pytest.fail("the app did not answer")

    yield start
    for server in servers:
        server.terminate()
        server.wait()


def browse(browser: Browser, address: str) -> None:
    """Continue and Explain, by a cold link and by the sidebar."""
    page = browser.new_page()
    page.goto(f"{address}/Continue?models=als,popularity")
    expect(page.locator(".board section")).to_have_count(2)
    expect(page.locator(".board li.row").first).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Explain").click()
    expect(page.get_by_role("heading", name="Why this song?")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.close()


@pytest.mark.browser
def test_the_installed_app_in_a_browser(browser: Browser, serve: StartServer, demo_run: Path):
    browse(browser, serve(demo_run))


@pytest.mark.browser
@pytest.mark.slow
def test_the_installed_program_trains_what_it_serves(browser: Browser, serve: StartServer, run: Run, tmp_path: Path):
    done = run("-m", "playrec_core", "train", "--models", "popularity,als", "--artifacts", str(tmp_path / "artifacts"))
    assert done.returncode == 0, done.stderr
    browse(browser, serve(tmp_path / "artifacts"))
