"""A vote whose weights one moves: what it finds, beside the models it is made of, at once."""

from collections.abc import Mapping
from functools import lru_cache

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
from playrec_core.voting.weighted_vote import FIGURES, Mixer

from .saved_votes import saved_mixes, take_along

_KEPT = "playrec_mix"
HIGHEST = 3.0


@per_run(16)
def _mixer(run: LoadedRun, members: tuple[str, ...]) -> Mixer:
    # A handful of models, and not all of the run: forty take several times as long to lay out.
    return run.mixer(members)


@lru_cache(maxsize=64)
def _measured(
    mixer: Mixer, weights: tuple[tuple[str, float], ...], depth: int, seed: int, resamples: int
) -> tuple[dict[str, np.ndarray], dict[str, Interval]]:
    values = mixer.values(dict(weights), depth)
    found = mean_intervals(np.stack(list(values.values()), axis=1), seed=seed, resamples=resamples)
    return values, dict(zip(values, found, strict=True))


def first_mix(run: LoadedRun) -> tuple[dict[str, float], int]:
    """The run's own rank vote where it has one, else its four best models alike: ``(weights, depth)``."""
    for name in run.own_models:
        model = registry.create(name, run.config.models[name])
        if isinstance(model, RankVote) and len(model.config.weights) <= MOST_MEMBERS:
            return dict(model.config.weights), min(model.config.depth, run.config.ranking.depth)
    found = figures(run)
    best = sorted(run.own_models, key=lambda name: -np.nan_to_num(found[name, "ndcg"].mean))
    return dict.fromkeys(best[:4], 1.0), run.config.ranking.depth


@st.fragment
def mix(run: LoadedRun, words: Mapping[str, MetricWords]) -> None:
    """Draw the section."""
    kept: tuple[dict[str, float], int] | None = st.session_state.get(_KEPT)
    weights, depth = kept if kept and set(kept[0]) <= set(run.own_models) else first_mix(run)
    left, right = st.columns([2, 3], gap="large")
    with left:
        weights, depth = _sliders(run, weights, depth)
    st.session_state[_KEPT] = weights, depth
    voting = {name: weight for name, weight in weights.items() if weight > 0}
    with right:
        if voting:
            with st.spinner(tr("Counting the votes …")):
                mixer = _mixer(run, tuple(sorted(voting)))
                settings = run.config.seed, run.config.evaluation.resamples
                values, intervals = _measured(mixer, tuple(voting.items()), depth, *settings)
            _figures(run, words, values, intervals, voting)
            take_along(run, voting, depth)
        else:
            st.info(tr("Nobody votes. Give a model a weight."))
        saved_mixes(run)


def _sliders(run: LoadedRun, weights: dict[str, float], depth: int) -> tuple[dict[str, float], int]:
    # Set before they are drawn: what is mixed outlives these widgets, which another tab or page forgets.
    for key, value in (("mix.models", list(weights)), ("mix.depth", depth)):
        st.session_state.setdefault(key, value)
    chosen = st.multiselect(
        tr("Models that vote"),
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
    places = st.slider(tr("Places of each list that count"), 5, run.config.ranking.depth, step=5, key="mix.depth")
    st.caption(tr("The first place is worth as many votes as places count, the last one vote, each times the weight."))
    return found, places


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
    rows = [(tr("This mix"), "", {name: intervals[name] for name in shown})]
    rows += [(run.model_title(one), colours[one], {name: stored[one, name] for name in shown}) for one in members]
    digits = {name: decimals(row[2][name] for row in rows) for name in shown}
    html_table.show(
        ["", *(words[name].title for name in shown)],
        [
            [
                Cell(shorten(title), colour=colour),
                *(
                    Cell(
                        figure(found[name].mean, digits[name]),
                        below=interval_text(found[name], digits[name]),
                        mark="chosen" if not place else "",
                    )
                    for name in shown
                ),
            ]
            for place, (title, colour, found) in enumerate(rows)
        ],
    )
    gain = paired_difference(values["ndcg"], run.held_out_values(members[0])["ndcg"], seed=run.config.seed)
    facts = {
        "member": plain(run.model_title(members[0])),
        "gain": figure(gain.mean, 4),
        "between": interval_text(gain, 4),
    }
    st.markdown(
        tr("Against {member}, its best member by nDCG, the mix gains **{gain}** ({between}).", **facts)
        if gain.excludes_zero
        else tr(
            "Against {member}, its best member by nDCG, the mix gains **{gain}** ({between}): too close to call.",
            **facts,
        )
    )
    st.caption(
        tr(
            "The vote of the lists stored at training, over {n:,} held-out {playlists} of {data}; nothing is scored "
            "anew. 95 % bootstrap intervals. Weights turned until these very figures look best flatter the mix: judge "
            "a chosen one on other questions.",
            n=len(run.held_out),
            playlists=plain(run.nouns.playlists),
            data=plain(run.dataset.name),
        )
    )
