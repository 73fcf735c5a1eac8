"""What a person needs to judge an item at a glance: genre, year and tags."""

from collections.abc import Sequence

import numpy as np

from playrec_core.schema import GENRES, YEAR
from playrec_core.serving.loaded_run import LoadedRun

from . import items, terms

MOST_TAGS = 2


def items_of_lists(run: LoadedRun, shown: Sequence[int]) -> dict[str, list[str]]:
    """Title, artist and `facts` of each item, by item_idx as text, for lists that the browser draws."""
    rows = zip(items.names(run.dataset, shown), facts(run, shown), strict=True)
    return {str(item): [*names, known] for item, (names, known) in zip(shown, rows, strict=True)}


def facts(run: LoadedRun, shown: Sequence[int]) -> list[str]:
    """The main genre, release year and most frequent tags of each item, as one line; parts that are unknown are left
    out.

    Args:
        run: whose catalogue and tags.
        shown: (n,) item_idx.

    Returns:
        n texts, not escaped: "Indie · 2014 · #rain #cafe".
    """
    table = items.table(run.dataset, shown, (GENRES, YEAR))
    main = terms.genres(run.dataset, (genres[0] if len(genres) else "" for genres in table[GENRES]))
    lines = []
    for genre, year, tags in zip(main, table[YEAR], _tags(run, shown), strict=True):
        names = [name for name in terms.tags(run.dataset, tags) if name.casefold() != genre.casefold()]
        marked = " ".join(f"#{name}" for name in names[:MOST_TAGS])
        lines.append(" · ".join(part for part in (genre, str(year) if year else "", marked) if part))
    return lines


def _tags(run: LoadedRun, shown: Sequence[int]) -> list[list[int]]:
    """The tags that the most training playlists of each item have, best first; one more than is shown, because the
    genre may be among them."""
    counts = run.ranker.item_tags[np.asarray(shown, dtype=np.int64)]
    rows = np.repeat(np.arange(len(shown)), np.diff(counts.indptr))
    order = np.lexsort((counts.indices, -counts.data, rows))
    return [
        counts.indices[order[start : min(end, start + MOST_TAGS + 1)]].tolist()
        for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True)
    ]
