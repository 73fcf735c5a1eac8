"""Ready before it is asked for: what a page's first view in a process would wait for, made once the first page stands.

The first view of every page needs libraries and things that are made once a run: without them it took 0.3 to 1.2 s
(docs/decisions/004-prerender-pages.md). Somebody who reads the first page needs none of it yet.
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

from .page_prerender import rehearse

_LOGGER = logging.getLogger(__name__)
_begun: set[str] = set()
_lock = Lock()


def begin(run: LoadedRun, addresses: Sequence[str]) -> None:
    """Do every step of a run in a thread of its own, once a process, if it is a browser that looks: pages are run
    without one in tests, where there is nobody to be quick for.
    """
    with _lock:
        if run.id in _begun or not st.context.headers:
            return
        _begun.add(run.id)
    Thread(target=_all, args=(run, current(), addresses), name="warm", daemon=True).start()


def _all(run: LoadedRun, language: str, addresses: Sequence[str]) -> None:
    speak(language)
    rehearsals = (partial(rehearse, get_instance(), language, address) for address in addresses)
    for step in chain(libraries(run), rehearsals, beyond_first_views(run)):
        with turn():  # none begins while a page is being drawn
            pass
        try:
            step()
        except (PlayrecError, Empty):  # of a damaged part, say, or a page that takes long: who opens it will be told
            pass
        except Exception:
            _LOGGER.warning("Something could not be made ahead; who needs it will wait for it.", exc_info=True)
    settle()


def libraries(run: LoadedRun) -> Iterator[Callable[[], object]]:
    """What most pages need, in small steps; what is likely to be needed first comes before the rest."""
    for name in run.first_shown:
        yield partial(run.answer, name, _question(run), k=10, n_tags=10, banned=())
    # Not imported above: this would then be part of starting.
    for module in walk_packages(ui.__path__, f"{ui.__name__}."):
        yield partial(import_module, module.name)


def beyond_first_views(run: LoadedRun) -> Iterator[Callable[[], object]]:
    """What is made once a run for tabs that are closed when their page is opened."""
    from playrec_core.ui.pages.metrics import error_analysis
    from playrec_core.ui.wording import figures

    if len(run.held_out):
        yield lambda: figures.compared(run, metric_words(run))
        yield partial(figures.sliced_figures, run)
        yield partial(error_analysis.facts, run)
        for comparison in run.config.comparisons:
            first, *others = [name for name in comparison.models if name in run.model_names] or [""]
            yield from (partial(figures.head_to_head, run, model, first) for model in others)


def _question(run: LoadedRun) -> Seed:
    """One that every part of a model looks at: a song, a tag if there are any, and a title."""
    return Seed((0,), (0,) if len(run.dataset.tags) else (), "a title")
