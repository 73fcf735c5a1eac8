"""Score a results file as the Melon contest does."""

import argparse
from dataclasses import asdict
from pathlib import Path

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    parser.add_argument("--answers", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    # Accepted, as by every command; scoring two files needs no run.
    parser.add_argument("--artifacts", type=Path, help=argparse.SUPPRESS)


def run(given: argparse.Namespace) -> int:
    from playrec_core.evaluation.contest import evaluate_files

    score = evaluate_files(given.answers, given.results)
    text = f"Music nDCG: {score.music_ndcg:.6g}\nTag nDCG: {score.tag_ndcg:.6g}\nScore: {score.score:.6g}"
    common.show(given, asdict(score), text)
    return 0
