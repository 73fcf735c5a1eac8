"""Groups of playlists to look at apart: by what the question shows, and by how much of it.

Each function splits the playlists: every playlist is in exactly one slice, and empty slices are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

# The edges follow the seed lengths of the RecSys Challenge 2018 (1, 5, 10, 25, 100), with one more at 50.
LENGTH_EDGES = (1, 5, 10, 25, 50, 100)


@dataclass(frozen=True, eq=False)
class Slice:
    """Some of the playlists, and what they have in common.

    Args:
        name: the label on screen and in tables.
        mask: (n_playlists,) bool, true for those in the slice.
    """

    name: str
    mask: np.ndarray


def by_question_kind(has_songs: np.ndarray, has_tags: np.ndarray, has_title: np.ndarray) -> list[Slice]:
    """The Kakao contest's kinds of question: "songs", "songs+tags", "tags", "title", and "nothing" for none of them.

    A title changes the kind only where it is all there is: the contest blanks it where songs are shown and leaves
    it beside most tags.

    Args:
        has_songs, has_tags, has_title: (n_playlists,) bool, what each question shows.
    """
    songs, tags, title = (np.asarray(shown, dtype=bool) for shown in (has_songs, has_tags, has_title))
    kinds = [
        Slice("songs", songs & ~tags),
        Slice("songs+tags", songs & tags),
        Slice("tags", ~songs & tags),
        Slice("title", ~songs & ~tags & title),
        Slice("nothing", ~songs & ~tags & ~title),
    ]
    return [kind for kind in kinds if kind.mask.any()]


def by_seed_length(lengths: np.ndarray, edges: Sequence[int] = LENGTH_EDGES) -> list[Slice]:
    """Playlists by the number of songs the question shows: "0", "1–4", ..., "100+".

    Args:
        lengths: (n_playlists,) int, the songs each question shows.
        edges: where a new slice starts, rising, above 0.
    """
    bounds = [0, *edges]
    if any(low >= high for low, high in pairwise(bounds)):
        raise ValueError(f"edges must rise and lie above 0: {tuple(edges)}")
    bins = np.digitize(lengths, bounds) - 1
    slices = []
    for position, low in enumerate(bounds):
        last = position == len(bounds) - 1
        high = low if last else bounds[position + 1] - 1
        name = f"{low}+" if last else f"{low}" if high == low else f"{low}–{high}"
        slices.append(Slice(name, bins == position))
    return [some for some in slices if some.mask.any()]
