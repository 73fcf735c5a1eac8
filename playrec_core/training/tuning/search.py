"""Hyperparameter search on an inner split of the training data.

The run's held-out playlists are never used, since settings chosen on them would overfit them. The training part is
split again by the same rule; models are trained on the rest and evaluated on the inner held-out playlists.

Settings are sampled by a tree-structured Parzen estimator (Bergstra et al., "Algorithms for Hyper-Parameter
Optimization", NIPS 2011; Optuna: Akiba et al., KDD 2019) after ten random trials. Its generator is seeded for every
trial from the seed and the trial's number, so that an interrupted sweep resumes with the same trials.
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

# Errors caused by settings: an invalid value, a singular matrix, a loss that is NaN, out of memory.
_FAILURES = (PlayrecError, ArithmeticError, ValueError, RuntimeError, MemoryError)


def sweep(
    config: TrainConfig,
    options: Options,
    sweep_config: SweepConfig,
    model: str,
    *,
    trials: int,
    metric: str | None = None,
    say: Callable[[str], None] = print,
) -> Sweep:
    """Search one model's settings up to a number of trials, resuming an earlier sweep.

    Args:
        config: of the run: data, split, evaluation, and the settings that are not searched.
        options: of the training; ``models`` is not used.
        sweep_config: the sweep file.
        model: name of the model.
        trials: total number, including those of earlier calls.
        metric: overrides the sweep file's.
        say: called with each line of output.

    Raises:
        PlayrecError: invalid data or configuration, or another process is running the same sweep.
    """
    space = _space(config, sweep_config, model)
    config = with_options(config, options)
    with limited(options.threads):
        training, _ = load_data(config, options)
        trainer = _Trainer.build(config, options, training, sweep_config)
        metric = metric or sweep_config.metric or (protocol.SCORE if trainer.held_out.hidden_tags.nnz else "recall@10")
        record = trainer.record(model, metric, space, sweep_config)
        sweeps = options.artifacts / FOLDER
        sweeps.mkdir(parents=True, exist_ok=True)
        name = f"{config.name}-{model}-{trainer.key(record)[:8]}"
        lock = ProcessLock(sweeps / f".{name}.lock")
        try:
            found = Sweep.create(sweeps / name, record)
            say(
                f"{name}: {record.metric} of {record.title} on {record.questions:,} playlists held out of the training "
                f"part; {len(found.trials)} of {trials} trials already done"
            )
            _run(found, trainer, trials)
        finally:
            lock.release(remove=True)
    return found


def _run(found: Sweep, trainer: "_Trainer", trials: int) -> None:
    started, first = time.monotonic(), len(found.trials)
    for number in range(first, trials):
        bar = ProgressBar(f"trial {number + 1} of {trials}")
        found.add(trainer.attempt(found, number, choose(found.record, found.trials), bar))
        left = (time.monotonic() - started) / (number + 1 - first) * (trials - number - 1)
        bar.done(f"{_outcome(found)}; about {duration(left)} left")


def _outcome(found: Sweep) -> str:
    """The result of the last trial, and the best so far."""
    last, best = found.trials[-1], found.best()
    result = f"failed: {last.problem}" if last.value is None else f"{found.record.metric} {last.value:.4f}"
    return result + (f"; best {best.value:.4f} (trial {best.number + 1})" if best else "")


def choose(record: SweepRecord, trials: list[Trial]) -> Settings:
    """The settings of the next trial: first those of the configuration, then sampled by the estimator."""
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
class _Trainer:
    """The inner split, and everything a trial needs except its settings."""

    config: TrainConfig
    options: Options
    training: Dataset
    held_out: HeldOut
    ranker: Ranker
    fitted: dict[str, Recommender] = field(default_factory=dict)

    @classmethod
    def build(cls, config: TrainConfig, options: Options, training: Dataset, sweep_config: SweepConfig) -> "_Trainer":
        training, held_out = inner_split(config, training, sweep_config, options.data or Path("demo"))
        return cls(config, options, training, held_out, Ranker.build(training, config.ranking))

    def record(self, model: str, metric: str, space: dict, sweep_config: SweepConfig) -> SweepRecord:
        known = metrics("songs") | metrics("tags")
        if metric != protocol.SCORE and metric not in known:
            raise ConfigError(f"there is no metric {metric!r}; there are {protocol.SCORE}, {', '.join(known)}")
        rule = sweep_config.split or self.config.split
        return SweepRecord(
            model=model,
            title=registry.kind_of(model, self.config.models[model]).title,
            dataset=self.config.name,
            metric=metric,
            better="higher" if metric == protocol.SCORE else known[metric].better,
            split=", ".join(f"{key} {value}" for key, value in rule.model_dump(exclude_none=True).items()),
            playlists=self.training.n_playlists,
            questions=len(self.held_out),
            seed=self.config.seed,
            space=space,
            table=self.config.models[model],
        )

    def key(self, record: SweepRecord) -> str:
        """Hash of everything that determines the results of trials."""
        models = {name: self.config.models[name] for name in registry.create_all(self.config.models, (record.model,))}
        config = self.config.model_copy(update={"shown": (), "comparisons": (), "models": models})
        content = content_key(config, self.training, self.held_out, self.options.device, program=__name__)
        return hashlib.sha256((content + record.model_dump_json()).encode()).hexdigest()

    def attempt(self, found: Sweep, number: int, settings: Settings, bar: ProgressBar) -> Trial:
        """One trial. Errors caused by its settings are recorded, not raised."""
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
            raise ConfigError(f"{found.record.metric} is undefined on these data; name another with --metric")
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
        answers = protocol.answer(model, self.ranker, self.held_out, batch=batch, progress=no_progress)
        return protocol.measure(answers, self.held_out, self.training.interactions)

    def _fit(self, name: str, table: Mapping[str, Any], bar: ProgressBar) -> Recommender:
        model = registry.create(name, table)
        for part in model.parts():
            if part not in self.fitted:
                if part not in self.config.models:
                    raise ConfigError(f"models.{name} needs {part!r}, which is not in the configuration")
                self.fitted[part] = self._fit(part, self.config.models[part], bar)
        model.attach({part: self.fitted[part] for part in model.parts()})
        if problem := model.missing(self.training):
            raise MissingDataError(f"{model.title} cannot be fitted: {problem}")
        model.fit(self.training, rng=model_rng(self.config.seed, name), device=self.options.device, progress=bar)
        # As in a run, evaluate the model restored from its stored state.
        opened = type(model).from_state(model.config, model.state())
        opened.attach(model.members)
        return opened


def inner_split(
    config: TrainConfig, training: Dataset, sweep_config: SweepConfig, source: Path
) -> tuple[Dataset, HeldOut]:
    """Split the training part again.

    Args:
        config: the seed, and the rule unless the sweep file has one.
        training: the training part of the run.
        sweep_config: the sweep file.
        source: path of the data, for messages.

    Raises:
        ConfigError: the run has a given split, which is no rule, and neither has the sweep file.
    """
    rule = sweep_config.split or config.split
    if isinstance(rule, GivenSplit):
        raise ConfigError(
            f"the split of {config.name} is given by files: define in the sweep file how to split the training part, "
            'such as [split] kind = "kakao", share = 0.1'
        )
    rng = np.random.default_rng([config.seed, zlib.crc32(b"inner split")])
    inner, held_out = split(rule, training, source, rng)
    return replace(inner, name=f"{training.name} (inner split)"), held_out


def _space(config: TrainConfig, sweep_config: SweepConfig, model: str) -> dict[str, Range | list[Any]]:
    if model not in config.models:
        raise ConfigError(f"--model {model}: the configuration {config.name} has {', '.join(config.models)}")
    if not sweep_config.models.get(model):
        raise ConfigError(f"no ranges for {model}: add [models.{model}] beside {', '.join(sweep_config.models)}")
    fields = registry.kind_of(model, config.models[model]).Config.model_fields
    for path in sweep_config.models[model]:
        if path.split(".")[0] not in fields:
            raise ConfigError(f"{model} has no setting {path!r}; it has {', '.join(fields)}")
    return sweep_config.models[model]
