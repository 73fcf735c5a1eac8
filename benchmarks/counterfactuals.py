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


def searched(
    run: LoadedRun, model: Recommender, seeds: list[Seed], rng: np.random.Generator, *, add: bool
) -> tuple[list[Counterfactual | None], list[float], int]:
    """The set found for one song of each seed, milliseconds of each search, and the number of sets without effect."""
    found, times, wrong = [], [], 0
    for seed in seeds:
        ranked = top_k(closed(model.score([seed])[0], seed.songs), FIRST + 100 if add else FIRST)
        candidates = ranked[FIRST:] if add else ranked
        if not len(candidates):
            continue
        item = int(rng.choice(candidates))
        if add:
            near = helpers(model, run.dataset.interactions, item, CANDIDATES)
            one, spent = timed(smallest_addition, model, seed, item, FIRST, near)
        else:
            one, spent = timed(smallest_removal, model, seed, item, FIRST)
        found.append(one)
        times.append(1000 * spent.processor)
        if one:
            changed = with_songs(seed, one.songs) if add else without_songs(seed, one.songs)
            rank = rank_of(model.score([changed])[0], item, changed.songs if add else seed.songs)
            wrong += (rank is not None and rank <= FIRST) != add
    return found, times, wrong


def with_songs(seed: Seed, songs: tuple[int, ...]) -> Seed:
    weights = (*seed.weights, *[1.0] * len(songs)) if seed.weights else ()
    return Seed((*seed.songs, *songs), seed.tags, seed.title, weights)


def without_songs(seed: Seed, songs: tuple[int, ...]) -> Seed:
    weights = tuple(w for song, w in zip(seed.songs, seed.weights, strict=False) if song not in songs)
    return Seed(tuple(song for song in seed.songs if song not in songs), seed.tags, seed.title, weights)


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
        for what, n in (("remove", given.removals), ("add", given.additions)):
            found, times, wrong = searched(run, model, seeds[:n], rng, add=what == "add")
            line(name, what, found, times, wrong)
            all_wrong += wrong
    return 1 if all_wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
