"""State shared by all steps of the ALS tutorial: the favourites, the sliders, and the trained model."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from playrec_core.i18n import current, tr
from playrec_core.models.factorisation.als import AlsConfig
from playrec_core.schema import Nouns
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.teaching.als_tutorial import N_ITEMS, Subset, TutorialModel, fit, notebook_config, take_subset
from playrec_core.ui.components.seed.matching import match
from playrec_core.ui.pages.learn.frame.step import named
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import items

MOST_FAVOURITES, EXAMPLES = 10, 5
NOTEBOOK_FAVOURITES = ("Jurassic Park", "Men in Black", "Terminator 2: Judgment Day", "Terminator, The", "Matrix, The")
"""The favourites of the MovieLens notebook (``docs/sources/als-notebook.md``)."""
FACTORS = (2, 4, 8, 16, 32, 64, 100, 128)
PENALTIES = (0.001, 0.01, 0.1, 1.0, 5.0, 20.0, 100.0)


@dataclass(frozen=True)
class Favourites:
    """The favourites of the new user.

    Args:
        items: item_idx, distinct, at least one.
        whose: where they come from, as text for the reader.
        own: whether they are the open playlist and not an example.
        left_out: number of items beyond `MOST_FAVOURITES`.
        notebook: whether they are the notebook's five.
    """

    items: tuple[int, ...]
    whose: str
    own: bool
    left_out: int = 0
    notebook: bool = False


def favourites(run: LoadedRun, playlist: OpenPlaylist) -> Favourites:
    """Return the items of the open playlist. If it is empty, return the notebook's five if the data has them all, else
    some of a held-out playlist.
    """
    songs = playlist.seed.songs
    if songs:
        whose = tr("your {list}", list=items.collection(run.nouns))
        more = max(len(songs) - MOST_FAVOURITES, 0)
        return Favourites(songs[:MOST_FAVOURITES], whose, True, more, sorted(songs) == sorted(_notebooks(run)))
    return _example(run, current())


@per_run(1)
def _notebooks(run: LoadedRun) -> tuple[int, ...]:
    """The notebook's five favourites; () if the data lacks one."""
    found = match(run, NOTEBOOK_FAVOURITES).found
    return found if len(found) == len(NOTEBOOK_FAVOURITES) else ()


@per_run(4)
def _example(run: LoadedRun, language: str) -> Favourites:
    if found := _notebooks(run):
        return Favourites(found, tr("the five favourites of the MovieLens notebook"), False, notebook=True)
    nouns = run.nouns
    # Items are in popularity order: the most popular ones of a playlist that has enough popular ones.
    known = (sorted(item for item in seed.songs if item < N_ITEMS) for seed in run.held_out.seeds)
    songs = next((songs for songs in known if len(songs) >= EXAMPLES), None)
    if songs is None:
        whose = tr("the most popular {songs}", songs=nouns.items)
        return Favourites(tuple(range(min(EXAMPLES, run.dataset.n_items))), whose, False)
    whose = tr("the most popular {songs} of a held-out {playlist}", songs=nouns.items, playlist=nouns.playlist)
    return Favourites(tuple(songs[:EXAMPLES]), whose, False)


@per_run(32)
def _subset(run: LoadedRun, chosen: tuple[int, ...]) -> Subset:
    return take_subset(run.dataset, chosen)


@per_run(64)
def _trained(
    run: LoadedRun, _subset: Subset, chosen: tuple[int, ...], config: AlsConfig, mistaken: int | None
) -> tuple[TutorialModel, float]:
    """Return the fitted model and the training time in seconds."""
    began = time.perf_counter()
    return fit(_subset, chosen, config, mistaken), time.perf_counter() - began


@dataclass(frozen=True, eq=False)
class Workspace:
    """Args:
    run: source of the data.
    favourites: of the new user.
    subset: the training data without the new user.
    config: hyperparameters from the sliders.
    """

    run: LoadedRun
    favourites: Favourites
    subset: Subset
    config: AlsConfig

    @property
    def nouns(self) -> Nouns:
        return self.run.nouns

    @cached_property
    def columns(self) -> tuple[int, ...]:
        """Columns of the favourites."""
        return self.subset.columns(self.favourites.items)

    @cached_property
    def fitted(self) -> TutorialModel:
        """The fitted model, trained once per setting of the sliders for all sessions."""
        return self.trained()[0]

    def trained(self, mistaken: int | None = None) -> tuple[TutorialModel, float]:
        """Return a fitted model and its training time in seconds.

        Args:
            mistaken: position of a favourite that is mistaken for a new item.
        """
        return _trained(self.run, self.subset, self.favourites.items, self.config, mistaken)

    def labels(self, columns: Sequence[int] | np.ndarray) -> list[str]:
        """Return names of columns, unescaped."""
        return items.labels(self.run.dataset, self.subset.items[np.asarray(columns, dtype=np.int64)])


def open_workspace(run: LoadedRun, playlist: OpenPlaylist, *, sliders: bool) -> Workspace:
    """Return the workspace of this session.

    Args:
        run: source of the data.
        playlist: the open playlist.
        sliders: whether to draw the sliders; if not, the default hyperparameters are used.
    """
    chosen, nouns = favourites(run, playlist), run.nouns
    subset = _subset(run, chosen.items)
    config = notebook_config(subset)
    if not sliders:
        return Workspace(run, chosen, subset, config)
    found = Workspace(run, chosen, subset, _sliders(run, config))
    st.caption(
        tr(
            "Trained in **{seconds:.2f} s** on {interactions:,} interactions: the {rows:,} most active {playlists}, "
            "the new one, and {columns:,} {songs}. The settings at the start are those of the MovieLens notebook, "
            "which trained on 6,040 users and 3,629 movies.",
            seconds=found.trained()[1],
            interactions=found.fitted.ratings.nnz,
            rows=len(subset.playlists),
            columns=len(subset.items),
            **named(nouns),
        )
    )
    return found


def _sliders(run: LoadedRun, first: AlsConfig) -> AlsConfig:
    """Draw the sliders, which start at ``first`` and keep their values for the session."""
    key = f"learn.{run.id}"
    columns = st.columns(4, gap="medium")
    return AlsConfig(
        factors=columns[0].select_slider(
            tr("Factors"),
            FACTORS,
            first.factors,
            key=f"{key}.factors",
            help=tr("Length of the vectors."),
            persist_state="session",
        ),
        regularization=columns[1].select_slider(
            tr("Regularisation"),
            PENALTIES,
            first.regularization,
            format_func=lambda value: f"{value:g}",
            key=f"{key}.regularization",
            help=tr("Penalty on long vectors."),
            persist_state="session",
        ),
        iterations=columns[2].slider(
            tr("Iterations"),
            1,
            30,
            first.iterations,
            key=f"{key}.iterations",
            help=tr("Number of times the two sides are solved in turn."),
            persist_state="session",
        ),
        alpha=columns[3].slider(
            tr("Alpha"),
            0.5,
            40.0,
            min(max(first.alpha, 0.5), 40.0),
            0.5,
            format="%g",
            key=f"{key}.alpha",
            help=tr("Confidence in an interaction of weight 1; an empty cell has confidence 1."),
            persist_state="session",
        ),
    )
