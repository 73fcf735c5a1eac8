"""The models of a run that the lessons about evaluation use."""

from playrec_core.i18n import tr
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.teaching.evaluated_models import Queries, draw

from .lesson_frame import Lesson, T

MOST = 6


class EvaluationLesson(Lesson[T]):
    """A lesson that evaluates models of the run."""

    def lacking(self, run: LoadedRun) -> str:
        return "" if can_evaluate(run) else tr("This run has no model to evaluate, or no held-out data.")


def evaluated_names(run: LoadedRun) -> tuple[str, ...]:
    """Return at most `MOST` models that read songs, default ones first. Baselines are excluded, and ensembles, because
    they would score every member again.
    """
    kinds = {name: registry.kind_of(name, run.config.models[name]) for name in (*run.first_shown, *run.model_names)}
    fit = [n for n, kind in kinds.items() if "songs" in kind.reads and kind.family not in ("baseline", "combination")]
    return tuple(fit[:MOST])


def evaluated_models(run: LoadedRun) -> dict[str, Recommender]:
    """Return the models of `evaluated_names`, loaded."""
    return {name: run.model(name) for name in evaluated_names(run)}


def queries(run: LoadedRun, n: int) -> Queries:
    """Return at most n of the run's held-out queries with a song in the seed and a hidden song."""
    return draw(run.held_out, n_items=run.dataset.n_items, n=n, seed=run.config.seed)


def can_evaluate(run: LoadedRun, models: int = 1) -> bool:
    """Return whether the run has enough models and a held-out query to evaluate them on."""
    n_models, any_question = _counts(run)
    return n_models >= models and any_question


@per_run(8)
def _counts(run: LoadedRun) -> tuple[int, bool]:
    # The list of lessons calls this for a dozen lessons at every rerun.
    return len(evaluated_names(run)), len(queries(run, 1)) > 0
