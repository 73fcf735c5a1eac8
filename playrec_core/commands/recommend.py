"""Recommend for every playlist of a question file in the contest's format, or for every training playlist."""

import argparse
from pathlib import Path

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    common.artifacts(parser)
    parser.add_argument("--model", required=True)
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--questions", type=Path, help="JSON list of {id, songs, tags, plylst_title}")
    whom.add_argument("--all", action="store_true", help="every training playlist; writes a CSV of user,item")
    parser.add_argument("--k", type=int, default=10, help="with --all: recommendations per playlist")
    parser.add_argument("--output", type=Path, required=True)


def run(given: argparse.Namespace) -> int:
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.serving.submission import answer_everybody, answer_file
    from playrec_core.training.progress import ProgressBar

    loaded, bar = LoadedRun.open(given.artifacts), ProgressBar(f"recommend with {given.model}")
    if given.all:
        answered = answer_everybody(loaded, given.model, given.output, k=given.k, progress=bar)
        text = f"{given.k} for each of {answered:,} {loaded.nouns.playlists} by {given.model}: {given.output}"
    else:
        answered = answer_file(loaded, given.model, given.questions, given.output, progress=bar)
        text = f"{answered:,} questions answered by {given.model}: {given.output}"
    bar.done()
    common.show(given, {"answered": answered, "output": str(given.output)}, text)
    return 0
