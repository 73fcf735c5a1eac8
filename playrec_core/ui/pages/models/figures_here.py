"""Every metric of one model in this run, with its interval, its rank among the models, and the best of them."""

import math

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording.figures import figure, figures, interval_text
from playrec_core.ui.wording.metrics import MetricWords, metric_words


def figures_here(run: LoadedRun, model: str) -> None:
    """Draw the table, with the metrics that compare with held-out items first."""
    words = sorted(metric_words(run).values(), key=lambda word: not word.accuracy)
    rows = [_row(run, model, word) for word in words]
    head = [tr("Metric"), tr("Here"), tr("Rank"), tr("Best")]
    html_table.show(head, rows, text_columns=(3,), box=tr("Metrics in this run"))


def _row(run: LoadedRun, model: str, word: MetricWords) -> list[str | Cell]:
    found, digits = figures(run), figures(run).places(word.name)
    own = found[model, word.name]
    means = {name: found[name, word.name].mean for name in run.model_names}
    means = {name: mean if word.better == "higher" else -mean for name, mean in means.items() if not math.isnan(mean)}
    best = max(means, key=lambda name: means[name], default=None)
    rank = 1 + sum(mean > means[model] for mean in means.values()) if model in means else None
    return [
        Cell(word.title, below=word.direction, note=word.meaning),
        Cell(figure(own.mean, digits), interval_text(own, digits)),
        "–" if rank is None else tr("{rank} of {n}", rank=rank, n=len(means)),
        "–"
        if best is None
        else Cell(run.model_title(best), figure(found[best, word.name].mean, digits), colour=model_colours(run)[best]),
    ]
