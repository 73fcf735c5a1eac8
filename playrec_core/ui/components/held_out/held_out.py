"""Held-out playlists: lookup, search, and each model's metrics on one."""

import numpy as np

from playrec_core.data.held_out import HeldOut
from playrec_core.i18n import mark, tr
from playrec_core.schema import HeldOutPlaylist
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.text_index.catalogue_search import normalise
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import terms

KINDS = {"songs": mark("songs"), "songs+tags": mark("songs and tags"), "tags": mark("tags"), "title": mark("title")}
"""Labels of what a held-out playlist can show; pass them through `tr` and `in_nouns`."""
MOST_LISTED = 100


def playlist_of(held_out: HeldOutPlaylist) -> OpenPlaylist:
    """The seed of a held-out playlist, as a playlist to continue."""
    return OpenPlaylist(held_out.seed, (), held_out.id)


def example(run: LoadedRun) -> HeldOutPlaylist | None:
    """An example for users without a seed: the first with items and tags, else with items, tags or a title."""
    kinds = run.held_out.table[HeldOut.KIND].to_pylist()
    for wanted in ("songs+tags", "songs", "tags", "title"):
        for row, kind in enumerate(kinds):
            if kind == wanted and not run.held_out.seeds[row].empty:
                return run.held_out_playlist(row)
    return None


def find(run: LoadedRun, kind: str | None, text: str) -> np.ndarray:
    """(n,) rows of the held-out playlists of a kind whose id, title or tags contain a text, in file order."""
    table = run.held_out.table
    wanted = normalise(text[:100])
    kinds, ids = table[HeldOut.KIND].to_pylist(), table[HeldOut.ID].to_pylist()
    found = []
    for row, seed in enumerate(run.held_out.seeds):
        if kind and kinds[row] != kind:
            continue
        names = (ids[row], seed.title, *terms.tags(run.dataset, seed.tags)) if wanted else ()
        if not wanted or any(wanted in normalise(name) for name in names):
            found.append(row)
    return np.array(found, dtype=np.int64)


def following(run: LoadedRun, playlist: OpenPlaylist, rows: np.ndarray) -> HeldOutPlaylist:
    """The next of some held-out playlists, (n,) rows with n > 0, after the open one; the first after the last."""
    current = run.held_out_by_id(playlist.question)
    later = rows[rows > (current.row if current is not None else -1)]
    return run.held_out_playlist(int(later[0] if len(later) else rows[0]))


def figures(run: LoadedRun, held_out: HeldOutPlaylist, model: str) -> str:
    """A line with a model's metrics on this playlist, from the evaluation run."""
    values = run.held_out_values(model)
    items = run.held_out_answers(model)["items"][held_out.row]
    hits = int(np.isin(items, list(held_out.hidden)).sum())
    parts = [
        tr("{hits} of {hidden} found in the top {depth}", hits=hits, hidden=len(held_out.hidden), depth=len(items))
    ]
    for name, title in (("ndcg", "nDCG"), ("tag_ndcg", tr("tag nDCG"))):
        if name in values and np.isfinite(values[name][held_out.row]):
            parts.append(f"{title} {values[name][held_out.row]:.3f}")
    return " · ".join(parts)
