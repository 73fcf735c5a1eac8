"""Stages that evaluate models on the held-out playlists, and the report of all."""

import os
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from playrec_core.evaluation import protocol
from playrec_core.evaluation.report import in_order, report
from playrec_core.ranking.ranker import Ranker
from playrec_core.store.files import open_arrays, save_arrays, save_table

from .context import Context


def evaluate_model(context: Context, name: str, ranker: Ranker) -> None:
    """Write a fitted model's recommendations for every held-out playlist, and their metrics."""
    with context.stage(f"answers-{name}", f"evaluate {context.title(name)}") as (folder, progress):
        if folder:
            # The product of a matrix and one vector gains nothing from threads. Beside another busy process, waiting
            # for the second thread made 600 playlists take 8 s instead of 0.3.
            with threadpool_limits(1, user_api="blas"):
                answers = protocol.answer(
                    context.models[name],
                    ranker,
                    context.held_out,
                    batch=context.config.evaluation.batch,
                    progress=progress,
                    threads=context.options.threads or os.cpu_count() or 1,
                )
            values = protocol.measure(answers, context.held_out, context.dataset.interactions)
            save_arrays(folder / "answers.safetensors", answers)
            save_arrays(folder / "values.safetensors", values)


def write_report(context: Context) -> str:
    """Write means with intervals, over all held-out playlists and by slice.

    Returns:
        The table for the terminal.
    """
    paths = {name: context.writer.path(f"answers-{name}") / "values.safetensors" for name in context.config.models}
    values = in_order({name: open_arrays(path) for name, path in paths.items()})
    with context.stage("report", "intervals") as (folder, _):
        if folder:
            resamples = context.config.evaluation.resamples
            whole, sliced = report(values, context.held_out, seed=context.config.seed, resamples=resamples)
            save_table(folder / "metrics.arrow", pa.Table.from_pandas(whole, preserve_index=False))
            save_table(folder / "slices.arrow", pa.Table.from_pandas(sliced, preserve_index=False))
    return report_table({context.title(name): columns for name, columns in values.items()})


def report_table(values: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """The means for the terminal: one line per model, each figure below the name of its metric."""
    lines = [f"\n{'model':<24}" + "".join(f"{metric:>12}" for metric in protocol.HEADLINE)]
    lines += [
        f"{title:<24}" + "".join(f"{_figure(columns[metric]):>12}" for metric in protocol.HEADLINE)
        for title, columns in values.items()
    ]
    return "\n".join(lines)


def _figure(column: np.ndarray) -> str:
    """The mean to four decimals; a dash where no held-out playlist has the metric."""
    defined = column[~np.isnan(column)]
    return f"{defined.mean():.4f}" if len(defined) else "–"
