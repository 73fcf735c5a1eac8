"""Held-out playlists on the page: finding one, knowing what it hides, and how each model did on it."""

from dataclasses import dataclass

import numpy as np

from playrec_core.data.held_out import HeldOut
from playrec_core.i18n import mark, tr
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.text_index.catalogue_search import normalise
from playrec_core.ui.session.playlist import OpenPlaylist

KINDS = {"songs": mark("songs"), "songs+tags": mark("songs and tags"), "tags": mark("tags"), "title": mark("title")}
"""What a question can show, and how it is called: pass it through `tr` and `run_words.in_nouns`."""
MOST_LISTED = 100


@dataclass(frozen=True)
class Asked:
    """One held-out question.

    Args:
        row: its place among the run's questions.
        id: its outside id.
        seed: what was shown.
        hidden: item_idx of what was hidden; those that training did not know lie beyond the catalogue.
    """

    row: int
    id: str
    seed: Seed
    hidden: frozenset[int]

    def playlist(self) -> OpenPlaylist:
        """As a playlist to continue."""
        return OpenPlaylist(self.seed, (), self.id)


@per_run(3)
def _places(run: LoadedRun) -> dict[str, int]:
    return {name: row for row, name in enumerate(run.held_out.table[HeldOut.ID].to_pylist())}


def asked_at(run: LoadedRun, row: int) -> Asked:
    """The question in a row of ``run.held_out``."""
    table = run.held_out.table
    hidden = table[HeldOut.HIDDEN_SONGS][row].as_py()
    return Asked(row, table[HeldOut.ID][row].as_py(), run.held_out.seeds[row], frozenset(hidden))


def asked(run: LoadedRun, playlist: OpenPlaylist) -> Asked | None:
    """The question that a playlist came from, None if it came from none (or from one that this run lacks)."""
    row = _places(run).get(playlist.question)
    return None if row is None else asked_at(run, row)


def as_asked(question: Asked, playlist: OpenPlaylist) -> bool:
    """Whether the seed is still the question's own, with nothing banned: then its measured figures hold."""
    mine, its = playlist.seed, question.seed
    return not playlist.banned and (mine.songs, mine.tags, mine.title) == (its.songs, its.tags, its.title)


def example(run: LoadedRun) -> Asked | None:
    """The question shown to somebody who has no seed: the first with items and tags, or else with items."""
    kinds = run.held_out.table[HeldOut.KIND].to_pylist()
    for wanted in ("songs+tags", "songs", "tags", "title"):
        for row, kind in enumerate(kinds):
            if kind == wanted and not _nothing_known(run.held_out.seeds[row]):
                return asked_at(run, row)
    return None


def _nothing_known(seed: Seed) -> bool:
    return not (seed.songs or seed.tags or seed.title)


def find(run: LoadedRun, kind: str | None, text: str) -> np.ndarray:
    """(n,) rows of the questions of a kind whose id, title or tags hold a text, in file order."""
    table = run.held_out.table
    wanted = normalise(text[:100])
    kinds, ids = table[HeldOut.KIND].to_pylist(), table[HeldOut.ID].to_pylist()
    found = []
    for row, seed in enumerate(run.held_out.seeds):
        if kind and kinds[row] != kind:
            continue
        names = (ids[row], seed.title, *map(str, run.dataset.tags.outside(seed.tags))) if wanted else ()
        if not wanted or any(wanted in normalise(name) for name in names):
            found.append(row)
    return np.array(found, dtype=np.int64)


def following(run: LoadedRun, playlist: OpenPlaylist, rows: np.ndarray) -> Asked:
    """The question after the one that is open, among some; the first after the last.

    Args:
        rows: (n,) from `find`, n > 0.
    """
    now = asked(run, playlist)
    later = rows[rows > (now.row if now is not None else -1)]
    return asked_at(run, int(later[0] if len(later) else rows[0]))


def figures(run: LoadedRun, question: Asked, model: str) -> str:
    """How a model did on this question as it was asked, in a line; as measured at training, 100 answers deep."""
    values = run.held_out_values(model)
    items = run.held_out_answers(model)["items"][question.row]
    hits = int(np.isin(items, list(question.hidden)).sum())
    parts = [tr("found {hits} of {hidden} in {answers}", hits=hits, hidden=len(question.hidden), answers=len(items))]
    for name, title in (("ndcg", "nDCG"), ("tag_ndcg", tr("tag nDCG"))):
        if name in values and np.isfinite(values[name][question.row]):
            parts.append(f"{title} {values[name][question.row]:.3f}")
    return " · ".join(parts)
