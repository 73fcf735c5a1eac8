"""ALS of this project against `implicit` called directly, on the same matrix, alternating, in one process.

    python -m benchmarks.als_against_implicit --data DIR [--rounds 2] [--iterations N] [--config FILE]

``DIR`` is a data folder for the reader of the configuration. Both get the same ratings, factors, regularisation, seed
and threads; ours is all of `Als.fit` (conversion, factors, the matrix for fold-in), theirs is three lines of
`implicit`. Prints CPU and wall-clock seconds of each round, the ratio of the minima, and the difference of the factors.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from playrec_core.config import load
from playrec_core.data.readers import base
from playrec_core.models import registry
from playrec_core.models.factorisation.als import Als, AlsConfig
from playrec_core.schema import no_progress

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "melon-2core.toml")
    parser.add_argument("--iterations", type=int, help="instead of the configuration's")
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    config = load(given.config)
    dataset = base.create(config.data.reader, config.data.options).read(given.data, progress=no_progress)
    table = config.models["als"] | ({"iterations": given.iterations} if given.iterations else {})
    als = registry.create("als", table).config
    assert isinstance(als, AlsConfig)
    print(f"{dataset.n_playlists:,} x {dataset.n_items:,}, {dataset.interactions.nnz:,} interactions; {table}")

    def here() -> np.ndarray:
        model = Als(als)
        model.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
        return model.item_factors

    def directly() -> np.ndarray:
        with threadpool_limits(1, user_api="blas"):
            model = AlternatingLeastSquares(
                factors=als.factors,
                regularization=als.regularization,
                alpha=als.alpha,
                iterations=als.iterations,
                random_state=int(np.random.default_rng(0).integers(2**31 - 1)),
            )
            model.fit(csr_matrix(dataset.interactions), show_progress=False)
        return np.asarray(model.item_factors)

    seconds: dict[str, list[tuple[float, float]]] = {"Als.fit": [], "implicit": []}
    factors: dict[str, np.ndarray] = {}
    for _ in range(given.rounds):
        for name, fit in (("Als.fit", here), ("implicit", directly)):
            factors[name], spent = _timed(fit)
            seconds[name].append(spent)
            print(f"{name:<10}{spent[0]:8.2f} s of processor{spent[1]:8.2f} s", flush=True)
    for place, clock in enumerate(("of processor", "by the clock")):
        best = {name: min(each[place] for each in rounds) for name, rounds in seconds.items()}
        print(f"seconds {clock}: ratio {best['Als.fit'] / best['implicit']:.3f}")
    print(f"largest difference of a factor: {np.abs(factors['Als.fit'] - factors['implicit']).max():.2e}")


def _timed(fit: Callable[[], np.ndarray]) -> tuple[np.ndarray, tuple[float, float]]:
    wall, used = time.perf_counter(), time.process_time()
    found = fit()
    return found, (time.process_time() - used, time.perf_counter() - wall)


if __name__ == "__main__":
    main()
