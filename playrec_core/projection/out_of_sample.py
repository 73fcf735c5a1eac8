"""Out-of-sample placement of songs that are not laid out, and the density of more points than can be drawn.

A layout of 50,000 songs takes minutes, of 700,000 hours, and no browser draws so many points. So the most popular songs
are laid out, the others are placed near them (`place`), and all are shown as a density image (`density`).
"""

import numpy as np
import pyarrow as pa

from playrec_core.schema import Progress

from .layout import CLUSTER, unit

BESIDE = 5
"""Number of nearest neighbours that determine the position of a song."""
_BLOCK = 16_384


def place(
    embeddings: np.ndarray, n_items: int, laid_out: pa.Table, layouts: tuple[str, ...], progress: Progress
) -> pa.Table:
    """Return a position for every song that is not laid out.

    The coordinate-wise median of its `BESIDE` nearest laid out songs, by cosine similarity of the embedding; a mean
    would fall between distant clusters. openTSNE initialises new points this way (Poličar, Stražar & Zupan, Machine
    Learning 2023, ``initialization="median"``) and then optimises them; that step is left out here, so clusters of
    unpopular songs only do not appear. The search is exact (faiss) and runs in blocks: besides the vectors and the
    result it keeps the laid out vectors once and `_BLOCK` songs in memory.

    Args:
        embeddings: (n, d) float32, songs in popularity order, the laid out first.
        n_items: number of songs of at least one training playlist; only they get a position.
        laid_out: from `playrec_core.projection.layout.layout`, m rows.
        layouts: names of its layouts.
        progress: called with the finished fraction.

    Returns:
        (n_items - m) rows, from song m on: ``cluster`` (that of the nearest laid out song) and ``<layout>_x``,
        ``<layout>_y`` float32; nan, and cluster 0, for a song with a zero vector.
    """
    import faiss

    first = laid_out.num_rows
    index = faiss.IndexFlatIP(embeddings.shape[1])
    index.add(unit(embeddings[:first]))  # type: ignore[call-arg] - faiss wraps its own signature
    places = np.column_stack(
        [laid_out[f"{layout}_{axis}"].to_numpy() for layout in layouts for axis in ("x", "y")]
    )  # (m, 2 * layouts)
    clusters = laid_out[CLUSTER].to_numpy()
    n = max(n_items - first, 0)
    found = np.full((n, places.shape[1]), np.nan, dtype=np.float32)
    cluster = np.zeros(n, dtype=np.int32)
    for start in range(0, n, _BLOCK):
        vectors = unit(embeddings[first + start : min(first + start + _BLOCK, n_items)])
        _, near = index.search(vectors, min(BESIDE, first))  # type: ignore[call-arg]
        rows = start + np.flatnonzero(vectors.any(axis=1))
        found[rows] = np.median(places[near[rows - start]], axis=1)
        cluster[rows] = clusters[near[rows - start, 0]]
        progress(min(start + _BLOCK, n) / n)
    columns = [f"{layout}_{axis}" for layout in layouts for axis in ("x", "y")]
    return pa.table({CLUSTER: cluster, **{name: found[:, one].copy() for one, name in enumerate(columns)}})


View = tuple[float, float, float, float]
"""Left, low, right, high of a part of a map, 0 to 1 being the map's extent."""


def within(places: np.ndarray, view: View) -> np.ndarray:
    """Return (n,) bool: which places, (n, 2) fractions of the map's extent, lie in a view; False for nan."""
    left, low, right, high = view
    x, y = places[:, 0], places[:, 1]
    return (x >= left) & (x < right) & (y >= low) & (y < high)


def density(places: np.ndarray, view: View, width: int, height: int) -> np.ndarray:
    """Return the density of places, (n, 2) as in `within`, in a view that is not empty.

    Returns:
        (height, width) uint8, the top row first: 0 for no points, 255 for the most, logarithmic, as counts on a map
        differ by orders of magnitude.
    """
    left, low, right, high = view
    inside = places[within(places, view)]
    columns = np.minimum((inside[:, 0] - left) * (width / (right - left)), width - 1).astype(np.int64)
    rows = np.minimum((inside[:, 1] - low) * (height / (high - low)), height - 1).astype(np.int64)
    counts = np.bincount(rows * width + columns, minlength=width * height).reshape(height, width)[::-1]
    most = np.log1p(counts.max())
    return np.ceil(np.log1p(counts) * (255 / most)).astype(np.uint8) if most else counts.astype(np.uint8)
