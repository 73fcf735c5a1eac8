"""The path of a playlist through the clusters of a map, song by song."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

NOT_ON_MAP = -1
"""In place of a cluster, for a song that is not on the map."""


@dataclass(frozen=True)
class Segment:
    """Consecutive songs (item_idx) of the same cluster; `NOT_ON_MAP` for songs without one."""

    cluster: int
    songs: tuple[int, ...]


@dataclass(frozen=True)
class ClusterPath:
    """The path of a whole playlist: its segments in order, the number of distinct clusters, and of changes (consecutive
    songs on the map in different clusters), and the mean of that over all orders of the same songs.
    """

    segments: tuple[Segment, ...]
    clusters: int
    changes: int
    expected: float


def cluster_path(songs: Sequence[int], membership: Sequence[int]) -> ClusterPath:
    """Return the path of distinct songs, in order, through their clusters (`NOT_ON_MAP` for songs without one)."""
    segments = tuple(
        Segment(cluster, tuple(song for _, song in group))
        for cluster, group in groupby(zip(membership, songs, strict=True), key=lambda pair: pair[0])
    )
    visited = [cluster for cluster in membership if cluster != NOT_ON_MAP]
    n = len(visited)
    # In a random order, adjacent songs are a random pair.
    same = sum(count * (count - 1) for count in Counter(visited).values())
    expected = (n - 1) * (1 - same / (n * (n - 1))) if n > 1 else 0.0
    return ClusterPath(segments, len(set(visited)), sum(a != b for a, b in pairwise(visited)), expected)
