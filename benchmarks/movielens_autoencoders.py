"""Search for settings of the likelihood autoencoders on a small MovieLens.

The trials behind ``configs/movielens.toml``; the models are from the Movie Rec team report
(docs/sources/movie-rec-report.md).

    python -m benchmarks.movielens_autoencoders --data DIR [--only "TRIAL;TRIAL"]

The held-out part of the configuration's split is not used. The training part is split once more in the same way: of
each user, the last movie and nine others are hidden. Trials are fitted on the inner training part and evaluated on the
inner held-out part; each line is Recall@10 and nDCG@10, means over the inner splits, and seconds to fit. A trial is a
change to the table of the model in the configuration.
"""

import zlib
from pathlib import Path

import numpy as np

from benchmarks.script import ROOT, parser, print_head, print_row, timed
from benchmarks.trials import figures, fit, read
from playrec_core.config import load
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.split import split
from playrec_core.models import registry
from playrec_core.ranking.ranker import Ranker

CONFIG = load(ROOT / "configs" / "movielens.toml")
TRIALS: dict[str, tuple[str, dict]] = {
    "EASE": ("ease", {}),
    "ALS": ("als", {}),
    "AE": ("ae", {}),
    "AE, no code dropout": ("ae", {"code_dropout": 0.0}),
    "DAE": ("dae", {}),
    "DAE, no code dropout": ("dae", {"code_dropout": 0.0}),
    "VAE": ("vae", {}),
    "Multi-DAE": ("multi-dae", {}),
    "Multi-DAE, no code dropout": ("multi-dae", {"code_dropout": 0.0}),
    "Multi-DAE, half of the input hidden": ("multi-dae", {"input_dropout": 0.5}),
    "Multi-DAE, four fifths hidden": ("multi-dae", {"input_dropout": 0.8}),
    "Multi-DAE, tied": ("multi-dae", {"tied": True}),
    "Multi-DAE, linear": ("multi-dae", {"activation": "identity"}),
    "Multi-DAE, by genre preference": ("multi-dae", {"confidence": {"rules": ["genre"], "strength": 1.0}}),
    "Multi-DAE, by popularity": ("multi-dae", {"confidence": {"rules": ["popularity"], "strength": 1.0}}),
    "Multi-DAE, by time": ("multi-dae", {"confidence": {"rules": ["recency"], "strength": 1.0}}),
    "Multi-VAE": ("multi-vae", {}),
    "Multi-VAE, annealed": ("multi-vae", {"annealing_epochs": 15.0}),
    "RecVAE": ("recvae", {}),
    "RecVAE, gamma 0.02": ("recvae", {"gamma": 0.02}),
    "RecVAE, standard normal prior": (
        "recvae",
        {"prior": {"standard": 1.0, "old": 0.0, "wide": 0.0, "wide_log_variance": 10.0}},
    ),
}


def inner_splits(folder: Path, seeds: list[int]) -> list[tuple[Dataset, HeldOut]]:
    """Second splits of the training part of the configuration's split, one per seed."""
    training, _ = split(
        CONFIG.split, read(CONFIG, folder), folder, np.random.default_rng([CONFIG.seed, zlib.crc32(b"split")])
    )
    return [split(CONFIG.split, training, folder, np.random.default_rng(seed)) for seed in seeds]


def judge(name: str, changes: dict, training: Dataset, questions: HeldOut) -> tuple[float, float, float]:
    """Recall@10, nDCG@10 and seconds to fit."""
    model = registry.create(name, CONFIG.models[name] | changes)
    _, spent = timed(fit, model, training, np.random.default_rng(1))
    ranker = Ranker.build(training, CONFIG.ranking)
    values = figures(model, ranker, training, questions, CONFIG.evaluation.batch)
    return float(np.mean(values["recall@10"])), float(np.mean(values["ndcg@10"])), spent.seconds


def main() -> None:
    options = parser(__doc__, data=Path)
    options.add_argument("--only", default="", help="names of trials, separated by semicolons")
    options.add_argument("--inner", default="1", help="seeds of the inner splits, separated by commas")
    given = options.parse_args()
    splits = inner_splits(given.data, [int(seed) for seed in given.inner.split(",")])
    chosen = [name.strip() for name in given.only.split(";") if name.strip()] or list(TRIALS)
    print_head("trial", "changes", "Recall@10", "nDCG@10", "seconds")
    for trial in chosen:
        name, changes = TRIALS[trial]
        recall, ndcg, seconds = np.mean([judge(name, changes, *inner) for inner in splits], axis=0)
        print_row(trial, changes or "", f"{recall:.4f}", f"{ndcg:.4f}", f"{seconds:.0f}")


if __name__ == "__main__":
    main()
