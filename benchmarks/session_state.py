"""Memory of one session on the server, on a tour of every page.

    python -m benchmarks.session_state --artifacts artifacts

Opens every page in one session (`streamlit.testing`, in this process) with every model of the run shown and a seed of
fifty songs: opens explanations, edits a what-if, shows the whole map, opens every tab, gives a verdict, and opens a
saved case of all this. After each step it measures the bytes that only this session keeps alive: its state by key and
Streamlit's own bookkeeping, each object once, arrays by their content. The run, global caches, classes and code are
shared and do not count. Prints the total of each step and the ten largest keys at the maximum; exit code 1 if that
exceeds the limit of one megabyte.
"""

import gc
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
from streamlit.runtime.caching.cache_resource_api import _resource_caches
from streamlit.runtime.state.common import TESTING_KEY
from streamlit.testing.v1 import AppTest

from app import PAGES
from benchmarks.script import ARTIFACTS, ROOT, parser
from playrec_core.serving.case_file import build
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.store.run import Run
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.pages.map import selection
from playrec_core.ui.pages.map.scatter.scatter import Chosen

LIMIT = 1_000_000
N_SONGS = 50
METRICS_TABS = (
    *("All metrics", "By segment", "Error analysis", "Trade-offs", "Two models", "Protocols", "Explanations"),
    *("Weighted vote", "Replications", "Sweeps", "Published"),
)
DATA_TABS = (
    *("Distributions", "Long tail", "Most popular", "Dates and their repair", "Features", "Clusters", "Confidence"),
    "Sparse matrix",
)
_CODE = (type, ModuleType, CodeType, BuiltinFunctionType)


def parts(thing: Any) -> Iterable[Any]:
    """The objects that an object keeps alive; for a function its closure, but not its module."""
    if isinstance(thing, FunctionType):
        return (thing.__closure__, thing.__defaults__, thing.__kwdefaults__)
    if isinstance(thing, np.ndarray):
        return (thing.base,)
    return gc.get_referents(thing)


def deep_size(thing: Any, seen: set[int]) -> int:
    """Bytes of an object and of everything it keeps alive, each object once.

    Args:
        thing: any object.
        seen: ids of objects that do not count; counted objects are added.
    """
    total, waiting = 0, [thing]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen or isinstance(one, _CODE):
            continue
        seen.add(id(one))
        if isinstance(one, io.BytesIO):  # an uploaded file, whose content Streamlit shares
            total += one.getbuffer().nbytes
        elif not isinstance(one, np.memmap):  # a mapped file is not memory of the session
            total += sys.getsizeof(one)
        waiting += parts(one)
    return total


def shared() -> set[int]:
    """Ids of objects shared by all sessions: module attributes (`lru_cache`, constants) and Streamlit's caches."""
    seen: set[int] = set()
    modules = [vars(module) for name, module in list(sys.modules.items()) if name.startswith("playrec_core")]
    for root in (*modules, _resource_caches):
        deep_size(root, seen)
    return seen


def sizes(app: AppTest) -> dict[str, int]:
    """Bytes by key of the session state; Streamlit's own bookkeeping has names in brackets."""
    state, seen = app._session_state._state, shared()
    assert id(state) not in seen, "something shared holds the session: it would not be counted"
    found = {
        str(key): deep_size(key, seen) + deep_size(value, seen)
        for values in (state._old_state, state._new_session_state, state._new_widget_state.states)
        for key, value in values.items()
        if key != TESTING_KEY  # sessions of a browser have no such key
    }
    found["(Streamlit's widgets)"] = deep_size(state, seen)
    found["(fragments)"] = deep_size(app._fragment_storage, seen)
    return found


def tour(run: LoadedRun) -> Iterator[tuple[str, AppTest]]:
    """Open every page in one session; yields the name of each step and the session."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    songs = tuple(range(0, 10 * N_SONGS, 10))
    app.query_params["songs"] = ",".join(map(str, run.dataset.items.outside(songs)))
    app.query_params["models"] = ",".join(run.model_names)
    yield "Home", app.run()

    def page(name: str, **address: str) -> AppTest:
        app.switch_page(next(page.path for section in PAGES.values() for page in section if page.address == name))
        for key, value in address.items():
            app.query_params[key] = value
        return app.run()

    yield "Continue", page("Continue")
    app.session_state[why_dialog._ASKED] = why_dialog.Asked("ease", 7)
    yield "Continue: why", app.run()
    yield "Similar", page("Similar")
    app.session_state[selection._CHOSEN] = (run.id, Chosen(1, np.arange(run.maps.size)))
    yield "Map, all of it chosen", page("Map")
    yield "Explain", page("Explain")
    page("What_if", model="ease")
    yield "What if, tried", app.button(key="whatif.win.try").click().run()
    for tab in METRICS_TABS:
        yield f"Metrics: {tab}", page("Metrics", metrics_tab=tab)
    for tab in DATA_TABS:
        yield f"Data: {tab}", page("Data", data_tab=tab)
    page("Learn", lesson="popular")
    yield "Learn: a lesson", app.button(key="lesson.popular.reveal").click().run()
    yield "Disagreements", page("Disagreements")
    page("Panel")
    yield "Panel, judged", app.button(key="panel.best.A").click().run()
    yield "Case", page("Case")
    seed = app.session_state["playrec_playlists"].current.now.seed
    case = build(run, seed, run.model_names, depth=10, tag_depth=8).to_json()
    app.file_uploader[0].upload("case.json", case, "application/json")
    yield f"Case, a saved one opened ({len(case) / 1e6:.2f} MB)", app.run()
    yield "Continue again", page("Continue")


def main() -> int:
    given = parser(__doc__, artifacts=ARTIFACTS).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # A separate folder with the same run, because a verdict is written there.
        own, run_id = Path(folder), Run.open(given.artifacts).id
        (own / "runs").mkdir()
        (own / "runs" / run_id).symlink_to((given.artifacts / "runs" / run_id).resolve())
        shutil.copy(given.artifacts / "current", own / "current")
        os.environ["PLAYREC_ARTIFACTS"] = str(own)
        worst: tuple[int, str, dict[str, int]] = (0, "", {})
        for step, app in tour(LoadedRun.open(own)):
            if app.exception:
                raise SystemExit(f"{step}: {app.exception[0].message}")
            found = sizes(app)
            total = sum(found.values())
            print(f"{step:<46}{total / 1e3:9.1f} kB", flush=True)
            worst = max(worst, (total, step, found), key=lambda one: one[0])
    total, step, found = worst
    print(f"\nThe most, {total / 1e3:.1f} kB, at “{step}” (limit: {LIMIT / 1e3:.0f} kB). By key:")
    for key, size in sorted(found.items(), key=lambda one: -one[1])[:10]:
        print(f"  {size / 1e3:9.1f} kB  {key[:90]}")
    return int(total > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
