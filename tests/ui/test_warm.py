"""Nothing is left for a page's first view to load once the steps are done."""

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playrec_core.ui import warm

ROOT = Path(__file__).parents[2]

# In a process of its own: this one has loaded everything long ago.
PROGRAM = """
import pkgutil, sys
from pathlib import Path
from playrec_core import ui
from playrec_core.schema import Seed
from playrec_core.serving import LoadedRun
from playrec_core.ui import warm

run = LoadedRun.open(Path(sys.argv[1]))
for step in warm.steps(run):
    step()
before = set(sys.modules)
for name in run.first_shown:
    run.answer(name, Seed((1, 2), (0,), "another title"), k=10, n_tags=5, banned=())
for module in pkgutil.walk_packages(ui.__path__, "playrec_core.ui."):
    __import__(module.name)
print(sorted(set(sys.modules) - before))
"""


def test_the_first_question_and_the_first_views_load_nothing_more(demo_run: Path):
    """The first page after Home took 1.2 s: a seed without a title loaded the library that reads titles."""
    command = [sys.executable, "-c", PROGRAM, str(demo_run)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


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
