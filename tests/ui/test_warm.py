"""What a first view would wait for is there before it: every page has been drawn once, for nobody."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.ui import warm
from playrec_core.ui.navigation import pages

ROOT = Path(__file__).parents[2]

# In a process of its own: this one has loaded everything long ago.
PROGRAM = """
import asyncio, json, os, sys, threading
from pathlib import Path

os.environ["PLAYREC_ARTIFACTS"] = sys.argv[1]
from playrec_core.serving import LoadedRun
from playrec_core.ui import warm
from playrec_core.ui.navigation import pages
from playrec_core.ui.rehearsal import rehearsal
from streamlit.runtime import Runtime
from streamlit.web.server.server import Server

server, loop = Server("app.py", False), asyncio.new_event_loop()
runtime = Runtime.instance()
threading.Thread(target=loop.run_forever, daemon=True).start()
asyncio.run_coroutine_threadsafe(runtime.start(), loop).result()
files, run = [file for file, _, _ in pages()], LoadedRun.open(Path(sys.argv[1]))


def rehearsed():
    with rehearsal(runtime, "ko") as draw:
        return {file: draw(file) for file in files}


for step in [*warm.libraries(run), *warm.beyond_first_views(run)]:
    step()
errors, before = rehearsed(), set(sys.modules)
rehearsed()
later = sorted(set(sys.modules) - before)

from playrec_core.ui.data import data_sections

def broken(*_):
    raise ValueError("broken on purpose")

data_sections.sizes = broken
told = {"errors": errors, "later": later, "broken": rehearsed(), "left": len(runtime._session_mgr.list_sessions())}
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(demo_run: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", PROGRAM, str(demo_run)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_every_page_is_rehearsed_and_none_fails(told: dict[str, Any]):
    assert told["errors"] == {file: [] for file, _, _ in pages()}


def test_a_second_view_of_every_page_loads_nothing_more(told: dict[str, Any]):
    """The first page after Home took 1.2 s: a seed without a title loaded the library that reads titles."""
    assert told["later"] == []


def test_a_page_that_fails_is_told_of_and_stops_no_other(told: dict[str, Any]):
    failed = {file: errors for file, errors in told["broken"].items() if errors}
    assert failed == {"pages/6_Data.py": ["broken on purpose"]}


def test_nothing_of_the_rehearsals_sessions_stays(told: dict[str, Any]):
    assert told["left"] == 0


def test_a_seed_without_a_title_does_not_load_what_reads_titles():
    program = (
        "import sys; from playrec_core.titles import count; count(['', ''], (1, 2)); print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"


def test_without_a_browser_nothing_is_begun(demo_run: Path, monkeypatch: pytest.MonkeyPatch):
    """What a thread does beside the tests would depend on their order."""
    monkeypatch.setenv("PLAYREC_ARTIFACTS", str(demo_run))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert not warm._begun
