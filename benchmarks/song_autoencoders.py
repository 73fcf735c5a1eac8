"""The content and the hybrid song autoencoder on the demo, setting against setting.

    python -m benchmarks.song_autoencoders trials [--only TEXT] [--artifacts DIR]
    python -m benchmarks.song_autoencoders final [--artifacts DIR]

``trials`` splits the demo's training playlists once more, by the same rule, and answers the questions of that split:
the way the settings of ``configs/demo.toml`` were chosen. ``final`` trains on all training playlists and answers the
held-out questions, as ``train.py`` does: every setting that the document compares, beside cluster matrix factorisation
and content neighbours, with 95 % intervals, and the difference from cluster matrix factorisation on the same questions.
"seconds" are of processor time, to fit.
"ones" and "zeros" are the shares of a song's ones, and of its zeros, that the network predicts as one half or more.
"""

import argparse
import time
import zlib
from pathlib import Path

import numpy as np

from playrec_core import training
from playrec_core.config import TrainConfig, load
from playrec_core.data.dataset import Dataset
from playrec_core.data.questions import HeldOut
from playrec_core.data.split import split
from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import Interval, mean_interval, paired_difference
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.models.song_autoencoder import RECONSTRUCTED
from playrec_core.ranking import Ranker
from playrec_core.schema import no_progress

ROOT = Path(__file__).parents[1]
CONTENT, HYBRID, CLUSTERS = "content-autoencoder", "hybrid-song-autoencoder", "cluster-mf"
Variant = tuple[str, dict]
"""A table of ``configs/demo.toml``, and what is changed in it."""
MASKED_ALONE = {"loss": {"sum": 0.0, "mean": 0.0, "masked": 15.0}}
FINAL: dict[str, Variant] = {
    "cluster MF": (CLUSTERS, {}),
    "content neighbours": ("content-neighbours", {}),
    "content autoencoder": (CONTENT, {}),
    "content autoencoder, dot product": (CONTENT, {"similarity": "dot"}),
    "**hybrid**": (HYBRID, {}),
    "hybrid, dot product": (HYBRID, {"similarity": "dot"}),
    "hybrid, ReLU": (HYBRID, {"activation": "relu"}),
    "hybrid, ReLU, dot product": (HYBRID, {"activation": "relu", "similarity": "dot"}),
    "hybrid, re-feeding": (HYBRID, {"refeed": True}),
    "hybrid, masked error alone": (HYBRID, MASKED_ALONE),
}
NARROW = {"hidden": [128, 128, 256, 128, 128]}
ADAM = {"kind": "adam", "lazy": False, "learning_rate": 1e-3, "final": 1.0, "weight_decay": 1e-4}
FIRST = {"min_songs": 1, "normalise": False, "batch": 256, "epochs": 10, "optimiser": ADAM}
TRIALS: dict[str, Variant] = {
    "cluster MF": (CLUSTERS, {}),
    "content: as configured": (CONTENT, {}),
    "content: the document's widths, 4 epochs": (CONTENT, {"hidden": [512, 512, 1024, 512, 512], "epochs": 4}),
    "content: narrow": (CONTENT, NARROW),
    "content: narrow, three times the epochs": (CONTENT, NARROW | {"epochs": 30}),
    "content: narrow, untied": (CONTENT, NARROW | {"tied": False}),
    "content: narrow, half of the code hidden": (CONTENT, NARROW | {"code_dropout": 0.5}),
    "content: narrow, rows of length one": (CONTENT, NARROW | {"normalise": True}),
    "content: narrow, SELU": (CONTENT, NARROW | {"activation": "selu"}),
    "hybrid: as configured": (HYBRID, {}),
    "hybrid: playlists of 20 songs": (HYBRID, {"min_songs": 20}),
    "hybrid: playlists of 20 songs, 8 epochs": (HYBRID, {"min_songs": 20, "epochs": 8}),
    "hybrid: every playlist, 8 epochs": (HYBRID, {"min_songs": 1, "epochs": 8}),
    "hybrid: first": (HYBRID, FIRST),
    "hybrid: first, rows of length one": (HYBRID, FIRST | {"normalise": True}),
    "hybrid: first, three times the epochs": (HYBRID, FIRST | {"epochs": 30}),
    "hybrid: first, twice as wide": (HYBRID, FIRST | {"hidden": [512, 256, 512]}),
    "hybrid: first, half of the inputs hidden": (HYBRID, FIRST | {"input_dropout": 0.5}),
    "hybrid: first, half of the code hidden": (HYBRID, FIRST | {"code_dropout": 0.5}),
    "hybrid: first, no weight decay": (HYBRID, FIRST | {"optimiser": ADAM | {"weight_decay": 0.0}}),
}


def fitted(config: TrainConfig, dataset: Dataset, variant: Variant, seed: int) -> Recommender:
    """A model with its table's settings, changed."""
    name, changes = variant
    model = registry.create(name, config.models[name] | {"kind": name} | changes)
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    model.fit(dataset, rng=rng, device="cpu", progress=no_progress)
    return model


def measure(config: TrainConfig, dataset: Dataset, held_out: HeldOut, variants: dict[str, Variant]) -> None:
    """One line of a table a variant."""
    ranker = Ranker.build(dataset, config.ranking)
    against: np.ndarray | None = None
    print("| | song nDCG | tag nDCG | Score | less cluster MF | ones | zeros | seconds |\n" + "|---" * 8 + "|")
    for label, variant in variants.items():
        started = time.process_time()
        model = fitted(config, dataset, variant, config.seed)
        seconds = time.process_time() - started
        answers = protocol.answer(model, ranker, held_out, batch=128, progress=no_progress)
        values = protocol.measure(answers, held_out, dataset.interactions)
        figures = [mean_interval(values[metric], seed=config.seed) for metric in ("ndcg", "tag_ndcg", protocol.SCORE)]
        score = values[protocol.SCORE]
        against = score if variant[0] == CLUSTERS else against
        less = "" if against is None else written(paired_difference(score, against, seed=config.seed))
        shares = model.state().get(RECONSTRUCTED)
        shown = ["", ""] if shares is None else [f"{share:.0%}" for share in shares]
        print(f"| {label} | " + " | ".join([*map(written, figures), less, *shown, f"{seconds:.1f}"]) + " |", flush=True)


def written(interval: Interval) -> str:
    """Mean and ends."""
    return f"{interval.mean:.4f} [{interval.low:.4f}, {interval.high:.4f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("trials", "final"))
    parser.add_argument("--only", default="", help="trials whose names hold this text")
    parser.add_argument("--artifacts", type=Path, default=ROOT / "artifacts")
    given = parser.parse_args()
    config = load(ROOT / "configs" / "demo.toml")
    dataset, held_out = training.load_data(config, training.Options(given.artifacts))
    if given.what == "final":
        measure(config, dataset, held_out, FINAL)
    else:
        again = split(config.split, dataset, given.artifacts, np.random.default_rng(config.seed))
        measure(config, *again, {label: trial for label, trial in TRIALS.items() if given.only in label})


if __name__ == "__main__":
    main()
