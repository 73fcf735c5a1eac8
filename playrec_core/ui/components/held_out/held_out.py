"""Held-out playlists: lookup, search, and each model's metrics on one."""

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
"""Labels of what a held-out playlist can show; pass them through `tr` and `in_nouns`."""
MOST_LISTED = 100


@dataclass(frozen=True)
class Asked:
    """One held-out playlist.

    Args:
        row: in the run's held-out table.
        id: external id.
        seed: the part shown.
        hidden: item_idx of the held-out items; those unknown in training lie beyond the catalogue.
    """

    row: int
    id: str
    seed: Seed
    hidden: frozenset[int]

    def playlist(self) -> OpenPlaylist:
        """The seed as a playlist to continue."""
        return OpenPlaylist(self.seed, (), self.id)


@per_run(3)
def _rows(run: LoadedRun) -> dict[str, int]:
    return {name: row for row, name in enumerate(run.held_out.table[HeldOut.ID].to_pylist())}


def asked_at(run: LoadedRun, row: int) -> Asked:
    """The held-out playlist in a row of ``run.held_out``."""
    table = run.held_out.table
    hidden = table[HeldOut.HIDDEN_SONGS][row].as_py()
    return Asked(row, table[HeldOut.ID][row].as_py(), run.held_out.seeds[row], frozenset(hidden))


def asked(run: LoadedRun, playlist: OpenPlaylist) -> Asked | None:
    """The held-out playlist that a playlist came from; None if none, or if this run does not have it."""
    row = _rows(run).get(playlist.question)
    return None if row is None else asked_at(run, row)


def as_asked(question: Asked, playlist: OpenPlaylist) -> bool:
    """Whether the seed is unchanged and nothing is excluded, so that the metrics of the evaluation apply."""
    mine, its = playlist.seed, question.seed
    return not playlist.banned and (mine.songs, mine.tags, mine.title) == (its.songs, its.tags, its.title)


def example(run: LoadedRun) -> Asked | None:
    """An example for users without a seed: the first with items and tags, or else with items."""
    kinds = run.held_out.table[HeldOut.KIND].to_pylist()
    for wanted in ("songs+tags", "songs", "tags", "title"):
        for row, kind in enumerate(kinds):
            if kind == wanted and not _is_empty(run.held_out.seeds[row]):
                return asked_at(run, row)
    return None


def _is_empty(seed: Seed) -> bool:
    return not (seed.songs or seed.tags or seed.title)


def find(run: LoadedRun, kind: str | None, text: str) -> np.ndarray:
    """(n,) rows of the held-out playlists of a kind whose id, title or tags contain a text, in file order."""
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
    """The next of some held-out playlists after the open one; the first after the last.

    Args:
        rows: (n,) from `find`, n > 0.
    """
    current = asked(run, playlist)
    later = rows[rows > (current.row if current is not None else -1)]
    return asked_at(run, int(later[0] if len(later) else rows[0]))


def figures(run: LoadedRun, question: Asked, model: str) -> str:
    """A line with a model's metrics on this playlist, from the evaluation run."""
    values = run.held_out_values(model)
    items = run.held_out_answers(model)["items"][question.row]
    hits = int(np.isin(items, list(question.hidden)).sum())
    parts = [
        tr("{hits} of {hidden} found in the top {depth}", hits=hits, hidden=len(question.hidden), depth=len(items))
    ]
    for name, title in (("ndcg", "nDCG"), ("tag_ndcg", tr("tag nDCG"))):
        if name in values and np.isfinite(values[name][question.row]):
            parts.append(f"{title} {values[name][question.row]:.3f}")
    return " · ".join(parts)
