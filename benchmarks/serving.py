"""Latency of a run without the app: side by side, one model, neighbours, search, evaluation.

    python -m benchmarks.serving --artifacts DIR [--seeds 200] [--queries 10000] [--questions]

Each figure has a reference measured in the same run: all models in threads against one after the other; neighbours
against faiss' exact index of the same embeddings; search against a scan of all titles and artists, which has to find
the same items in the same order. ``--questions`` evaluates every model on all held-out playlists, as training does (on
every core). Prints milliseconds (median, p95, maximum) and the resident memory of this process at the end.
"""

import os
import random
import re
from collections.abc import Callable, Sequence
from typing import ParamSpec

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.script import ARTIFACTS, parser, resident, timed
from playrec_core.evaluation import protocol
from playrec_core.schema import ARTIST, TITLE, Query, Seed, no_progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.text_index.catalogue_search import normalise

P = ParamSpec("P")
DEPTH, N_TAGS = 100, 8
BRACKETS = re.compile(r"(\s*(\([^()]*\)|\[[^\[\]]*\]))+$")


def spent(work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> float:
    """Milliseconds."""
    return 1000 * timed(work, *args, **kwargs)[1].seconds


def line(label: str, times: Sequence[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[int(0.95 * len(ordered))]
    print(f"{label:<44} median {np.median(ordered):7.1f}   p95 {p95:7.1f}   worst {ordered[-1]:7.1f}", flush=True)


def some_seeds(run: LoadedRun, n: int, rng: random.Random) -> list[Seed]:
    """Held-out queries that show songs, as users would have."""
    shown = [seed for seed in run.held_out.seeds if seed.songs]
    return rng.sample(shown, min(n, len(shown)))


def side_by_side(run: LoadedRun, seeds: Sequence[Seed]) -> None:
    names = run.own_models
    for name in names:  # load the models and their lazy parts
        run.recommend_one(name, seeds[0])
    in_turn, at_once, alone = [], [], {name: [] for name in names}
    # Each seed is used once, because recent scores are cached.
    for turn, seed in enumerate(seeds):
        if turn % 2:
            at_once.append(spent(run.recommend, Query(seed), names, k=DEPTH, n_tags=N_TAGS))
            continue
        for name in names:
            alone[name].append(spent(run.recommend_one, name, seed, k=DEPTH, n_tags=N_TAGS))
        in_turn.append(sum(times[-1] for times in alone.values()))
    line(f"all {len(names)} models, in threads", at_once)
    line(f"all {len(names)} models, one after the other", in_turn)
    for name in names:
        line(f"  {name}", alone[name])


def neighbours(run: LoadedRun, n: int, rng: random.Random) -> None:
    import faiss

    items = rng.sample(range(run.dataset.n_items), n)
    heard = rng.sample(range(min(20_000, run.dataset.n_items)), n)
    for name in run.spaces():
        run.similar(name, 0, 10)
        line(f"neighbours, {name}", [spent(run.similar, name, item, 50) for item in items + heard])
    name = run.config.map.model
    vectors = np.ascontiguousarray(run.model(name).item_embeddings(), np.float32)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.omp_set_num_threads(1)
    line(f"  faiss IndexFlatIP of {name}", [spent(index.search, vectors[item : item + 1], 50) for item in items])


def search(run: LoadedRun, n: int, rng: random.Random) -> None:
    """Substrings of titles and artists, whole words and prefixes, and some that do not occur."""
    titles = [normalise(text) for text in run.dataset.catalogue[TITLE].to_pylist()]
    artists = [normalise(text) for text in run.dataset.catalogue[ARTIST].to_pylist()]
    queries = []
    while len(queries) < n:
        text = rng.choice(rng.choice((titles, artists)))
        start = rng.randrange(len(text)) if text else 0
        piece = text[start : start + rng.randint(1, 12)].strip()
        if rng.random() < 0.05:
            piece = "".join(rng.sample(piece, len(piece)))
        if piece:
            queries.append(piece)
    found, times = zip(*(timed(run.search.search, text, 20) for text in queries), strict=True)
    line("search, 20 results", [1000 * each.seconds for each in times])
    ends = np.cumsum([len(title) + len(artist) + 2 for title, artist in zip(titles, artists, strict=True)])
    text_of_all = "".join(f"{title}\n{artist}\0" for title, artist in zip(titles, artists, strict=True))
    scans, wrong = [], 0
    for text, answer in zip(queries, found, strict=True):
        expected, each = timed(scan, text, text_of_all, ends, titles, artists)
        scans.append(1000 * each.seconds)
        wrong += expected[:20] != answer.tolist()
    line("  looking through every title and artist", scans)
    print(f"  {len(queries):,} queries, {wrong} with another result than a full scan")


def scan(text: str, everything: str, ends: np.ndarray, titles: list[str], artists: list[str]) -> list[int]:
    """Items whose title or artist contains every word, in the documented order: equal titles, equal without
    brackets at the end, prefixes, the rest.
    """
    longest = max(text.split(), key=len)
    candidates, at = [], everything.find(longest)
    while at >= 0:
        item = int(np.searchsorted(ends, at, side="right"))
        candidates.append(item)
        at = everything.find(longest, int(ends[item]))
    parts: tuple[list[int], ...] = ([], [], [], [])
    for item in candidates:
        title, artist = titles[item], artists[item]
        if all(word in title or word in artist for word in text.split()):
            bare = BRACKETS.sub("", title)
            parts[0 if title == text else 1 if bare == text else 2 if title.startswith(text) else 3].append(item)
    return [item for part in parts for item in part]


def questions(run: LoadedRun) -> None:
    asked, whole = run.held_out, 0.0
    how = {"batch": run.config.evaluation.batch, "progress": no_progress, "threads": os.cpu_count() or 1}
    for name in run.own_models:
        _, took = timed(protocol.answer, run.model(name), run.ranker, asked, **how)
        whole += took.seconds
        print(f"  {len(asked):,} queries by {name:<30} {took.seconds:6.1f} s", flush=True)
    print(f"{len(asked):,} queries by all {len(run.own_models)} models: {whole:.0f} s")


def main() -> None:
    given = parser(__doc__, artifacts=ARTIFACTS, seeds=200, queries=10_000, questions=False).parse_args()
    rng = random.Random(0)
    run = LoadedRun.open(given.artifacts)
    with threadpool_limits(1, user_api="blas"):
        side_by_side(run, some_seeds(run, given.seeds, rng))
        print(resident())
        neighbours(run, given.seeds, rng)
        search(run, given.queries, rng)
        if given.questions:
            questions(run)
    print(resident())


if __name__ == "__main__":
    main()
