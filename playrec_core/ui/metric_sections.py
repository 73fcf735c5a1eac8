"""The parts of the metrics page that answer to a click of their own, each a fragment, and its first sentence."""

import numpy as np
import streamlit as st

from ..evaluation.comparison import Leaders
from ..serving import LoadedRun
from . import metric_charts, metric_tables, view
from .measured import as_csv, figure, figures, interval_text, places, sliced_figures, standings
from .metric_words import MetricWords
from .model_chooser import model_chooser
from .pair_wins import who_wins
from .resources import chart
from .text import plain, shorten

KINDS, LENGTHS = "kind: ", "seed: "


def headline(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    """The main result in one sentence, and what the reader of the data had to say."""
    if run.dataset.notes:
        st.caption(plain(f"On the data: {' '.join(run.dataset.notes)}", 1000))
    word = next(iter(words.values()))
    leader = standings(run, run.id, tuple(words.values())).get(word.name)
    if leader is None:
        return
    found = figures(run, run.id)
    interval, digits = found[leader.best, word.name], places(found, word.name)
    rivals = ", ".join(plain(run.model_title(name)) for name in leader.tied)
    st.markdown(
        f"Best by {plain(word.title)}: **{plain(run.model_title(leader.best))}**, {figure(interval.mean, digits)} "
        f"({interval_text(interval, digits)}), "
        + ("ahead of every other model beyond chance." if leader.clear else f"not told apart from {rivals}.")
    )


def chosen_models(run: LoadedRun, words: dict[str, MetricWords]) -> list[str]:
    """Lets a person choose; the models that the tables and charts show, the best by the main metric first."""
    found, main = figures(run, run.id), next(iter(words))
    with st.container(horizontal=True, vertical_alignment="center"):
        looking = view.current(run)
        model_chooser(run, looking, "metrics.models")
        if len(looking.shown) < len(run.model_names):
            st.caption("Tables and charts show the models chosen here; the marks and the ranking are among all.")
    return sorted(looking.shown, key=lambda model: -np.nan_to_num(found[model, main].mean))


def overview(run: LoadedRun, models: list[str], words: dict[str, MetricWords], standing: dict[str, Leaders]) -> None:
    """Some models' every metric, the best marked, and all models' ranking by one."""
    hits = [word for word in words.values() if word.accuracy]
    metric_tables.show_all(run, models, hits, standing, "Measured here: finding what was hidden")
    rest = [word for word in words.values() if not word.accuracy]
    metric_tables.show_all(run, models, rest, standing, f"Measured here: what kind of {run.nouns.items} are answered")
    st.caption("★ ahead of every other model · ≈ best, or not told apart from it (paired bootstrap, 95 %)")
    st.download_button("Download as CSV", as_csv(run), "metrics.csv", "text/csv", on_click="ignore")
    one_metric(run, words)


@st.fragment
def one_metric(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    name = _choose("Metric", words, "metrics_metric")
    st.caption(plain(words[name].meaning, 500))
    st.plotly_chart(
        chart(run.id, f"metric by model: {name}", lambda: metric_charts.by_model(run, words[name])),
        config=metric_charts.CONFIG,
        alt=f"{words[name].title} of every model with 95 % intervals; the same figures stand in the table above",
    )


@st.fragment
def by_question(run: LoadedRun, models: list[str], words: dict[str, MetricWords]) -> None:
    words = {name: word for name, word in words.items() if not word.set_level}
    left, right = st.columns(2)
    with left:
        name = _choose("Metric", words, "metrics_slice_metric")
    by = {KINDS: "what the question shows", LENGTHS: f"number of {run.nouns.items} shown"}
    n_kinds = sum(key.startswith(KINDS) for key in sliced_figures(run, run.id))
    with right:
        chosen = st.segmented_control(
            "Questions by",
            list(by),
            format_func=by.__getitem__,
            default=KINDS if n_kinds > 1 else LENGTHS,
            required=True,
            key="metrics_slices",
        )
    slices = {key: found for key, found in sliced_figures(run, run.id).items() if key.startswith(chosen)}
    sizes = [found[run.model_names[0], name].n for found in slices.values()]
    labels = [f"{key.removeprefix(chosen)} (n = {n:,})" for key, n in zip(slices, sizes, strict=True)]
    if chosen == KINDS:
        labels = [label.replace("songs", run.nouns.items) for label in labels]
    st.caption(
        f"{plain(words[name].meaning, 500)} Few questions make wide intervals: n is their number. Models with the same "
        f"figure gave the same answers: where a question shows no {run.nouns.items}, most of them leave it to the "
        "common rule for tags and titles."
    )
    st.plotly_chart(
        chart(
            run.id,
            f"metric by slice: {name}, {chosen}, {models}",
            lambda: metric_charts.by_slice(run, models, words[name], slices, labels),
        ),
        config=metric_charts.CONFIG,
        alt=f"{words[name].title} of every model by {by[chosen]}; the same figures stand in the table below",
    )
    metric_tables.show_slices(run, models, words[name], slices, labels)


@st.fragment
def trade_off(run: LoadedRun, models: list[str], words: dict[str, MetricWords]) -> None:
    left, right = st.columns(2)
    with left:
        up = _choose("Accuracy", {n: w for n, w in words.items() if w.accuracy}, "metrics_accuracy")
    with right:
        others = {n: w for n, w in words.items() if not w.accuracy}
        across = _choose("Against", others, "metrics_other", start="novelty@100")
    st.caption(f"{plain(words[across].meaning, 500)} A list drawn at random would be novel, diverse and wrong.")
    st.plotly_chart(
        chart(
            run.id,
            f"metric trade-off: {up}, {across}, {models}",
            lambda: metric_charts.trade_off(run, models, words[up], words[across]),
        ),
        config=metric_charts.CONFIG,
        alt=f"{words[up].title} against {words[across].title}, a point with intervals for each model",
    )


@st.fragment
def two_models(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    names = list(run.model_names)
    if len(names) < 2:
        st.info("This run holds one model; train another to compare.")
        return
    # A select box shows plain text, not Markdown: nothing to escape.
    titles = {name: shorten(run.model_title(name)) for name in names}
    left, right = st.columns(2)
    ranked = sorted(names, key=lambda name: -figures(run, run.id)[name, next(iter(words))].mean)
    model = left.selectbox("Model", names, names.index(ranked[0]), titles.__getitem__, key="metrics_model")
    rest = [name for name in names if name != model]
    start = next(name for name in ranked if name != model)
    other = right.selectbox("Against", rest, rest.index(start), titles.__getitem__, key="metrics_rival")
    st.caption(
        f"Paired bootstrap: both models answered the same {run.nouns.playlists}, and those hard for one "
        "are mostly hard for the other, so their difference is surer than the two intervals suggest."
    )
    metric_tables.show_pair(run, list(words.values()), model, other)
    who_wins(run, model, other, words)


def _choose(label: str, words: dict[str, MetricWords], key: str, start: str = "") -> str:
    """A select box over metrics."""
    names = list(words)
    place = names.index(start) if start in names else 0
    return st.selectbox(label, names, place, lambda name: words[name].title, key=key)
