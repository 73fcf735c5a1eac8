"""Search for a good collaborative autoencoder on a tenth of Melon: the trials of ``autoencoder_search.md``.

    python -m benchmarks.autoencoder_search trials --data DIR [--only NAME,...] [--device cuda]
    python -m benchmarks.autoencoder_search references --data DIR
    python -m benchmarks.autoencoder_search final --data DIR [--only MODEL,...]

``trials`` holds out a tenth of the training playlists and prints for each setting the best mean nDCG@100 of one half of
each playlist given the other half, its epoch, and the time. Every trial is a change of the setting START.
``references`` evaluates other models in the same way. Only ``final`` uses the contest's questions: it trains models of
``configs/melon-10pct.toml`` on all training playlists and prints song nDCG over all questions, including the cold-start
fallback, as ``train.py`` would.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_array

from benchmarks.script import ROOT, parser, print_head, print_row, timed
from benchmarks.trials import figures, fit, fitted, read_split
from playrec_core.config import load
from playrec_core.errors import ConfigError
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.models.neural.playlists import ndcg_of_hidden_halves
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import Seed

CONFIG = load(ROOT / "configs" / "melon-10pct.toml")
ADAM = {"kind": "adam", "lazy": True, "learning_rate": 0.005, "final": 0.1, "weight_decay": 0.0}
FAST_ADAM = ADAM | {"learning_rate": 0.007}
SGD = {"kind": "sgd", "learning_rate": 0.2, "final": 1.0, "momentum": 0.6, "weight_decay": 0.0}
START = {
    "hidden": [256],
    "activation": "tanh",
    "tied": True,
    "normalise": True,
    "input_dropout": 0.5,
    "code_dropout": 0.0,
    "loss": "multinomial",
    "optimiser": ADAM,
    "batch": 256,
    "epochs": 10,
    "samples": 4000,
    "sample_power": 0.5,
    "held_out": 0.1,
    "patience": 5,
    "min_playlists": 2,
}
REPORT = {
    "hidden": [1024],
    "activation": "selu",
    "tied": False,
    "normalise": False,
    "input_dropout": 0.0,
    "code_dropout": 0.8,
    "loss": {"sum": 1.0, "mean": 50.0, "masked": 0.0},
    "optimiser": SGD,
    "batch": 1024,
}
TRIALS: dict[str, dict] = {
    "start": {},
    "untied": {"tied": False, "epochs": 6, "optimiser": ADAM | {"learning_rate": 0.001, "final": 1.0}},
    "tied": {"epochs": 6, "optimiser": ADAM | {"learning_rate": 0.003, "final": 1.0}},
    "constant rate": {"epochs": 9, "optimiser": ADAM | {"learning_rate": 0.01, "final": 1.0}},
    "linear": {"epochs": 9, "activation": "identity", "optimiser": ADAM | {"learning_rate": 0.01, "final": 1.0}},
    "12,000 samples": {"samples": 12000},
    "24,000 samples": {"samples": 24000},
    "more dropout": {"samples": 12000, "input_dropout": 0.7, "optimiser": FAST_ADAM},
    "lazy Adam": {"samples": 24000, "input_dropout": 0.7, "epochs": 14, "optimiser": FAST_ADAM},
    "chosen": {"samples": 24000, "input_dropout": 0.7, "epochs": 14, "optimiser": FAST_ADAM | {"lazy": False}},
    "wider": {"samples": 24000, "hidden": [512], "input_dropout": 0.7, "optimiser": FAST_ADAM},
    "every output": {"samples": 0, "input_dropout": 0.7, "epochs": 14, "optimiser": FAST_ADAM},
    "the report's": REPORT | {"epochs": 45},
    "the report's, at a rate that converges": REPORT | {"epochs": 45, "optimiser": SGD | {"learning_rate": 1e-5}},
}


def trials(given: argparse.Namespace) -> None:
    """Print one line of the table per trial."""
    dataset, _ = read_split(CONFIG, given.data)
    print_head("trial", "changes", "held-out nDCG", "best epoch", "seconds")
    for name, changes in TRIALS.items():
        if given.only and name not in given.only.split(","):
            continue
        model = registry.create("collaborative-autoencoder", START | changes)
        try:
            _, spent = timed(fit, model, dataset, np.random.default_rng(1), given.device)
        except ConfigError as error:
            print_row(name, changes, error, "", "")
            continue
        history = vars(model)["history"]
        best = int(np.argmax(history))
        print_row(name, changes, f"{history[best]:.4f}", best + 1, f"{spent.seconds:.0f}")


class Outputs:
    """Adapts a recommender to `ndcg_of_hidden_halves`, which expects a network."""

    def __init__(self, model: Recommender):
        self.model = model

    def outputs(self, inputs: csr_array) -> torch.Tensor:
        bounds = zip(inputs.indptr[:-1], inputs.indptr[1:], strict=True)
        return torch.from_numpy(self.model.score([Seed(tuple(inputs.indices[a:b].tolist())) for a, b in bounds]))


def references(given: argparse.Namespace) -> None:
    """The same playlists and halves as in `trials`, for models that are not networks."""
    dataset, _ = read_split(CONFIG, given.data)
    rng = np.random.default_rng(1)
    order = rng.permutation(dataset.n_playlists)
    n_held = int(START["held_out"] * dataset.n_playlists)
    held = np.sort(order[:n_held])
    judge = ndcg_of_hidden_halves(csr_array(dataset.interactions[held]), dataset.n_items, rng)
    # Masked, not removed, so that song numbers still match the held-out halves.
    rows = np.repeat(np.arange(dataset.n_playlists), np.diff(dataset.interactions.indptr))
    interactions = csr_array(dataset.interactions * 1.0)
    interactions.data[np.isin(rows, held)] = 0
    interactions.eliminate_zeros()
    training = replace(dataset, interactions=interactions, positions=np.zeros(interactions.nnz, np.int32))
    for name in ("playlist-knn", "item-knn", "als"):
        model = fit(registry.create(name, CONFIG.models[name]), training, np.random.default_rng(1))
        print_row(name, f"{judge(Outputs(model)):.4f}")


def final(given: argparse.Namespace) -> None:
    """Song nDCG over all questions, and over those that show a song."""
    dataset, held_out = read_split(CONFIG, given.data)
    ranker = Ranker.build(dataset, CONFIG.ranking)
    shown = np.asarray([len(seed.songs) > 0 for seed in held_out.seeds])
    print_head("model", "song nDCG", "where a song is shown", "seconds to fit")
    for name in CONFIG.models:
        if given.only and name not in given.only.split(","):
            continue
        model, spent = timed(fitted, CONFIG, dataset, (name, {}), device=given.device)
        ndcg = figures(model, ranker, dataset, held_out)["ndcg"]
        print_row(name, f"{np.mean(ndcg):.4f}", f"{np.mean(ndcg[shown]):.4f}", f"{spent.seconds:.0f}")


def main() -> None:
    commands = {"trials": trials, "references": references, "final": final}
    options = parser(__doc__, data=Path)
    options.add_argument("what", choices=commands)
    options.add_argument("--only", default="", help="names, separated by commas")
    options.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    given = options.parse_args()
    commands[given.what](given)


if __name__ == "__main__":
    main()
