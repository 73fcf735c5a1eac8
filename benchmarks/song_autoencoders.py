"""Settings of the content and the hybrid song autoencoder (docs/sources/melon-systems.md), compared on the demo.

    python -m benchmarks.song_autoencoders trials [--only TEXT] [--artifacts DIR]
    python -m benchmarks.song_autoencoders final [--artifacts DIR]

``trials`` evaluates on a second split of the demo's training playlists by the same rule; the settings of
``configs/demo.toml`` were chosen with it. ``final`` trains on all training playlists and evaluates the held-out
playlists, as ``train.py`` does: every setting that the Melon systems report compares, with cluster matrix factorisation
and content neighbours, with 95 % intervals, and the difference from cluster matrix factorisation on the same playlists.
"seconds" are CPU time of the fit. "ones" and "zeros" are the shares of a song's ones and zeros that the network
predicts as 0.5 or more.
"""

import numpy as np

from benchmarks.script import ARTIFACTS, parser, print_head, print_row, timed
from benchmarks.trials import Variant, demo, figures, fitted, written
from playrec_core.config import TrainConfig
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import mean_interval, paired_difference
from playrec_core.models.content.song_autoencoder import RECONSTRUCTED
from playrec_core.ranking.ranker import Ranker

CONTENT, HYBRID, CLUSTERS = "content-autoencoder", "hybrid-song-autoencoder", "cluster-mf"
MASKED_ONLY = {"loss": {"sum": 0.0, "mean": 0.0, "masked": 15.0}}
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
    "hybrid, masked error only": (HYBRID, MASKED_ONLY),
}
NARROW = {"hidden": [128, 128, 256, 128, 128]}
ADAM = {"kind": "adam", "lazy": False, "learning_rate": 1e-3, "final": 1.0, "weight_decay": 1e-4}
FIRST = {"min_songs": 1, "normalise": False, "batch": 256, "epochs": 10, "optimiser": ADAM}
TRIALS: dict[str, Variant] = {
    "cluster MF": (CLUSTERS, {}),
    "content: as configured": (CONTENT, {}),
    "content: the report's widths, 4 epochs": (CONTENT, {"hidden": [512, 512, 1024, 512, 512], "epochs": 4}),
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


def measure(config: TrainConfig, dataset: Dataset, held_out: HeldOut, variants: dict[str, Variant]) -> None:
    """Print one line of the table per variant."""
    ranker = Ranker.build(dataset, config.ranking)
    against: np.ndarray | None = None
    print_head("", "song nDCG", "tag nDCG", "Score", "less cluster MF", "ones", "zeros", "seconds")
    for label, variant in variants.items():
        model, spent = timed(fitted, config, dataset, variant)
        values = figures(model, ranker, dataset, held_out)
        means = [mean_interval(values[metric], seed=config.seed) for metric in ("ndcg", "tag_ndcg", protocol.SCORE)]
        score = values[protocol.SCORE]
        against = score if variant[0] == CLUSTERS else against
        less = "" if against is None else written(paired_difference(score, against, seed=config.seed))
        shares = model.state().get(RECONSTRUCTED)
        shown = ["", ""] if shares is None else [f"{share:.0%}" for share in shares]
        print_row(label, *map(written, means), less, *shown, f"{spent.processor:.1f}")


def main() -> None:
    options = parser(__doc__, artifacts=ARTIFACTS)
    options.add_argument("what", choices=("trials", "final"))
    options.add_argument("--only", default="", help="only trials whose names contain this text")
    given = options.parse_args()
    config, dataset, held_out = demo(given.what, given.artifacts)
    variants = FINAL if given.what == "final" else TRIALS
    only = given.only if given.what == "trials" else ""
    measure(config, dataset, held_out, {label: variant for label, variant in variants.items() if only in label})


if __name__ == "__main__":
    main()
