"""The search itself: split the training part once more, then try settings, each chosen from what came out before.

The run's held-out questions are never looked at: what is chosen on them would look better on them than it is. The
training part is split again by the same rule, models learn from what is left, and the new questions judge.

A tree-structured Parzen estimator chooses (Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011;
Optuna: Akiba et al., KDD 2019), after ten trials at random. Its generator is seeded anew for every trial from the seed
and the trial's number, so that a sweep that was interrupted goes on exactly as if it had not been.
"""

import hashlib
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from playrec_core.config import GivenSplit, TrainConfig
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.data.split import split
from playrec_core.errors import ConfigError, MissingDataError, PlayrecError
from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import mean_interval
from playrec_core.evaluation.registry import metrics
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import no_progress
from playrec_core.store.durable import ProcessLock
from playrec_core.training.fit import model_rng
from playrec_core.training.key import content_key
from playrec_core.training.options import Options
from playrec_core.training.prepare import load_data
from playrec_core.training.progress import ProgressBar, duration
from playrec_core.training.resolve import with_options
from playrec_core.training.threads import limited

from .space import Range, Settings, SweepConfig, as_optuna, changed, current, distributions, from_optuna
from .trials import FOLDER, Sweep, SweepRecord, Trial

# What a training can fail of by its settings: an impossible value, a singular matrix, a loss that is no number, memory.
_FAILURES = (PlayrecError, ArithmeticError, ValueError, RuntimeError, MemoryError)


def sweep(
    config: TrainConfig,
    options: Options,
    asked: SweepConfig,
    model: str,
    *,
    trials: int,
    metric: str | None = None,
    say: Callable[[str], None] = print,
) -> Sweep:
    """Search one model's settings until there are so many trials, taking up what an earlier call has left.

    Args:
        config: of the run; gives data, split, evaluation, and the settings that are not searched.
        options: where and with what; ``models`` is not used.
        asked: what is searched.
        model: whose settings.
        trials: how many in all, those of earlier calls included.
        metric: in place of the sweep file's.
        say: gets each line meant for a person.

    Raises:
        PlayrecError: bad data or configuration, or another process running the same sweep.
    """
    space = _space(config, asked, model)
    config = with_options(config, options)
    with limited(options.threads):
        training, _ = load_data(config, options)
        bench = _Bench.build(config, options, training, asked)
        metric = metric or asked.metric or (protocol.SCORE if bench.questions.hidden_tags.nnz else "recall@10")
        record = bench.record(model, metric, space, asked)
        sweeps = options.artifacts / FOLDER
        sweeps.mkdir(parents=True, exist_ok=True)
        name = f"{config.name}-{model}-{bench.key(record)[:8]}"
        lock = ProcessLock(sweeps / f".{name}.lock")
        try:
            found = Sweep.create(sweeps / name, record)
            say(
                f"{name}: {record.metric} of {record.title} on {record.questions:,} questions split off the training "
                f"part; {len(found.trials)} of {trials} trials done before"
            )
            _run(found, bench, trials)
        finally:
            lock.release(remove=True)
    return found


def _run(found: Sweep, bench: "_Bench", trials: int) -> None:
    started, first = time.monotonic(), len(found.trials)
    for number in range(first, trials):
        bar = ProgressBar(f"trial {number + 1} of {trials}")
        found.add(bench.attempt(found, number, choose(found.record, found.trials), bar))
        left = (time.monotonic() - started) / (number + 1 - first) * (trials - number - 1)
        bar.done(f"{_outcome(found)}; about {duration(left)} left")


def _outcome(found: Sweep) -> str:
    """What the last trial gave, and the best so far."""
    last, best = found.trials[-1], found.best()
    words = f"failed: {last.problem}" if last.value is None else f"{found.record.metric} {last.value:.4f}"
    return words + (f"; best {best.value:.4f} (trial {best.number + 1})" if best else "")


def choose(record: SweepRecord, trials: list[Trial]) -> Settings:
    """The settings of the next trial: first those of the configuration, then what the estimator asks for."""
    import optuna

    configured = current(record.table, record.space)
    if not trials and configured is not None:
        return configured
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    seed = int(np.random.SeedSequence([record.seed, len(trials)]).generate_state(1)[0])
    direction = "maximize" if record.better == "higher" else "minimize"
    study = optuna.create_study(direction=direction, sampler=optuna.samplers.TPESampler(seed=seed))
    kinds = distributions(record.space)
    for trial in trials:
        state = optuna.trial.TrialState.FAIL if trial.value is None else optuna.trial.TrialState.COMPLETE
        params = as_optuna(trial.settings, record.space)
        study.add_trial(optuna.trial.create_trial(state=state, value=trial.value, params=params, distributions=kinds))
    return from_optuna(study.ask(fixed_distributions=kinds).params, record.space)


@dataclass
class _Bench:
    """The inner split, and what every trial needs beside its settings."""

    config: TrainConfig
    options: Options
    training: Dataset
    questions: HeldOut
    ranker: Ranker
    fitted: dict[str, Recommender] = field(default_factory=dict)

    @classmethod
    def build(cls, config: TrainConfig, options: Options, training: Dataset, asked: SweepConfig) -> "_Bench":
        training, questions = inner_split(config, training, asked, options.data or Path("demo"))
        return cls(config, options, training, questions, Ranker.build(training, config.ranking))

    def record(self, model: str, metric: str, space: dict, asked: SweepConfig) -> SweepRecord:
        known = metrics("songs") | metrics("tags")
        if metric != protocol.SCORE and metric not in known:
            raise ConfigError(f"there is no metric {metric!r}; there are {protocol.SCORE}, {', '.join(known)}")
        rule = asked.split or self.config.split
        return SweepRecord(
            model=model,
            title=registry.kind_of(model, self.config.models[model]).title,
            dataset=self.config.name,
            metric=metric,
            better="higher" if metric == protocol.SCORE else known[metric].better,
            split=", ".join(f"{key} {value}" for key, value in rule.model_dump(exclude_none=True).items()),
            playlists=self.training.n_playlists,
            questions=len(self.questions),
            seed=self.config.seed,
            space=space,
            table=self.config.models[model],
        )

    def key(self, record: SweepRecord) -> str:
        """Hash of all that decides what the trials give."""
        config = self.config.model_copy(update={"shown": (), "comparisons": (), "models": self._tables(record.model)})
        content = content_key(config, self.training, self.questions, self.options.device, program=__name__)
        return hashlib.sha256((content + record.model_dump_json()).encode()).hexdigest()

    def _tables(self, model: str) -> dict[str, dict[str, Any]]:
        return {name: self.config.models[name] for name in registry.create_all(self.config.models, (model,))}

    def attempt(self, found: Sweep, number: int, settings: Settings, bar: ProgressBar) -> Trial:
        """One trial. What it fails of is recorded, not raised: the next settings may be better."""
        known = next((trial for trial in found.trials if trial.settings == settings), None)
        if known is not None:
            return known.model_copy(update={"number": number, "seconds": 0.0, "same_as": known.number})
        started = time.monotonic()
        trial = Trial(number=number, settings=settings)
        try:
            values = self._measure(found.record, settings, bar)
        except MissingDataError:
            raise
        except _FAILURES as error:
            problem = " ".join(f"{error}".split())[:300] or type(error).__name__
            return trial.model_copy(update={"problem": problem, "seconds": round(time.monotonic() - started, 3)})
        means = {name: float(np.nanmean(column)) for name, column in values.items() if not np.isnan(column).all()}
        if found.record.metric not in means:
            raise ConfigError(f"no question has a {found.record.metric}; name another with --metric")
        evaluation = self.config.evaluation
        interval = mean_interval(values[found.record.metric], seed=self.config.seed, resamples=evaluation.resamples)
        return trial.model_copy(
            update={
                "value": interval.mean,
                "low": interval.low,
                "high": interval.high,
                "means": means,
                "seconds": round(time.monotonic() - started, 3),
            }
        )

    def _measure(self, record: SweepRecord, settings: Settings, bar: ProgressBar) -> dict[str, np.ndarray]:
        model = self._fit(record.model, changed(record.table, settings), bar)
        batch = self.config.evaluation.batch
        answers = protocol.answer(model, self.ranker, self.questions, batch=batch, progress=no_progress)
        return protocol.measure(answers, self.questions, self.training.interactions)

    def _fit(self, name: str, table: Mapping[str, Any], bar: ProgressBar) -> Recommender:
        model = registry.create(name, table)
        for part in model.parts():
            if part not in self.fitted:
                if part not in self.config.models:
                    raise ConfigError(f"models.{name} asks {part!r}, which the configuration does not have")
                self.fitted[part] = self._fit(part, self.config.models[part], bar)
        model.attach({part: self.fitted[part] for part in model.parts()})
        if words := model.missing(self.training):
            raise MissingDataError(f"{model.title} cannot be fitted: {words}")
        model.fit(self.training, rng=model_rng(self.config.seed, name), device=self.options.device, progress=bar)
        # As in a run: what is measured is what would be stored.
        opened = type(model).from_state(model.config, model.state())
        opened.attach(model.members)
        return opened


def inner_split(config: TrainConfig, training: Dataset, asked: SweepConfig, source: Path) -> tuple[Dataset, HeldOut]:
    """The training part split once more.

    Args:
        config: gives the seed, and the rule where the sweep file has none.
        training: the training part of the run.
        asked: may give a rule of its own.
        source: where the data came from, for messages.

    Raises:
        ConfigError: the run's questions are given files, which say nothing of how to make more.
    """
    rule = asked.split or config.split
    if isinstance(rule, GivenSplit):
        raise ConfigError(
            f"the questions of {config.name} are given files: say in the sweep file how to split the training part, "
            'such as [split] kind = "kakao", share = 0.1'
        )
    rng = np.random.default_rng([config.seed, zlib.crc32(b"inner split")])
    inner, questions = split(rule, training, source, rng)
    return replace(inner, name=f"{training.name} (inner split)"), questions


def _space(config: TrainConfig, asked: SweepConfig, model: str) -> dict[str, Range | list[Any]]:
    if model not in config.models:
        raise ConfigError(f"--model {model}: the configuration {config.name} has {', '.join(config.models)}")
    if not asked.models.get(model):
        raise ConfigError(f"no ranges for {model}: write [models.{model}]; there are {', '.join(asked.models)}")
    fields = registry.kind_of(model, config.models[model]).Config.model_fields
    for path in asked.models[model]:
        if path.split(".")[0] not in fields:
            raise ConfigError(f"{model} has no setting {path!r}; it has {', '.join(fields)}")
    return asked.models[model]
