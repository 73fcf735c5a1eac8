"""Time of the search for counterfactuals, how often it finds one, and how often that is proven minimal.

    python -m benchmarks.counterfactuals [--artifacts DIR] [--removals 80] [--additions 120] [--all] [--seed 0]

Removals: take one of the top 10 recommendations of a held-out playlist out of the top 10. Additions: bring one of the
next hundred songs into the top 10, with candidates from `helpers` as on the page. Uses the linear models of a run, for
which the search is complete, or with ``--all`` every model that uses songs. Times are milliseconds of CPU. Every set
found is scored again here by the model alone; exit code 1 if one does not have the claimed effect.
"""

import numpy as np

from benchmarks.script import ARTIFACTS, parser, print_head, print_row, timed
from playrec_core.explain.attribution import rank_of
from playrec_core.explain.counterfactuals import Counterfactual, helpers, smallest_addition, smallest_removal
from playrec_core.models.base import Recommender
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun

FIRST, CANDIDATES = 10, 40


def place(model: Recommender, seed: Seed, item: int, shut: tuple[int, ...]) -> int | None:
    return rank_of(model.score([seed])[0], item, shut)


def removals(model: Recommender, seeds: list[Seed], rng: np.random.Generator) -> tuple[list, list[float], int]:
    found, times, wrong = [], [], 0
    for seed in seeds:
        recommended = top_k(closed(model.score([seed])[0], seed.songs), FIRST)
        if not len(recommended):
            continue
        item = int(rng.choice(recommended))
        one, spent = timed(smallest_removal, model, seed, item, FIRST)
        found.append(one)
        times.append(1000 * spent.processor)
        if one:
            kept = tuple(song for song in seed.songs if song not in one.songs)
            weights = tuple(w for song, w in zip(seed.songs, seed.weights, strict=False) if song not in one.songs)
            now = place(model, Seed(kept, seed.tags, seed.title, weights), item, seed.songs)
            wrong += now is not None and now <= FIRST
    return found, times, wrong


def additions(
    run: LoadedRun, model: Recommender, seeds: list[Seed], rng: np.random.Generator
) -> tuple[list, list[float], int]:
    found, times, wrong = [], [], 0
    for seed in seeds:
        later = top_k(closed(model.score([seed])[0], seed.songs), FIRST + 100)[FIRST:]
        if not len(later):
            continue
        item = int(rng.choice(later))
        near = helpers(model, run.dataset.interactions, item, CANDIDATES)
        one, spent = timed(smallest_addition, model, seed, item, FIRST, near)
        found.append(one)
        times.append(1000 * spent.processor)
        if one:
            weights = (*seed.weights, *[1.0] * len(one.songs)) if seed.weights else ()
            songs = (*seed.songs, *one.songs)
            now = place(model, Seed(songs, seed.tags, seed.title, weights), item, songs)
            wrong += now is None or now > FIRST
    return found, times, wrong


def line(name: str, what: str, found: list[Counterfactual | None], times: list[float], wrong: int) -> None:
    if not times:
        return
    some = [one for one in found if one]
    counts = len(found), len(some), sum(one.smallest for one in some)
    print_row(name, what, *counts, *(f"{value:.0f}" for value in np.percentile(times, [50, 95, 100])), wrong)


def main() -> int:
    given = parser(__doc__, artifacts=ARTIFACTS, removals=80, additions=120, all=False, seed=0).parse_args()
    run = LoadedRun.open(given.artifacts)
    queries = [seed for seed in run.held_out.seeds if seed.songs]
    print_head("model", "change", "queries", "found", "proven minimal", "median ms", "p95", "longest", "wrong")
    all_wrong = 0
    for name in run.own_models:
        model = run.model(name)
        if "songs" not in model.reads or (model.linear_weights() is None and not given.all):
            continue
        rng = np.random.default_rng(given.seed)
        seeds = [queries[row] for row in rng.permutation(len(queries))]
        taken = removals(model, seeds[: given.removals], rng)
        given_back = additions(run, model, seeds[: given.additions], rng)
        line(name, "remove", *taken)
        line(name, "add", *given_back)
        all_wrong += taken[2] + given_back[2]
    return 1 if all_wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
