"""Train models on the built-in demo, or on real data with ``--dataset`` and ``--data``."""

import argparse

from playrec_core import bundle
from playrec_core.commands import arguments as common
from playrec_core.config import load

CONTINUES = True


def arguments(parser: argparse.ArgumentParser) -> None:
    common.training(parser)
    common.artifacts(parser)
    parser.add_argument("--models", default="", help="train only these, separated by commas")
    parser.add_argument("--engine", default="", help="fit on torchrun=N, torchrun-sharded=N or spark=MASTER")


def run(given: argparse.Namespace) -> int:
    from playrec_core.training.pipeline import Options, train

    options = Options(
        artifacts=given.artifacts,
        data=given.data,
        models=common.names(given.models),
        seed=given.seed,
        threads=given.threads,
        device=given.device,
        engine=given.engine,
    )
    train(load(given.config or bundle.config(given.dataset)), options)
    return 0
