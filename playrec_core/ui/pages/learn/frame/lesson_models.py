"""Which of a run's models the lessons about measuring ask."""

from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.teaching.evaluated_models import Questions, draw

MOST = 6


def asked_names(run: LoadedRun) -> tuple[str, ...]:
    """At most `MOST` models that read songs, those shown first before the others, none that is the baseline or made of
    other models: such a one asks them all again, and a class would wait.
    """
    kinds = {name: registry.kind_of(name, run.config.models[name]) for name in (*run.first_shown, *run.model_names)}
    fit = [n for n, kind in kinds.items() if "songs" in kind.reads and kind.family not in ("baseline", "combination")]
    return tuple(fit[:MOST])


def asked_models(run: LoadedRun) -> dict[str, Recommender]:
    """`asked_names`, opened."""
    return {name: run.model(name) for name in asked_names(run)}


def questions(run: LoadedRun, n: int) -> Questions:
    """n of the run's questions, or as many as there are that show a song and hide one."""
    return draw(run.held_out, n_items=run.dataset.n_items, n=n, seed=run.config.seed)


def can_measure(run: LoadedRun, models: int = 1) -> bool:
    """Whether there are so many models to ask and a question to ask them."""
    n_models, any_question = _there_are(run)
    return n_models >= models and any_question


@per_run(8)
def _there_are(run: LoadedRun) -> tuple[int, bool]:
    # The list of lessons asks for each of a dozen, at every rerun.
    return len(asked_names(run)), len(questions(run, 1)) > 0
