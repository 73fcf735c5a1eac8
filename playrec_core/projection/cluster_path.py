"""A playlist's way through the clusters of a map: its songs in order, song after song."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

NOWHERE = -1
"""Instead of a cluster: a song that the map does not have."""


@dataclass(frozen=True)
class Stretch:
    """Songs of one cluster that follow one another.

    Args:
        cluster: whose; `NOWHERE` for songs that are not on the map.
        songs: item_idx, in the playlist's order.
    """

    cluster: int
    songs: tuple[int, ...]


@dataclass(frozen=True)
class Journey:
    """The way of a whole playlist.

    Args:
        stretches: in order.
        clusters: how many different ones it visits.
        changes: how often the next song on the map belongs to another cluster than the one before.
        expected: how often it would on average if the same songs were shuffled.
    """

    stretches: tuple[Stretch, ...]
    clusters: int
    changes: int
    expected: float


def journey(songs: Sequence[int], membership: Sequence[int]) -> Journey:
    """The way through the clusters.

    Args:
        songs: item_idx in order, none twice.
        membership: the cluster of each, `NOWHERE` for those that are not on the map.
    """
    stretches = tuple(
        Stretch(cluster, tuple(song for _, song in group))
        for cluster, group in groupby(zip(membership, songs, strict=True), key=lambda pair: pair[0])
    )
    visited = [cluster for cluster in membership if cluster != NOWHERE]
    n = len(visited)
    # Two neighbours in a shuffled list are any two of its songs.
    same = sum(count * (count - 1) for count in Counter(visited).values())
    expected = (n - 1) * (1 - same / (n * (n - 1))) if n > 1 else 0.0
    return Journey(stretches, len(set(visited)), sum(a != b for a, b in pairwise(visited)), expected)
