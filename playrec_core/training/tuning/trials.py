"""A sweep on disk: its description and a file per trial.

::

    artifacts/sweeps/<id>/
      sweep.json            the search space, split and data
      trials/0000.json      one trial; written atomically when finished

Not an Optuna storage: its journal stores snapshots as pickles and keeps its lock after a kill, and its databases need
Optuna to read. The app reads sweeps without loading Optuna.
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
    """The description of a sweep.

    Args:
        model, title: name of the model in the configuration and on screen.
        dataset: name of the configuration.
        metric, better: the objective and its direction.
        split: the rule of the inner split, as text.
        playlists, questions: number of training and held-out playlists.
        seed: of the split, training and search.
        space: the search space.
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
        number: 0-based.
        settings: the values tried.
        value: the mean of the sweep's metric; None if the trial failed.
        low, high: its 95 % interval over the held-out playlists.
        problem: why it failed.
        means: the mean of every defined metric.
        seconds: of training and evaluation.
        same_as: an earlier trial with the same settings, whose results are reused.
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
    """A sweep and its trials, in order."""

    path: Path
    record: SweepRecord
    trials: list[Trial]

    @classmethod
    def open(cls, path: Path) -> "Sweep":
        """Open a sweep.

        Raises:
            RunError: there is none, or its description is damaged.
        """
        file = path / "sweep.json"
        if not file.is_file():
            raise RunError(f"{path} contains no sweep; create one with `python -m playrec_core sweep`")
        record = parse(SweepRecord, open_json(file), str(file))
        return cls(path, record, _read_trials(path / "trials"))

    @classmethod
    def create(cls, path: Path, record: SweepRecord) -> "Sweep":
        """Create a sweep, or open it if it exists."""
        if not (path / "sweep.json").is_file():
            (path / "trials").mkdir(parents=True, exist_ok=True)
            replace_file(path / "sweep.json", record.model_dump_json(indent=1))
            sync_folder(path.parent)
        return cls.open(path)

    @property
    def id(self) -> str:
        return self.path.name

    def add(self, trial: Trial) -> None:
        """Save a finished trial."""
        replace_file(self.path / "trials" / f"{trial.number:04}.json", trial.model_dump_json(indent=1))
        self.trials.append(trial)

    def ranked(self) -> list[Trial]:
        """The successful trials, the best first, ties in order; then the failed ones."""
        sign = -1 if self.record.better == "higher" else 1
        good = [trial for trial in self.trials if trial.value is not None]
        failed = [trial for trial in self.trials if trial.value is None]
        return [*sorted(good, key=lambda trial: (sign * (trial.value or 0.0), trial.number)), *failed]

    def best(self) -> Trial | None:
        """The best trial; None if none has succeeded."""
        first = next(iter(self.ranked()), None)
        return first if first is not None and first.value is not None else None

    def toml(self, trial: Trial) -> str:
        """The model's configuration table with a trial's settings."""
        return as_toml(self.record.model, changed(self.record.table, trial.settings))


def list_sweeps(artifacts: Path) -> list[str]:
    """Ids of the sweeps, the most recent first."""
    found = [path.parent for path in (artifacts / FOLDER).glob("*/sweep.json")]
    return [path.name for path in sorted(found, key=lambda path: (-(path / "trials").stat().st_mtime_ns, path.name))]


def _read_trials(folder: Path) -> list[Trial]:
    """The trials up to the first missing or damaged one: later ones depend on it and are repeated."""
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
