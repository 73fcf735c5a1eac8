"""A vote whose weights one moves: what it finds, beside the models it is made of, at once."""

import re
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import streamlit as st

from ..evaluation.intervals import Interval, mean_intervals, paired_difference
from ..mix import FIGURES, Mixer, as_toml
from ..models import registry
from ..models.rank_vote import RankVote
from ..serving import LoadedRun
from . import html_table
from .html_table import Cell
from .measured import decimals, figure, figures, interval_text
from .metric_words import MetricWords
from .text import plain, shorten
from .theme import model_colours

_KEPT = "playrec_mix"
HIGHEST = 3.0
_MOST = 8


@st.cache_resource(max_entries=3, show_spinner="Laying out the stored answers …")
def _mixer(_run: LoadedRun, run_id: str) -> Mixer:
    return Mixer(_run, _run.model_names)


@lru_cache(maxsize=64)
def _measured(
    mixer: Mixer, weights: tuple[tuple[str, float], ...], depth: int, seed: int, resamples: int
) -> tuple[dict[str, np.ndarray], dict[str, Interval]]:
    values = mixer.values(dict(weights), depth)
    found = mean_intervals(np.stack(list(values.values()), axis=1), seed=seed, resamples=resamples)
    return values, dict(zip(values, found, strict=True))


def first_mix(run: LoadedRun) -> tuple[dict[str, float], int]:
    """The run's own rank vote where it has one, else its four best models alike: ``(weights, depth)``."""
    for name in run.model_names:
        model = registry.create(name, run.config.models[name])
        if isinstance(model, RankVote) and len(model.config.weights) <= _MOST:
            return dict(model.config.weights), min(model.config.depth, run.config.ranking.depth)
    found = figures(run, run.id)
    best = sorted(run.model_names, key=lambda name: -np.nan_to_num(found[name, "ndcg"].mean))
    return dict.fromkeys(best[:4], 1.0), run.config.ranking.depth


@st.fragment
def mix(run: LoadedRun, words: Mapping[str, MetricWords]) -> None:
    """Draw the section."""
    mixer = _mixer(run, run.id)
    kept: tuple[dict[str, float], int] | None = st.session_state.get(_KEPT)
    weights, depth = kept if kept and set(kept[0]) <= set(run.model_names) else first_mix(run)
    left, right = st.columns([2, 3], gap="large")
    with left:
        weights, depth = _sliders(run, weights, depth)
    st.session_state[_KEPT] = weights, depth
    voting = {name: weight for name, weight in weights.items() if weight > 0}
    with right:
        if not voting:
            st.info("Nobody votes. Give a model a weight.")
            return
        _figures(run, words, mixer, voting, depth)
        _take_along(run, voting, depth)


def _sliders(run: LoadedRun, weights: dict[str, float], depth: int) -> tuple[dict[str, float], int]:
    # Set before they are drawn: what is mixed outlives these widgets, which another tab or page forgets.
    for key, value in (("mix.models", list(weights)), ("mix.depth", depth)):
        st.session_state.setdefault(key, value)
    chosen = st.multiselect(
        "Models that vote",
        run.model_names,
        format_func=lambda name: shorten(run.model_title(name)),
        max_selections=_MOST,
        key="mix.models",
    )
    found = {}
    for name in chosen:
        st.session_state.setdefault(f"mix.weight.{name}", float(weights.get(name, 1.0)))
        found[name] = st.slider(
            plain(run.model_title(name)), 0.0, HIGHEST, step=0.1, format="× %.1f", key=f"mix.weight.{name}"
        )
    places = st.slider("Places of each list that count", 5, run.config.ranking.depth, step=5, key="mix.depth")
    st.caption("The first place is worth as many votes as places count, the last one vote, each times the weight.")
    return found, places


def _figures(
    run: LoadedRun, words: Mapping[str, MetricWords], mixer: Mixer, voting: dict[str, float], depth: int
) -> None:
    settings = run.config.seed, run.config.evaluation.resamples
    values, intervals = _measured(mixer, tuple(voting.items()), depth, *settings)
    stored, colours = figures(run, run.id), model_colours(run.model_names)
    shown = [name for name in FIGURES if name in words]
    members = sorted(voting, key=lambda name: -np.nan_to_num(stored[name, "ndcg"].mean))
    rows = [("This mix", "", {name: intervals[name] for name in shown})]
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
    gain = paired_difference(values["ndcg"], run.held_out_values(members[0])["ndcg"], seed=settings[0])
    sure = "" if gain.excludes_zero else ": too close to call"
    st.markdown(
        f"Against {plain(run.model_title(members[0]))}, its best member by nDCG, the mix gains "
        f"**{figure(gain.mean, 4)}** ({interval_text(gain, 4)}){sure}."
    )
    st.caption(
        f"The vote of the lists stored at training, over {len(run.held_out):,} held-out {plain(run.nouns.playlists)} "
        f"of {plain(run.dataset.name)}; nothing is scored anew. 95 % bootstrap intervals. Weights turned until "
        "these very figures look best flatter the mix: judge a chosen one on other questions."
    )


def _take_along(run: LoadedRun, voting: dict[str, float], depth: int) -> None:
    with st.expander("Keep this mix as a model"):
        said = st.text_input("Name", "my-mix", key="mix.name", max_chars=40)
        name = re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-") or "my-mix"
        if name in run.model_names:
            st.warning("This run has a model of that name. Choose another one.")
        if len(voting) < 2:
            st.info("A vote needs two models or more.")
            return
        text = as_toml(name, voting, depth)
        st.markdown(
            "A finished run is sealed by its hashes, so a mix joins the models at the next training: put this into the "
            "configuration and train."
        )
        st.code(text, language="toml")
        st.download_button("As a file", text, f"{name}.toml", "application/toml", on_click="ignore")
