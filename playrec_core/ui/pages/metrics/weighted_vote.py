"""Weighted vote with adjustable weights: its metrics beside those of its members."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from playrec_core.evaluation.intervals import Interval, mean_intervals, paired_difference
from playrec_core.i18n import tr
from playrec_core.models import registry
from playrec_core.models.ensembles.rank_vote import RankVote
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.figures import decimals, figure, figures, interval_text
from playrec_core.ui.wording.metrics import MetricWords
from playrec_core.voting.saved import MOST_MEMBERS
from playrec_core.voting.weighted_vote import FIGURES, WeightedVoter

from .saved_votes import save_form, saved_votes
from .tables import interval_cell

_STATE = "playrec_mix"
HIGHEST = 3.0


@per_run(16)
def _voter(run: LoadedRun, members: tuple[str, ...]) -> WeightedVoter:
    # Only the members: preparing all models of a run takes several times as long.
    return run.mixer(members)


@per_run(64)
def _measured(
    run: LoadedRun, _voter: WeightedVoter, weights: tuple[tuple[str, float], ...], depth: int
) -> tuple[dict[str, np.ndarray], dict[str, Interval]]:
    seed, resamples = run.config.seed, run.config.evaluation.resamples
    values = _voter.values(dict(weights), depth)
    found = mean_intervals(np.stack(list(values.values()), axis=1), seed=seed, resamples=resamples)
    return values, dict(zip(values, found, strict=True))


def initial_weights(run: LoadedRun) -> tuple[dict[str, float], int]:
    """``(weights, depth)`` of the run's rank vote if it has one, else equal weights for its four best models."""
    for name in run.own_models:
        model = registry.create(name, run.config.models[name])
        if isinstance(model, RankVote) and len(model.config.weights) <= MOST_MEMBERS:
            return dict(model.config.weights), min(model.config.depth, run.config.ranking.depth)
    found = figures(run)
    best = sorted(run.own_models, key=lambda name: -np.nan_to_num(found[name, "ndcg"].mean))
    return dict.fromkeys(best[:4], 1.0), run.config.ranking.depth


@st.fragment
def weighted_vote(run: LoadedRun, words: Mapping[str, MetricWords]) -> None:
    """Draw the tab."""
    state: tuple[dict[str, float], int] | None = st.session_state.get(_STATE)
    weights, depth = state if state and set(state[0]) <= set(run.own_models) else initial_weights(run)
    left, right = st.columns([2, 3], gap="large")
    with left:
        weights, depth = st.session_state[_STATE] = _sliders(run, weights, depth)
    voting = {name: weight for name, weight in weights.items() if weight > 0}
    with right:
        if voting:
            with st.spinner(tr("Counting the votes …")):
                voter = _voter(run, tuple(sorted(voting)))
                values, intervals = _measured(run, voter, tuple(voting.items()), depth)
            _figures(run, words, values, intervals, voting)
            save_form(run, voting, depth)
        else:
            st.info(tr("All weights are 0."))
        saved_votes(run)


def _sliders(run: LoadedRun, weights: dict[str, float], depth: int) -> tuple[dict[str, float], int]:
    # Set before drawing: Streamlit drops the widgets' state on another tab or page, but the weights must survive.
    for key, value in (("mix.models", list(weights)), ("mix.depth", depth)):
        st.session_state.setdefault(key, value)
    chosen = st.multiselect(
        tr("Members"),
        run.own_models,
        format_func=lambda name: shorten(run.model_title(name)),
        max_selections=MOST_MEMBERS,
        key="mix.models",
    )
    found = {}
    for name in chosen:
        st.session_state.setdefault(f"mix.weight.{name}", float(weights.get(name, 1.0)))
        found[name] = st.slider(
            plain(run.model_title(name)), 0.0, HIGHEST, step=0.1, format="× %.1f", key=f"mix.weight.{name}"
        )
    depth = st.slider(tr("List depth used"), 5, run.config.ranking.depth, step=5, key="mix.depth")
    st.caption(tr("With list depth d, rank r gives d + 1 − r votes, times the model's weight."))
    return found, depth


def _figures(
    run: LoadedRun,
    words: Mapping[str, MetricWords],
    values: Mapping[str, np.ndarray],
    intervals: Mapping[str, Interval],
    voting: Mapping[str, float],
) -> None:
    stored, colours = figures(run), model_colours(run)
    shown = [name for name in FIGURES if name in words]
    members = sorted(voting, key=lambda name: -np.nan_to_num(stored[name, "ndcg"].mean))
    rows = [(tr("This vote"), "", {name: intervals[name] for name in shown})]
    rows += [(run.model_title(one), colours[one], {name: stored[one, name] for name in shown}) for one in members]
    digits = {name: decimals(row[2][name] for row in rows) for name in shown}
    html_table.show(
        ["", *(words[name].title for name in shown)],
        [
            [
                Cell(shorten(title), colour=colour),
                *(interval_cell(found[name], digits[name], "" if index else "chosen") for name in shown),
            ]
            for index, (title, colour, found) in enumerate(rows)
        ],
    )
    gain = paired_difference(values["ndcg"], run.held_out_values(members[0])["ndcg"], seed=run.config.seed)
    member = plain(run.model_title(members[0]))
    facts = {"member": member, "gain": figure(gain.mean, 4), "between": interval_text(gain, 4)}
    st.markdown(
        tr("Gain over {member}, its best member by nDCG: **{gain}** ({between}).", **facts)
        if gain.excludes_zero
        else tr("Gain over {member}, its best member by nDCG: **{gain}** ({between}), not significant.", **facts)
    )
    st.caption(
        tr(
            "A vote over the stored recommendations for {n:,} held-out {playlists} of {data}; no model is run. 95 % "
            "bootstrap intervals. Weights tuned on these figures overfit them: evaluate the chosen weights on other "
            "{playlists}.",
            n=len(run.held_out),
            playlists=plain(run.nouns.playlists),
            data=plain(run.dataset.name),
        )
    )
