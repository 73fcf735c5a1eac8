"""Verify the hash of every file of the run. Exit code 3 if one differs."""

import argparse

from playrec_core.commands import arguments as common


def arguments(parser: argparse.ArgumentParser) -> None:
    common.as_json(parser)
    common.artifacts(parser)


def run(given: argparse.Namespace) -> int:
    from playrec_core.store.run import Run
    from playrec_core.training.progress import ProgressBar

    opened = Run.open(given.artifacts)
    bar = ProgressBar("verify")
    problems = opened.verify(bar)
    bar.done()
    found = {"run": opened.id, "files": len(opened.manifest.files), "problems": problems}
    text = "\n".join(problems) or f"{opened.id}: all {len(opened.manifest.files)} files are what was written."
    common.show(given, found, text)
    return 3 if problems else 0
