"""Search a model's hyperparameters on playlists split off the training part."""

import argparse
import json
import sys
from pathlib import Path

from playrec_core import bundle
from playrec_core.commands import arguments as common
from playrec_core.config import load

CONTINUES = True


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    common.artifacts(parser)
    common.training(parser)
    parser.add_argument("--ranges", type=Path, help="a TOML file; default: configs/sweeps/DATASET.toml")
    parser.add_argument("--model", required=True)
    parser.add_argument("--trials", type=int, default=30, help="in total, including those of earlier calls")
    parser.add_argument("--metric", help="the objective; default: that of the ranges, or the contest's score")


def run(given: argparse.Namespace) -> int:
    from playrec_core.training.pipeline import Options
    from playrec_core.training.tuning import space
    from playrec_core.training.tuning.search import sweep

    options = Options(given.artifacts, given.data, seed=given.seed, threads=given.threads, device=given.device)
    config = load(given.config or bundle.config(given.dataset))
    ranges = space.load(given.ranges or bundle.sweep_ranges(given.dataset))

    def say(line: str) -> None:
        print(line, file=sys.stderr if given.json else sys.stdout, flush=True)

    found = sweep(config, options, ranges, given.model, trials=given.trials, metric=given.metric, say=say)
    best = found.best()
    if given.json:
        print(json.dumps({"sweep": found.id, "best": best and best.model_dump(), "trials": len(found.trials)}))
    elif best is not None:
        print(
            f"\nBest: {found.record.metric} {best.value:.4f} (trial {best.number + 1}). To paste:\n\n{found.toml(best)}"
        )
    else:
        print(f"Every trial failed; the last: {found.trials[-1].problem}" if found.trials else "No trial was run.")
    return 0 if best is not None else 1
