"""What a first view would wait for is there before it: every page has been drawn once, for nobody."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES
from playrec_core.ui.shell import warmup

ROOT = Path(__file__).parents[3]

# In a process of its own: this one has loaded everything long ago.
PROGRAM = """
import asyncio, json, os, sys, threading
from pathlib import Path

os.environ["PLAYREC_ARTIFACTS"] = sys.argv[1]
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.shell import warmup as warm
from playrec_core.ui.pages.data import sections as data_sections
from app import PAGES
from playrec_core.ui.shell.page_prerender import prerender
from streamlit.runtime import Runtime
from streamlit.web.server.server import Server

server, loop = Server("app.py", False), asyncio.new_event_loop()
runtime = Runtime.instance()
threading.Thread(target=loop.run_forever, daemon=True).start()
asyncio.run_coroutine_threadsafe(runtime.start(), loop).result()
run, drawn, sizes = LoadedRun.open(Path(sys.argv[1])), [], data_sections.sizes


def watched(*given):
    drawn.append(warm.current())
    return sizes(*given)


def broken(*given):
    raise ValueError("broken on purpose")


def prerendered(*more):
    return {file: prerender(runtime, "ko", file) for file in [*ADDRESSES, *more]}


ADDRESSES = [page.address for section in PAGES.values() for page in section]
data_sections.sizes = watched
warm._all(run, "ko", ADDRESSES)
told, before = {"drawn": list(drawn)}, set(sys.modules)
for name in run.first_shown:
    run.recommend_one(name, Seed((1, 2), (0,), "another title"), k=10, n_tags=5, banned=())
told["errors"] = prerendered()
told["later"] = sorted(set(sys.modules) - before)
data_sections.sizes = broken
told["broken"] = prerendered("Nothing")
told["left"] = len(runtime._session_mgr.list_sessions())
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(demo_run: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", PROGRAM, str(demo_run)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_what_is_made_ahead_draws_pages_in_the_first_visitors_language(told: dict[str, Any]):
    assert told["drawn"] == ["ko"]


def test_every_page_is_prerendered_and_none_fails(told: dict[str, Any]):
    assert told["errors"] == {page.address: [] for section in PAGES.values() for page in section}


def test_a_question_with_a_title_and_a_second_view_of_every_page_load_nothing_more(told: dict[str, Any]):
    """The first page after Home took 1.2 s: a seed without a title loaded the library that reads titles."""
    assert told["later"] == []


def test_a_page_that_fails_is_told_of_and_stops_no_other(told: dict[str, Any]):
    failed = {file: errors for file, errors in told["broken"].items() if errors}
    assert failed == {
        "Data": ["broken on purpose"],
        "Nothing": ["there is no such page"],
    }


def test_nothing_of_the_prerenders_sessions_stays(told: dict[str, Any]):
    assert told["left"] == 0


def test_a_seed_without_a_title_does_not_load_what_reads_titles():
    program = "import sys; from playrec_core.text_index.title_index import count"
    program += "; count(['', ''], (1, 2)); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"


def test_without_a_browser_nothing_is_begun(demo_run: Path, monkeypatch: pytest.MonkeyPatch):
    """What a thread does beside the tests would depend on their order."""
    monkeypatch.setenv("PLAYREC_ARTIFACTS", str(demo_run))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert not warmup._begun
