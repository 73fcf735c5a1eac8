"""Compare two runs model by model on the same held-out playlists."""

import argparse
import json
from dataclasses import asdict

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    common.artifacts(parser)
    parser.add_argument("run", help="a run id, the name of a folder in ARTIFACTS/runs")
    parser.add_argument("other", help="the run to compare it with")
    parser.add_argument("--metric", default="", help="only this one; default: those that training prints")


def run(given: argparse.Namespace) -> int:
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.serving.run_comparison import compare_runs

    runs = [LoadedRun.open(given.artifacts, name) for name in (given.run, given.other)]
    found = compare_runs(*runs, metric=given.metric)
    if given.json:
        print(json.dumps([asdict(gap) for gap in found]))
        return 0
    print(f"{'model':<24}{'metric':<12}{given.run[-8:]:>10}{given.other[-8:]:>10}{'difference':>12}   95 % interval")
    for gap in found:
        print(
            f"{gap.model:<24}{gap.metric:<12}{gap.mean:>10.4f}{gap.other_mean:>10.4f}{gap.difference.mean:>+12.4f}   "
            f"{gap.difference.low:+.4f} to {gap.difference.high:+.4f}  {gap.verdict}"
        )
    return 0
