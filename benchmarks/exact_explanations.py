"""Check of the explanations that are called exact: the largest difference per model between the score and the sum of
the contributions, over random pairs of a seed and an item.

    python -m benchmarks.exact_explanations [--artifacts DIR] [--pairs 1000] [--seed 0]

Half of the seeds are held-out queries with their tags, titles and confidences; the other half are one to thirty random
songs of the catalogue. Half of the items are in the top 100 of the model, where users ask for explanations, and half
are random. "Relative" is the difference divided by the score if that is above 1 (scores can be counts of playlists).

Exits with 1 if a relative difference is above 1e-5.
"""

import numpy as np

from benchmarks.script import ARTIFACTS, parser, print_head, print_row
from playrec_core.explain.attribution import explain
from playrec_core.models.base import Recommender
from playrec_core.numerics.topk import top_k
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun

ITEMS_A_SEED, FIRST = 10, 100
ALLOWED = 1e-5


def main() -> None:
    given = parser(__doc__, artifacts=ARTIFACTS, pairs=1000, seed=0).parse_args()
    run = LoadedRun.open(given.artifacts)
    seeds = _seeds(run, -(-given.pairs // ITEMS_A_SEED), np.random.default_rng(given.seed))
    print_head("model", "kind", "pairs", "with a score", "largest gap", "relative", "largest score")
    worst = 0.0
    for name in run.model_names:
        model = run.model(name)
        if explain(model, seeds[0], 0).kind != "exact":
            print_row(name, "occlusion", *[""] * 5)
            continue
        rows = _gaps(model, seeds, np.random.default_rng(given.seed))
        shown, gap = rows.T
        relative = gap / np.maximum(1, np.abs(shown))
        worst = max(worst, float(relative.max()))
        counts = f"{len(rows):,}", f"{np.count_nonzero(shown):,}"
        print_row(name, "exact", *counts, f"{gap.max():.1e}", f"{relative.max():.1e}", f"{np.abs(shown).max():.4g}")
    raise SystemExit(worst > ALLOWED)


def _seeds(run: LoadedRun, n: int, rng: np.random.Generator) -> list[Seed]:
    queries = [seed for seed in run.held_out.seeds if seed.songs]
    chosen = [queries[place] for place in rng.choice(len(queries), min(n // 2, len(queries)), replace=False)]
    while len(chosen) < n:
        size = int(rng.integers(1, min(30, run.dataset.n_items) + 1))
        chosen.append(Seed(tuple(rng.choice(run.dataset.n_items, size, replace=False).tolist())))
    return chosen


def _gaps(model: Recommender, seeds: list[Seed], rng: np.random.Generator) -> np.ndarray:
    """(n_pairs, 2) float64: the score (0 if there is none), and its difference from the sum of contributions."""
    found = []
    for seed in seeds:
        # One at a time, as on a page.
        scores = model.score([seed])[0]
        first = rng.permutation(top_k(scores, FIRST))[: ITEMS_A_SEED // 2].tolist()
        any_other = rng.choice(len(scores), ITEMS_A_SEED - len(first), replace=False).tolist()
        for item in [*first, *any_other]:
            said = explain(model, seed, item)
            shown = float(scores[item]) if np.isfinite(scores[item]) else 0.0
            if said.kind != "exact":
                continue
            found.append((shown, max(abs(said.total - shown), abs(said.score - shown))))
    return np.array(found)


if __name__ == "__main__":
    main()
