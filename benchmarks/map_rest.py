"""Cost of map coordinates for every song: out-of-sample placement of songs outside the layout, and rendering of all
songs.

    /usr/bin/time -v python -m benchmarks.map_rest --items 700000 --factors 64 --laid-out 50000

Uses synthetic clustered embeddings and a random layout; neither changes the time of the search. Prints the seconds of
`playrec_core.projection.out_of_sample.place`, of rendering the whole map and a part of it, and the peak of resident
memory. Exit code 1 if a sample of the coordinates is not the median of the five nearest neighbours by brute force.
"""

import sys
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from benchmarks.script import parser, peak_memory, timed
from playrec_core.projection.out_of_sample import BESIDE, density, place
from playrec_core.ui.pages.map.scatter import part, scatter

T = TypeVar("T")


def clustered(n: int, factors: int, rng: np.random.Generator) -> np.ndarray:
    """(n, factors) float32 around a hundred centres."""
    vectors = rng.standard_normal((n, factors), dtype=np.float32)
    vectors += 1.5 * rng.standard_normal((100, factors), dtype=np.float32)[rng.integers(0, 100, n)]
    return vectors


def told(work: Callable[[], T], label: str) -> T:
    found, spent = timed(work)
    wall, processor = 1000 * spent.seconds, 1000 * spent.processor
    print(f"{label:<46}{wall:12,.0f} ms{processor:12,.0f} ms of processor", flush=True)
    return found


def main() -> int:
    given = parser(__doc__, items=700_000, factors=64, laid_out=50_000, threads=2).parse_args()
    rng = np.random.default_rng(0)
    vectors = clustered(given.items, given.factors, rng)
    columns = {name: rng.normal(size=given.laid_out).astype(np.float32) for name in ("umap_x", "umap_y")}
    laid_out = pa.table({"cluster": rng.integers(0, 100, given.laid_out).astype(np.int32), **columns})

    def placed() -> pa.Table:
        with threadpool_limits(given.threads):
            return place(vectors, given.items, laid_out, ("umap",), lambda _: None)

    rest = told(placed, f"place {given.items - given.laid_out:,} songs beside {given.laid_out:,}")
    both = [np.concatenate([laid_out[name].to_numpy(), rest[name].to_numpy()]) for name in ("umap_x", "umap_y")]
    space = told(lambda: scatter.space("", "", "", np.column_stack(both), []), "space (once a process)")
    places = told(lambda: space.unit, "its places (once a process)")
    whole = (-0.1, -0.1, 1.1, 1.1)
    told(lambda: density(places, whole, part.WIDTH, part.HEIGHT), "picture of the whole")
    for view in (whole, (0.4, 0.4, 0.6, 0.6), (0.5, 0.5, 0.52, 0.52)):
        label = f"picture and points of {100 * (view[2] - view[0]):.0f} % of the width"
        told(lambda view=view: part.part(places, view, whole, scatter.MOST_DRAWN, []), label)
    print(f"{'peak of resident memory':<46}{peak_memory() / 2**20:12,.0f} MB")
    return 0 if _right(vectors, laid_out, rest, rng) else 1


def _right(vectors: np.ndarray, laid_out: pa.Table, rest: pa.Table, rng: np.random.Generator) -> bool:
    first = laid_out.num_rows
    lengths = np.linalg.norm(vectors[:first], axis=1)
    for song in rng.integers(first, len(vectors), 20).tolist():
        near = np.argsort(-(vectors[:first] @ vectors[song]) / lengths)[:BESIDE]
        expected = np.median(laid_out["umap_x"].to_numpy()[near])
        if not np.isclose(rest["umap_x"][song - first].as_py(), expected, atol=1e-5):
            print(f"song {song} is not at the median of its nearest")
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
