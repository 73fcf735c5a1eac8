"""ALS of this project against `implicit` called directly, on the same matrix, alternating, in one process.

    python -m benchmarks.als_against_implicit --data DIR [--rounds 2] [--iterations N] [--config FILE]

``DIR`` is a data folder for the reader of the configuration. Both get the same ratings, factors, regularisation, seed
and threads; ours is all of `Als.fit` (conversion, factors, the matrix for fold-in), theirs is three lines of
`implicit`. Prints CPU and wall-clock seconds of each round, the ratio of the minima, and the difference of the factors.
"""

from pathlib import Path

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from benchmarks.script import ROOT, Spent, parser, timed
from benchmarks.trials import fit, read
from playrec_core.config import load
from playrec_core.models import registry
from playrec_core.models.factorisation.als import Als, AlsConfig


def main() -> None:
    options = parser(__doc__, data=Path, config=ROOT / "configs" / "melon-2core.toml", rounds=2)
    options.add_argument("--iterations", type=int, help="instead of the configuration's")
    given = options.parse_args()
    config = load(given.config)
    dataset = read(config, given.data)
    table = config.models["als"] | ({"iterations": given.iterations} if given.iterations else {})
    als = registry.create("als", table).config
    assert isinstance(als, AlsConfig)
    print(f"{dataset.n_playlists:,} x {dataset.n_items:,}, {dataset.interactions.nnz:,} interactions; {table}")

    def here() -> np.ndarray:
        model = Als(als)
        fit(model, dataset, np.random.default_rng(0))
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

    seconds: dict[str, list[Spent]] = {"Als.fit": [], "implicit": []}
    factors: dict[str, np.ndarray] = {}
    for _ in range(given.rounds):
        for name, work in (("Als.fit", here), ("implicit", directly)):
            factors[name], spent = timed(work)
            seconds[name].append(spent)
            print(f"{name:<10}{spent.processor:8.2f} s of processor{spent.seconds:8.2f} s", flush=True)
    for place, clock in ((1, "of processor"), (0, "by the clock")):
        best = {name: min(each[place] for each in rounds) for name, rounds in seconds.items()}
        print(f"seconds {clock}: ratio {best['Als.fit'] / best['implicit']:.3f}")
    print(f"largest difference of a factor: {np.abs(factors['Als.fit'] - factors['implicit']).max():.2e}")


if __name__ == "__main__":
    main()
