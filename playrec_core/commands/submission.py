"""Check a submission file of either contest before it is sent."""

import argparse
from pathlib import Path

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    common.artifacts(parser)
    parser.add_argument("--results", type=Path, required=True, help="Kakao Arena's .json, or Movie Rec's .csv")
    parser.add_argument("--questions", type=Path, help="for a .json: the question file")
    parser.add_argument("--k", type=int, default=10, help="for a .csv: recommendations per user")


def run(given: argparse.Namespace) -> int:
    from playrec_core.evaluation.contest import check_results
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.serving.submission import check_everybody

    if given.questions is not None:
        checked = check_results(given.questions, given.results)
        answered, warnings = checked.playlists, checked.warnings
    else:
        answered, warnings = check_everybody(LoadedRun.open(given.artifacts), given.results, k=given.k), ()
    text = f"{given.results}: complete and well-formed, {answered:,} answered"
    value = {"answered": answered, "results": str(given.results), "warnings": list(warnings)}
    common.show(given, value, "\n".join([text, *(f"Warning: {warning}" for warning in warnings)]))
    return 0
