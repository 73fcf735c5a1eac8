"""A sweep on disk: what is searched, and one small file a trial.

::

    artifacts/sweeps/<id>/
      sweep.json            what is searched, on which split of which data
      trials/0000.json      one trial; written in one step when it has ended

Plain JSON of our own and not a storage of Optuna's: its journal keeps snapshots as pickles and a lock that outlives a
kill, and its databases are read by nobody without it. The app reads sweeps without loading Optuna.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from playrec_core.config import Frozen, parse
from playrec_core.errors import RunError
from playrec_core.store.durable import replace_file, sync_folder
from playrec_core.store.files import open_json

from .space import Range, Settings, as_toml, changed

FOLDER = "sweeps"


class SweepRecord(Frozen):
    """What a sweep searches.

    Args:
        model, title: of the model, in the configuration and on screen.
        dataset: name of the configuration.
        metric, better: what is made best, and which way.
        split: how the training part was split once more, in words.
        playlists, questions: sizes of that split.
        seed: of the split, of every training and of the search.
        space: what is searched.
        table: ``[models.NAME]`` as configured.
    """

    model: str
    title: str
    dataset: str
    metric: str
    better: Literal["higher", "lower"]
    split: str
    playlists: int
    questions: int
    seed: int
    space: dict[str, Range | list[Any]]
    table: dict[str, Any]


class Trial(Frozen):
    """One training with some settings.

    Args:
        number: 0 for the first.
        settings: what was tried.
        value: the mean of the sweep's metric; None when the trial failed.
        low, high: its 95 % interval over the questions.
        problem: why it failed.
        means: the mean of every metric that is defined.
        seconds: of training and measuring.
        same_as: the earlier trial of the same settings, whose figures these are.
    """

    number: int
    settings: Settings
    value: float | None = None
    low: float | None = None
    high: float | None = None
    problem: str = ""
    means: dict[str, float] = Field(default_factory=dict)
    seconds: float = 0.0
    same_as: int | None = None


@dataclass
class Sweep:
    """A sweep and its trials in the order in which they were tried."""

    path: Path
    record: SweepRecord
    trials: list[Trial]

    @classmethod
    def open(cls, path: Path) -> "Sweep":
        """A sweep that `create` began.

        Raises:
            RunError: there is none, or its description is damaged.
        """
        file = path / "sweep.json"
        if not file.is_file():
            raise RunError(f"{path} holds no sweep; make one with `python -m playrec_core sweep`")
        record = parse(SweepRecord, open_json(file), str(file))
        return cls(path, record, _read_trials(path / "trials"))

    @classmethod
    def create(cls, path: Path, record: SweepRecord) -> "Sweep":
        """Begin a sweep, or go on with it where it is there already."""
        if not (path / "sweep.json").is_file():
            (path / "trials").mkdir(parents=True, exist_ok=True)
            replace_file(path / "sweep.json", record.model_dump_json(indent=1))
            sync_folder(path.parent)
        return cls.open(path)

    @property
    def id(self) -> str:
        return self.path.name

    def add(self, trial: Trial) -> None:
        """Keep a trial that has ended."""
        replace_file(self.path / "trials" / f"{trial.number:04}.json", trial.model_dump_json(indent=1))
        self.trials.append(trial)

    def ranked(self) -> list[Trial]:
        """The trials that succeeded, the best first, ties in the order tried; then those that failed."""
        sign = -1 if self.record.better == "higher" else 1
        good = [trial for trial in self.trials if trial.value is not None]
        failed = [trial for trial in self.trials if trial.value is None]
        return [*sorted(good, key=lambda trial: (sign * (trial.value or 0.0), trial.number)), *failed]

    def best(self) -> Trial | None:
        """The best trial; None while none has succeeded."""
        first = next(iter(self.ranked()), None)
        return first if first is not None and first.value is not None else None

    def toml(self, trial: Trial) -> str:
        """The model's whole table with a trial's settings, ready to be pasted."""
        return as_toml(self.record.model, changed(self.record.table, trial.settings))


def list_sweeps(artifacts: Path) -> list[str]:
    """Ids of the sweeps, the one that was worked on last first."""
    found = [path.parent for path in (artifacts / FOLDER).glob("*/sweep.json")]
    return [path.name for path in sorted(found, key=lambda path: (-(path / "trials").stat().st_mtime_ns, path.name))]


def _read_trials(folder: Path) -> list[Trial]:
    """The trials up to the first that is missing or damaged: what follows was decided by it, and is tried anew."""
    trials: list[Trial] = []
    for number, file in enumerate(sorted(folder.glob("[0-9]*.json"))):
        try:
            trial = Trial.model_validate_json(file.read_bytes())
        except ValidationError:
            break
        if trial.number != number:
            break
        trials.append(trial)
    return trials
