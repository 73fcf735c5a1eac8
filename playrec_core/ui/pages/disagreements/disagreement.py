"""Where models disagree: held-out playlists with the lowest overlap, the largest lead, or no hits by any model."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playrec_core.evaluation.overlap import PERSISTENCE, rank_biased_overlap
from playrec_core.i18n import mark, tr, trn
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.margins import fixed_margins
from playrec_core.ui.charts.plot import plot_cached
from playrec_core.ui.charts.text_width import tick_label
from playrec_core.ui.components.held_out.playlist_rows import show_playlists
from playrec_core.ui.components.segments import segments
from playrec_core.ui.wording.escape import chart_text, plain
from playrec_core.ui.wording.run import plain_nouns

DEPTH = 50
"""List depth compared: at a persistence of 0.9, deeper ranks have half a percent of the weight."""
METRIC = "ndcg"
POOR = 0.1
DIFFER, WINS, FAIL = "differ", "wins", "fail"
_SOUGHT = {DIFFER: mark("Lowest overlap"), WINS: mark("Largest lead"), FAIL: mark("All models miss")}


@per_run(256)
def overlap(run: LoadedRun, model: str, other: str) -> np.ndarray:
    """(n_playlists,) the rank-biased overlap of two models' recommendations."""
    lists, others = (run.held_out_answers(name)["items"][:, :DEPTH] for name in (model, other))
    return rank_biased_overlap(lists, others)


@per_run(64)
def overlaps(run: LoadedRun, models: tuple[str, ...]) -> np.ndarray:
    """(n_models, n_models, n_playlists), 1 on the diagonal."""
    found = np.ones((len(models), len(models), len(run.held_out)))
    for (row, model), (column, other) in combinations(enumerate(models), 2):
        # The overlap is symmetric: one cache entry serves both orders.
        found[row, column] = found[column, row] = overlap(run, *sorted((model, other)))
    return found


def finder(run: LoadedRun, models: tuple[str, ...]) -> None:
    """Draw the choice of criterion and the playlists found."""
    nouns = plain_nouns(run)
    sought = {key: tr(words) for key, words in _SOUGHT.items()}
    wanted = segments(tr("Look for"), sought, "disagree.find", lasting=True)
    values = np.stack([run.held_out_values(model)[METRIC] for model in models])
    key = f"disagree.page.{run.id}.{wanted}.{','.join(models)}"
    if wanted == DIFFER:
        _differ(run, models, values, key)
    elif wanted == WINS:
        st.caption(tr("Sorted by the lead of the best model over the second best, in {item} nDCG.", **nouns))
        ordered = np.sort(values, axis=0)
        lead = np.nan_to_num(ordered[-1] - ordered[-2], nan=-1.0)
        rows = np.argsort(-lead, kind="stable")[: int((lead > 0).sum())]

        def ahead(row: int) -> str:
            winner = plain(run.model_title(models[int(np.nanargmax(values[:, row]))]))
            first = tr("{model} ahead by {lead:.3f}", model=winner, lead=lead[row])
            return _standing(run, models, values[:, row], first)

        show_playlists(run, rows, ahead, key, lambda row: _extremes(models, values[:, row]))
    else:
        words = tr(
            "Every model chosen is below {poor} in {item} nDCG. Worst first; ties by longest seed.", poor=POOR, **nouns
        )
        st.caption(words)
        best = values.max(axis=0)
        lengths = np.array([len(seed.songs) for seed in run.held_out.seeds])
        failed = np.flatnonzero(best < POOR)
        rows = failed[np.lexsort((-lengths[failed], best[failed]))]

        def says(row: int) -> str:
            first = (
                tr("no model above {value:.3f}", value=best[row])
                if best[row]
                else tr("all {n} models at 0", n=len(models))
            )
            return _standing(run, models, values[:, row], first)

        show_playlists(run, rows, says, key, lambda row: _extremes(models, values[:, row]))


def _differ(run: LoadedRun, models: tuple[str, ...], values: np.ndarray, key: str) -> None:
    """List the playlists with the least overlap, averaged over all pairs of models."""
    first, second = np.triu_indices(len(models), 1)
    with st.spinner(tr("Comparing the recommendations …")):
        found = overlaps(run, models)
    pairs = found[first, second]
    mean = pairs.mean(axis=0)
    st.caption(
        trn(
            "Rank-biased overlap (RBO; Webber, Moffat & Zobel 2010, persistence {p}, extrapolated) of the top {depth} "
            "of the two models chosen: 0 is nothing in common, 1 the same list. Mean over all {total:,} {playlists}: "
            "{mean:.2f}.",
            "Rank-biased overlap (RBO; Webber, Moffat & Zobel 2010, persistence {p}, extrapolated) of the top {depth}, "
            "averaged over all {n} pairs of the models chosen: 0 is nothing in common, 1 the same list. Mean over all "
            "{total:,} {playlists}: {mean:.2f}.",
            len(first),
            p=PERSISTENCE,
            depth=DEPTH,
            total=len(mean),
            playlists=plain(run.nouns.playlists),
            mean=mean.mean(),
        )
    )

    def least_similar(row: int) -> list[str]:
        least = int(pairs[:, row].argmin())
        return [models[first[least]], models[second[least]]]

    def says(row: int) -> str:
        one, other = (plain(run.model_title(model)) for model in least_similar(row))
        facts = {"mean": mean[row], "one": one, "other": other, "least": pairs[:, row].min()}
        apart = tr("overlap {mean:.2f}; least similar: {one} and {other} ({least:.2f})", **facts)
        return _standing(run, models, values[:, row], apart)

    show_playlists(run, np.argsort(mean, kind="stable"), says, key, least_similar)


def _extremes(models: Sequence[str], values: np.ndarray) -> list[str]:
    """The best and the worst model on one playlist."""
    if np.isnan(values).all():
        return list(models[:2])
    return list(dict.fromkeys([models[int(np.nanargmax(values))], models[int(np.nanargmin(values))]]))


def _standing(run: LoadedRun, models: Sequence[str], values: np.ndarray, first: str) -> str:
    """Markdown for a row: the criterion, then the best and the worst model."""
    if np.isnan(values).all():
        return f"**{first}**"
    best, worst = int(np.nanargmax(values)), int(np.nanargmin(values))
    if values[best] == values[worst]:
        below = tr("tie: nDCG {value:.3f}", value=values[best])
    else:
        below = tr(
            "best {best}, nDCG {high:.3f} · worst {worst}, {low:.3f}",
            best=plain(run.model_title(models[best])),
            high=values[best],
            worst=plain(run.model_title(models[worst])),
            low=values[worst],
        )
    return f"**{first}**  \n{below}"


def model_similarity(run: LoadedRun, models: tuple[str, ...]) -> None:
    """Draw the mean overlap of each pair of models as a heatmap."""
    st.header(tr("Model similarity (RBO)"))
    st.caption(
        tr(
            "Mean rank-biased overlap (RBO) over {n:,} held-out {playlists} of {data}. Models with a high overlap add "
            "little as an ensemble.",
            n=len(run.held_out),
            playlists=plain(run.nouns.playlists),
            data=plain(run.dataset.name),
        )
    )
    alt = tr("Mean rank-biased overlap of every pair of the models chosen")
    plot_cached(run, f"overlap: {models}", lambda: _matrix(run, models), alt)


def _matrix(run: LoadedRun, models: tuple[str, ...]) -> go.Figure:
    means = overlaps(run, models).mean(axis=2)
    names = [chart_text(run.model_title(model)) for model in models]
    figure = go.Figure(
        go.Heatmap(
            z=means,
            x=names,
            y=names,
            zmin=0,
            zmax=1,
            colorscale="Cividis",
            text=np.round(means, 2),
            texttemplate="%{text:.2f}" if len(models) <= 12 else None,
            hovertemplate="%{y} · %{x}<br>" + tr("overlap") + " %{z:.3f}<extra></extra>",
            colorbar={"title": tr("overlap"), "thickness": 12},
        )
    )
    figure.update_layout(height=160 + 34 * len(models))
    short = [tick_label(run.model_title(model)) for model in models]
    figure.update_xaxes(tickangle=-35, tickvals=names, ticktext=short)
    figure.update_yaxes(autorange="reversed", tickvals=names, ticktext=short)
    fixed_margins(figure, left=short, below=short, tilt=35)
    return figure
