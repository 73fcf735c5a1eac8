"""What every step of the walk through ALS works with: the favourites, the sliders, and the model they train."""

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
from playrec_core.teaching.als_tutorial import N_ITEMS, Lesson, Part, cut, learn
from playrec_core.ui.components.seed.matching import match
from playrec_core.ui.pages.learn.frame.step import named
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import items

MOST_FAVOURITES, EXAMPLES = 10, 5
NOTEBOOKS = ("Jurassic Park", "Men in Black", "Terminator 2: Judgment Day", "Terminator, The", "Matrix, The")
"""The favourites of the MovieLens notebook (document 003)."""
FAVOURITE_COUNTS = 5
"""The count that the notebook gives each of them."""
FACTORS = (2, 4, 8, 16, 32, 64, 100, 128)
PENALTIES = (0.001, 0.01, 0.1, 1.0, 5.0, 20.0, 100.0)


@dataclass(frozen=True)
class Favourites:
    """Whose walk it is.

    Args:
        items: item_idx, distinct, at least one.
        whose: in words for a person.
        own: whether they are the person's own and no example.
        left_out: how many more there are than the walk takes.
    """

    items: tuple[int, ...]
    whose: str
    own: bool
    left_out: int = 0


def favourites(run: LoadedRun, playlist: OpenPlaylist) -> Favourites:
    """The open playlist's items; without any, the notebook's own five where the data has them all, or those of a
    held-out playlist.
    """
    songs = playlist.seed.songs
    if songs:
        whose = tr("your {list}", list=items.collection(run.nouns))
        return Favourites(songs[:MOST_FAVOURITES], whose, True, max(len(songs) - MOST_FAVOURITES, 0))
    return _example(run, current())


@per_run(4)
def _example(run: LoadedRun, language: str) -> Favourites:
    found = match(run, NOTEBOOKS)
    if len(found.found) == len(NOTEBOOKS):
        return Favourites(found.found, tr("the notebook’s own five favourites"), False)
    # Item numbers rise as popularity falls: the best known of a playlist, and of one that holds enough known ones.
    known = (sorted(item for item in seed.songs if item < N_ITEMS) for seed in run.held_out.seeds)
    songs = next((songs for songs in known if len(songs) >= EXAMPLES), None)
    if songs is None:
        return Favourites(tuple(range(min(EXAMPLES, run.dataset.n_items))), tr("an example, the most popular"), False)
    return Favourites(
        tuple(songs[:EXAMPLES]), tr("the best known of a held-out {playlist}", playlist=run.nouns.playlist), False
    )


@per_run(32)
def _part(run: LoadedRun, chosen: tuple[int, ...]) -> Part:
    return cut(run.dataset, chosen)


@st.cache_resource(max_entries=64, show_spinner=False)
def _learned(
    _part: Part,
    run_id: str,
    chosen: tuple[int, ...],
    mistaken: int | None,
    factors: int,
    regularization: float,
    alpha: float,
    iterations: int,
) -> tuple[Lesson, float]:
    """The lesson and the seconds it took."""
    config = AlsConfig(factors=factors, regularization=regularization, alpha=alpha, iterations=iterations)
    began = time.perf_counter()
    return learn(_part, chosen, config, mistaken), time.perf_counter() - began


@dataclass(frozen=True, eq=False)
class Desk:
    """Args:
    run: whose data.
    favourites: the new user's.
    part: the small set.
    config: the sliders.
    """

    run: LoadedRun
    favourites: Favourites
    part: Part
    config: AlsConfig

    @property
    def nouns(self) -> Nouns:
        return self.run.nouns

    @cached_property
    def columns(self) -> tuple[int, ...]:
        """The favourites' columns."""
        return self.part.columns(self.favourites.items)

    @cached_property
    def lesson(self) -> Lesson:
        """What the model learned; trained once for each setting of the sliders, for all sessions."""
        return self._learned(None)[0]

    @property
    def seconds(self) -> float:
        """How long that took when it was done."""
        return self._learned(None)[1]

    def lesson_with_trap(self, place: int) -> Lesson:
        """The same where the favourite at a place was mistaken for a new item."""
        return self._learned(place)[0]

    def _learned(self, mistaken: int | None) -> tuple[Lesson, float]:
        settings = self.config.model_dump()
        return _learned(self.part, self.run.id, self.favourites.items, mistaken, **settings)

    def labels(self, columns: Sequence[int] | np.ndarray) -> list[str]:
        """Names of columns, raw text."""
        return items.labels(self.run.dataset, self.part.items[np.asarray(columns, dtype=np.int64)])

    def markdown(self, column: int) -> str:
        """The name of one, escaped."""
        return items.markdown(self.run.dataset, int(self.part.items[column]))


def desk(run: LoadedRun, playlist: OpenPlaylist, *, sliders: bool) -> Desk:
    """The desk of this session.

    Args:
        run: whose data.
        playlist: the one being built.
        sliders: whether to draw them; if not, the model is as at first, for a step that asks nothing of it.
    """
    chosen, nouns = favourites(run, playlist), run.nouns
    part = _part(run, chosen.items)
    # A favourite weighs as much as in the notebook: 5, be it a rating of 5 or five times the 1 of a playlist's song.
    config = AlsConfig(factors=32, regularization=0.01, iterations=15, alpha=FAVOURITE_COUNTS / part.strongest)
    if not sliders:
        return Desk(run, chosen, part, config)
    found = Desk(run, chosen, part, _sliders(run, config))
    st.caption(
        tr(
            "Trained in **{seconds:.2f} s** on {links:,} links: the {rows:,} most active {playlists}, the new one, and "
            "{columns:,} {songs}. The notebook: 100 factors, regularisation 0.01, 15 iterations, on 6,040 users and "
            "3,629 movies.",
            seconds=found.seconds,
            links=found.lesson.ratings.nnz,
            rows=len(part.playlists),
            columns=len(part.items),
            **named(nouns),
        )
    )
    return found


def _sliders(run: LoadedRun, first: AlsConfig) -> AlsConfig:
    """Draw them; they stand at ``first`` until somebody moves them, and stay where they are put."""
    key = f"learn.{run.id}"
    columns = st.columns(4, gap="medium")
    return AlsConfig(
        factors=columns[0].select_slider(
            tr("Factors"),
            FACTORS,
            first.factors,
            key=f"{key}.factors",
            help=tr("How long the vectors are."),
            persist_state="session",
        ),
        regularization=columns[1].select_slider(
            tr("Regularisation"),
            PENALTIES,
            first.regularization,
            format_func=lambda value: f"{value:g}",
            key=f"{key}.regularization",
            help=tr("What long vectors cost."),
            persist_state="session",
        ),
        iterations=columns[2].slider(
            tr("Iterations"),
            1,
            30,
            first.iterations,
            key=f"{key}.iterations",
            help=tr("How often the two sides take turns."),
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
            help=tr("How much surer the model is of what is there than of what is not."),
            persist_state="session",
        ),
    )
