"""Search for better models on a tenth of Melon: the trials of ``melon_10pct_search.md``.

    python -m benchmarks.melon_10pct_search trials --data DIR [--only NAME,...]
    python -m benchmarks.melon_10pct_search final --data DIR [--only MODEL,...] [--config FILE]

``trials`` holds out 15 % of the training playlists by the organisers' rule (`playrec_core.data.split`), which shows
songs, songs and tags, tags, or only the title; tags are words of the titles. Each trial is a model of
``configs/melon-10pct.toml`` with some values changed. Only ``final`` uses the contest's questions and answers: it fits
models of the configuration on all training playlists and prints means, 95 % bootstrap intervals, and the paired
difference to the first model printed. The cold-start fallback is always included, as in ``train.py``. With
``--config configs/melon-10pct-open.toml`` models also train on the visible parts of the contest's other questions.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.script import ROOT, parser, print_head, print_row, timed
from benchmarks.trials import figures, fit, read, read_split
from playrec_core.config import KakaoSplit, load
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.split import split
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.models.score_cache import ScoreCache
from playrec_core.ranking.ranker import Ranker
from playrec_core.training.fit import model_rng

KINDS = ("songs", "songs+tags", "tags", "title")
NO_SONGS = ("tags", "title")
BATCH = 64
_SCORE_CACHE_BYTES = 2**30
TRIALS: dict[str, tuple[str, dict]] = {
    "playlist-knn": ("playlist-knn", {}),
    "playlist-knn, amplification 1.5": ("playlist-knn", {"amplification": 1.5}),
    "als": ("als", {}),
    "als, regularisation 30, 6 iterations": ("als", {"regularization": 30.0, "iterations": 6}),
    "als, alpha 10": ("als", {"regularization": 3.0, "alpha": 10.0, "iterations": 6}),
    "als-wide": ("als-wide", {}),
    "als-wide, 512 factors, alpha 200": ("als-wide", {"factors": 512, "regularization": 20.0, "alpha": 200.0}),
    "als-wide, regularisation 40, alpha 300": ("als-wide", {"regularization": 40.0, "alpha": 300.0}),
    "playlist-ridge, plain cosine": ("playlist-ridge", {"amplification": 1.0, "idf": 1.0}),
    "playlist-ridge, lambda 0.3": ("playlist-ridge", {"amplification": 1.0, "idf": 1.0, "regularization": 0.3}),
    "playlist-ridge, lambda 6": ("playlist-ridge", {"amplification": 1.0, "idf": 1.0, "regularization": 6.0}),
    "playlist-ridge, amplification 2": ("playlist-ridge", {"amplification": 2.0, "regularization": 1.0}),
    "playlist-ridge": ("playlist-ridge", {}),
    "fields-ridge": ("fields-ridge", {}),
    "fields-ridge, words 0.5": ("fields-ridge", {"words": 0.5}),
    "fields-ridge, words' lambda 3": ("fields-ridge", {"words_regularization": 3.0}),
    "fields-ridge, words' lambda 20": ("fields-ridge", {"words_regularization": 20.0}),
    "fields-als": ("fields-als", {}),
    "vote": ("vote", {}),
    "blend": ("blend", {}),
}


def ndcg(model: Recommender, ranker: Ranker, held_out: HeldOut, dataset: Dataset, batch: int = BATCH) -> np.ndarray:
    """(n_queries,) float64 song nDCG@100."""
    return np.asarray(figures(model, ranker, dataset, held_out, batch)["ndcg"])


def by_kind(values: np.ndarray, held_out: HeldOut) -> list[str]:
    """Cells of a table: mean over all queries, over each kind, and over all without songs."""
    kinds = np.asarray(held_out.table[HeldOut.KIND].to_pylist())
    chosen = (slice(None), *(kinds == kind for kind in KINDS), np.isin(kinds, NO_SONGS))
    return [f"{np.mean(values[rows]):.4f}" for rows in chosen]


def trials(given: argparse.Namespace) -> None:
    """Print one line of the table per trial."""
    config, rule = load(given.config), KakaoSplit(kind="kakao", share=0.15)
    dataset, held_out = split(rule, read(config, given.data), given.data, np.random.default_rng(0))
    ranker = Ranker.build(dataset, config.ranking)
    print_head("trial", "changes", "all", *KINDS, "no songs", "seconds")
    for title, (name, changes) in TRIALS.items():
        if given.only and title not in given.only.split(","):
            continue
        models = registry.create_all({**config.models, name: config.models[name] | changes}, [name])
        started = time.monotonic()
        for part, model in models.items():
            fit(model, dataset, model_rng(config.seed, part))
        values = ndcg(models[name], ranker, held_out, dataset)
        print_row(title, changes, *by_kind(values, held_out), f"{time.monotonic() - started:.0f}")


def final(given: argparse.Namespace) -> None:
    """Print one line per model: nDCG with interval, by kind, the difference to the first model, seconds to fit."""
    config = load(given.config)
    dataset, held_out = read_split(config, given.data)
    ranker = Ranker.build(dataset, config.ranking)
    names = given.only.split(",") if given.only else ["als", "fields-als", "fields-ridge", "vote", "blend"]
    models = registry.create_all(config.models, names)
    for name, model in models.items():
        _, spent = timed(fit, model, dataset, model_rng(config.seed, name))
        print(f"{name}: fitted in {spent.seconds:.0f} s", flush=True)
    values = ndcg_of_all({name: models[name] for name in names}, ranker, held_out, dataset)
    draws = np.random.default_rng(1).integers(len(held_out), size=(2000, len(held_out)))
    print_head("model", "song nDCG", "all", *KINDS, "no songs", "to the first")
    for name in names:
        less = interval(values[name] - values[names[0]], draws)
        print_row(name, interval(values[name], draws), *by_kind(values[name], held_out), less)


def ndcg_of_all(
    models: Mapping[str, Recommender], ranker: Ranker, held_out: HeldOut, dataset: Dataset
) -> dict[str, np.ndarray]:
    """`ndcg` of several models, a batch of questions at a time: a model that others are made of is asked once."""
    score_cache = ScoreCache(_SCORE_CACHE_BYTES)
    for model in models.values():
        for each in (model, *model.members.values()):
            each.score_cache = score_cache
    found: dict[str, list[np.ndarray]] = {name: [] for name in models}
    for start in range(0, len(held_out), BATCH):
        part = HeldOut(held_out.table.slice(start, BATCH))
        for name, model in models.items():
            # One seed at a time, because scores of whole batches are not cached.
            found[name].append(ndcg(model, ranker, part, dataset, batch=1))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def interval(values: np.ndarray, draws: np.ndarray) -> str:
    """Mean and 95 % percentile bootstrap interval."""
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return f"{values.mean():.4f} [{low:.4f}, {high:.4f}]"


def main() -> None:
    commands = {"trials": trials, "final": final}
    options = parser(__doc__, data=Path, config=ROOT / "configs" / "melon-10pct.toml")
    options.add_argument("what", choices=commands)
    options.add_argument("--only", default="", help="names, separated by commas")
    given = options.parse_args()
    commands[given.what](given)


if __name__ == "__main__":
    main()
