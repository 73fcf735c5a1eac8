"""Load ahead what the first view of each page needs, once the first page is shown.

The first view of a page needs libraries and results that are made once a run: without this it took 0.3 to 1.2 s
(docs/decisions/004-prerender-pages.md).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from pkgutil import walk_packages
from queue import Empty
from threading import Lock, Thread

import streamlit as st
from streamlit.runtime import get_instance

from playrec_core import ui
from playrec_core.errors import PlayrecError
from playrec_core.i18n import current
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.runtime.gc_freeze import settle
from playrec_core.ui.runtime.rerun_lock import turn
from playrec_core.ui.session.language import speak
from playrec_core.ui.wording.metrics import metric_words

from .page_prerender import prerender

_LOGGER = logging.getLogger(__name__)
_begun: set[str] = set()
_lock = Lock()


def begin(run: LoadedRun, addresses: Sequence[str]) -> None:
    """Start the thread that loads ahead, once per process and run, if a browser is connected: tests run pages without
    one.
    """
    with _lock:
        if run.id in _begun or not st.context.headers:
            return
        _begun.add(run.id)
    Thread(target=_all, args=(run, current(), addresses), name="warm", daemon=True).start()


def _all(run: LoadedRun, language: str, addresses: Sequence[str]) -> None:
    speak(language)
    prerenders = (partial(prerender, get_instance(), language, address) for address in addresses)
    for step in chain(libraries(run), prerenders, beyond_first_views(run)):
        with turn():  # no step begins while a page is drawn
            pass
        try:
            step()
        except (PlayrecError, Empty):  # a damaged part, for example: whoever opens the page gets the message
            pass
        except Exception:
            _LOGGER.warning("A page could not be loaded ahead.", exc_info=True)
    settle()


def libraries(run: LoadedRun) -> Iterator[Callable[[], object]]:
    """What most pages need, in small steps, the most likely first."""
    for name in run.first_shown:
        yield partial(run.recommend_one, name, _seed(run), k=10, n_tags=10, banned=())
    # Not imported above, so that the server starts without it.
    for module in walk_packages(ui.__path__, f"{ui.__name__}."):
        yield partial(import_module, module.name)


def beyond_first_views(run: LoadedRun) -> Iterator[Callable[[], object]]:
    """Results for tabs that are closed when their page is opened."""
    from playrec_core.ui.pages.metrics import error_analysis
    from playrec_core.ui.wording import figures

    if len(run.held_out):
        yield lambda: figures.compared(run, metric_words(run))
        yield partial(figures.sliced_figures, run)
        yield partial(error_analysis.facts, run)
        for comparison in run.config.comparisons:
            first, *others = [name for name in comparison.models if name in run.model_names] or [""]
            yield from (partial(figures.head_to_head, run, model, first) for model in others)


def _seed(run: LoadedRun) -> Seed:
    """A seed that every part of a model reads: a song, a tag if there are any, and a title."""
    return Seed((0,), (0,) if len(run.dataset.tags) else (), "a title")
