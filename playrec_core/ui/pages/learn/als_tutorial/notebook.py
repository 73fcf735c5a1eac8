"""The scores that the MovieLens notebook printed (``docs/sources/als-notebook.md``), beside those of the same items
here.
"""

import numpy as np
import streamlit as st

from playrec_core.evaluation.published import DOT_PRODUCT, NOTEBOOK
from playrec_core.i18n import tr
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.teaching.als_tutorial import NOTEBOOK_COUNT
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.seed.matching import match
from playrec_core.ui.wording.escape import plain

from .workspace import Workspace

MODEL = "als-notebook"
"""Name of the model of ``configs/movielens.toml`` that has the notebook's settings."""
DUPLICATE = "Men in Black (1997)"
"""The favourite that the notebook typed in another letter case, so that it became a second item."""


def notebook_figures(workspace: Workspace) -> None:
    """Draw the table; nothing unless the favourites are the notebook's five."""
    if not workspace.favourites.notebook:
        return
    run = workspace.run
    whole = MODEL in run.model_names
    rows = [
        [
            Cell(result.system, below=tr(result.note)),
            f"{result.figures[DOT_PRODUCT]:.4f}",
            _score(_tutorial_score(workspace, result.system)),
            *([_score(_run_score(run, workspace.favourites.items, result.system))] if whole else []),
        ]
        for result in NOTEBOOK.results
    ]
    head = [tr("score (x · y)"), tr("the notebook"), tr("this tutorial")]
    html_table.show([*head, *([run.model_title(MODEL)] if whole else [])], rows)
    words = tr(
        "The notebook trained on MovieLens 1M and added the five favourites as a user; this tutorial does so on a "
        "subset. Random initial vectors and other data give other scores. For Men in Black it is the score of the "
        "duplicate item (step 2). –: not in this data."
    )
    if whole:
        words += " " + tr(
            "{model}: the notebook’s settings on all the data of this run. The favourites are folded in after "
            "training, so it has no duplicate: Men in Black is one item there.",
            model=plain(run.model_title(MODEL)),
        )
    st.caption(words)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:z.4f}"


def _item(run: LoadedRun, title: str) -> int | None:
    """The item with a title, or without its year: later editions of MovieLens add other names before it. None if there
    is none, or several.
    """
    found = match(run, [title]).found or match(run, [title[: -len(" (1997)")]]).found
    return found[0] if found else None


def _tutorial_score(workspace: Workspace, title: str) -> float | None:
    """The score of an item by the tutorial's model; None if its subset lacks the item."""
    item = _item(workspace.run, title)
    if item is None or item not in workspace.subset.items:
        return None
    if title == DUPLICATE and item in workspace.favourites.items:
        mistaken = workspace.trained(workspace.favourites.items.index(item))[0]
        return float(mistaken.scores[len(workspace.subset.items)])
    return float(workspace.fitted.scores[workspace.subset.columns([item])[0]])


@per_run(4)
def _run_scores(run: LoadedRun, favourites: tuple[int, ...]) -> np.ndarray:
    """(n_items,) float32: scores by the run's model of the notebook's settings."""
    seed = Seed(favourites, weights=(float(NOTEBOOK_COUNT),) * len(favourites))
    return run.model(MODEL).score([seed])[0]


def _run_score(run: LoadedRun, favourites: tuple[int, ...], title: str) -> float | None:
    item = _item(run, title)
    return None if item is None else float(_run_scores(run, favourites)[item])
