"""Time and memory of every stage at fractions of Melon's size, and their growth.

    python -m benchmarks.scaling measure --work DIR [--parts 8,4,2,1] [--models a,b] [--questions 1000] [--limit 1800]
    python -m benchmarks.scaling report --work DIR [--plot docs/explanation/scaling.svg]

``measure`` generates the demo data set at each fraction of Melon's size (1/8 of its songs, artists, albums, playlists,
tags and scenes, and so on), then runs every stage of ``configs/melon-2core.toml`` in a separate process, so that the
peak of memory belongs to the stage: read (with fingerprint, split and the prepared data for the next run), index (title
search and the cold-start fallback), the fit of each model, and its recommendations for that many queries. Existing
measurements are kept; a stage that exceeds its limit is recorded as such. ``report`` prints the table, with the log-log
slope of each stage, and plots it.
"""

import argparse
import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from playrec_core.config import TrainConfig, load
from playrec_core.data import prepared_cache
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.split import split
from playrec_core.data.synthetic import generate
from playrec_core.evaluation import protocol
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import ARTIST, TITLE, no_progress
from playrec_core.store.files import open_arrays, save_arrays
from playrec_core.text_index.catalogue_search import build_index
from playrec_core.training.fit import model_rng

from .scaling_report import Points, slope, svg
from .script import ROOT, parser, peak_memory, timed
from .trials import read

KEY = "0" * 64


def world(part: int) -> generate.DemoOptions:
    """The sizes of `generate.MELON_SCALE`, divided."""
    whole, sizes = generate.MELON_SCALE, ("songs", "artists", "albums", "scenes", "playlists", "tags")
    return replace(whole, **{name: getattr(whole, name) // part for name in sizes})


class Stage:
    """One stage on one data set; a method per kind of stage, which returns its measurements other than time."""

    def __init__(self, config: TrainConfig, folder: Path, questions: int):
        self.config, self.folder, self.questions = config, folder, questions

    def read(self) -> dict:
        whole, seen = timed(read, self.config, self.folder / "world")
        whole = replace(whole, name=self.config.name)
        _, of_fingerprint = timed(lambda: whole.fingerprint)
        rng = np.random.default_rng(self.config.seed)
        (dataset, held_out), of_split = timed(split, self.config.split, whole, self.folder, rng)
        _, of_keeping = timed(prepared_cache.save, self.folder, KEY, self.folder / "world", dataset, held_out)
        return seen._asdict() | {
            "fingerprint": of_fingerprint._asdict(),
            "split": of_split._asdict(),
            "keep": of_keeping._asdict(),
            "playlists": dataset.n_playlists,
            "items": dataset.n_items,
            "heard": int((dataset.item_counts > 0).sum()),
            "links": int(dataset.interactions.nnz),
            "questions": len(held_out),
        }

    def index(self) -> dict:
        dataset, _ = self._prepared()
        names = dataset.catalogue[TITLE].to_pylist(), dataset.catalogue[ARTIST].to_pylist()
        _, seen = timed(build_index, self.folder / "search.sqlite", *names)

        def chain() -> None:
            save_arrays(self.folder / "ranking.safetensors", Ranker.build(dataset, self.config.ranking).state())

        return seen._asdict() | {"chain": timed(chain)[1]._asdict()}

    def fit(self, name: str) -> dict:
        dataset, _ = self._prepared()
        model = registry.create_all(self.config.models, (name,))[name]
        model.attach({part: self._opened(part) for part in model.parts()})
        model.checkpoint = self.folder / "checkpoints" / name

        def fit() -> None:
            model.fit(dataset, rng=model_rng(self.config.seed, name), device="cpu", progress=_bar(name))
            save_arrays(self._state(name), model.state())

        return timed(fit)[1]._asdict() | {"state": self._state(name).stat().st_size}

    def ask(self, name: str) -> dict:
        dataset, held_out = self._prepared()
        chain = open_arrays(self.folder / "ranking.safetensors")
        ranker = Ranker.from_state(self.config.ranking, chain, dataset.interactions)
        few = HeldOut(held_out.table.slice(0, self.questions))
        model = self._opened(name)
        batch = self.config.evaluation.batch
        answers, seen = timed(protocol.answer, model, ranker, few, batch=batch, progress=no_progress)
        values, of_metrics = timed(protocol.measure, answers, few, dataset.interactions)
        means = {metric: float(np.nanmean(values[metric])) for metric in protocol.HEADLINE}
        return seen._asdict() | {"metrics": of_metrics._asdict(), "asked": len(few), "means": means}

    def _prepared(self) -> tuple[Dataset, HeldOut]:
        found = prepared_cache.find(self.folder, KEY, self.folder / "world")
        assert found is not None
        return found

    def _state(self, name: str) -> Path:
        return self.folder / f"{name}.safetensors"

    def _opened(self, name: str) -> Recommender:
        unfitted = registry.create(name, self.config.models[name])
        model = type(unfitted).from_state(unfitted.config, open_arrays(self._state(name)))
        model.attach({part: self._opened(part) for part in model.parts()})
        return model


def _bar(name: str) -> Callable[[float], None]:
    begun, shown = time.perf_counter(), 0.0

    def told(part: float) -> None:
        nonlocal shown
        if part >= shown + 0.1:
            shown = part
            print(f"  {name} {part:4.0%} {time.perf_counter() - begun:6.0f} s", file=sys.stderr, flush=True)

    return told


def _run_stage(given: argparse.Namespace) -> None:
    """Run a stage in a separate process; prints its record as the last line of standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(given.limit), resource.RLIM_INFINITY))
    stage = Stage(load(given.config), given.folder, given.questions)
    kind, _, name = given.stage.partition(":")
    found = getattr(stage, kind)(*([name] if name else []))
    print(json.dumps({"stage": given.stage, **found, "peak": peak_memory()}))


def _measure(given: argparse.Namespace) -> None:
    config = load(given.config)
    chosen = tuple(name for name in given.models.split(",") if name)
    ordered = list(registry.create_all(config.models, chosen))
    stages = ["read", "index", *(f"{kind}:{name}" for name in ordered for kind in ("fit", "ask"))]
    for part in (int(text) for text in given.parts.split(",")):
        folder = given.work / f"part-{part}"
        if not (folder / "world").is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            generate.generate(folder / "world", world(part))
        record = folder / "record.jsonl"
        known = {row["stage"] for row in _rows(record)}
        for name in (name for name in stages if name not in known):
            command = [sys.executable, "-m", "benchmarks.scaling", "stage", name, "--folder", str(folder)]
            command += ["--config", str(given.config), "--questions", str(given.questions), "--limit", str(given.limit)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            if done.returncode == -signal.SIGXCPU:
                row = {"stage": name, "failed": f"more than {given.limit} s of a processor"}
            elif done.returncode:
                row = {"stage": name, "failed": f"exit code {done.returncode}"}
            else:
                row = json.loads(done.stdout.splitlines()[-1])
            with record.open("a") as file:
                file.write(json.dumps(row) + "\n")
            print(f"1/{part} {json.dumps(row)}", flush=True)


def _report(given: argparse.Namespace) -> None:
    """Print the report, in CPU seconds, because wall-clock time depends on other work of the machine."""
    parts = sorted((1 / int(folder.name.removeprefix("part-")), folder) for folder in given.work.glob("part-*"))
    rows = {size: {row["stage"]: row for row in _rows(folder / "record.jsonl")} for size, folder in parts}
    sizes = list(rows)
    seconds: dict[str, Points] = {}
    memory: dict[str, Points] = {}
    asked: dict[str, Points] = {}
    print("| stage | " + " | ".join(f"{size:g}" for size in sizes) + " | slope | peak GB, largest | slope |")
    print("|---" * (len(sizes) + 4) + "|")
    for stage in dict.fromkeys(stage for size in sizes for stage in rows[size]):
        found = {size: rows[size][stage] for size in sizes if stage in rows[size]}
        done = {size: row for size, row in found.items() if "failed" not in row}
        spent: Points = [(size, _spent(row)) for size, row in done.items()]
        held: Points = [(size, row["peak"] / 2**30) for size, row in done.items()]
        cells = [f"{_spent(done[size]):.4g}" if size in done else "–" for size in sizes]
        peak = f"{held[-1][1]:.2f}" if held else "–"
        print(f"| {stage} | {' | '.join(cells)} | {slope(spent):.2f} | {peak} | {slope(held):.2f} |")
        # Models with nothing to fit (a vote, counts) are noise on a logarithmic axis.
        if len(done) > 1 and spent[-1][1] >= 1:
            (asked if stage.startswith("ask:") else seconds)[stage.removeprefix("fit:")] = spent
            memory[stage.removeprefix("fit:")] = held
    panels = {
        "seconds of a processor": seconds,
        "milliseconds per query": {stage.removeprefix("ask:"): points for stage, points in asked.items()},
        "peak memory, GB": {stage: points for stage, points in memory.items() if not stage.startswith("ask:")},
    }
    if given.plot:
        given.plot.write_text(svg({heading: lines for heading, lines in panels.items() if lines}), encoding="utf-8")


def _spent(row: dict) -> float:
    """CPU seconds of a stage; for recommendations, milliseconds per query."""
    parts = (row, *(row[name] for name in ("fingerprint", "split", "keep", "chain") if name in row))
    total = sum(part["processor"] for part in parts)
    return 1000 * total / row["asked"] if "asked" in row else total


def _rows(record: Path) -> list[dict]:
    return [json.loads(line) for line in record.read_text().splitlines()] if record.is_file() else []


def main() -> None:
    options = parser(__doc__)
    commands = options.add_subparsers(required=True)
    measure = commands.add_parser("measure")
    measure.set_defaults(command=_measure)
    measure.add_argument("--work", type=Path, required=True)
    measure.add_argument("--parts", default="8,4,2,1")
    measure.add_argument("--models", default="")
    report = commands.add_parser("report")
    report.set_defaults(command=_report)
    report.add_argument("--work", type=Path, required=True)
    report.add_argument("--plot", type=Path)
    stage = commands.add_parser("stage")
    stage.set_defaults(command=_run_stage)
    stage.add_argument("stage")
    stage.add_argument("--folder", type=Path, required=True)
    for each in (measure, stage):
        each.add_argument("--config", type=Path, default=ROOT / "configs" / "melon-2core.toml")
        each.add_argument("--questions", type=int, default=1000)
        each.add_argument("--limit", type=int, default=1800, help="CPU seconds that a stage may take")
    given = options.parse_args()
    given.command(given)


if __name__ == "__main__":
    main()
