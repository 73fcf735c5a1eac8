"""Arguments that several commands take."""

import argparse
import json
from pathlib import Path

from playrec_core import bundle


def artifacts(parser: argparse.ArgumentParser) -> None:
    """``--artifacts``, the folder of runs."""
    parser.add_argument("--artifacts", type=Path, default=Path("artifacts"), help="folder of the runs")


def as_json(parser: argparse.ArgumentParser) -> None:
    """``--json``, output for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON value for machines")


def show(given: argparse.Namespace, value: object, text: str) -> None:
    """Print the JSON value where ``--json`` is given, else the text."""
    print(json.dumps(value) if given.json else text)


def training(parser: argparse.ArgumentParser) -> None:
    """The data set, its configuration, and where models are fitted."""
    parser.add_argument("--config", type=Path, help="a TOML file; default: configs/DATASET.toml")
    parser.add_argument("--dataset", default="demo", help=f"one of {', '.join(_datasets())}")
    parser.add_argument("--data", type=Path, help="the folder with the data set's files")
    parser.add_argument("--seed", type=int, help="replaces the configuration's seed")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="for the models that use torch")


def names(listed: str) -> tuple[str, ...]:
    """Return the names of a list separated by commas."""
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _datasets() -> list[str]:
    return sorted(file.stem for file in (bundle.folder() / "configs").glob("*.toml"))
