"""Sections of the Metrics page: the headline, the model chooser, and tabs with charts that rerun as fragments."""

import numpy as np
import streamlit as st

from playrec_core.evaluation.comparison import Leaders
from playrec_core.evaluation.report import KINDS, LENGTHS
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.plot import plot_cached
from playrec_core.ui.components.model_select import model_select
from playrec_core.ui.components.segments import segments
from playrec_core.ui.session import model_view
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.figures import as_csv, figure, figures, interval_text, sliced_figures, standings
from playrec_core.ui.wording.metrics import MetricWords
from playrec_core.ui.wording.run import kind_in_words

from . import charts, tables
from .pair_wins import who_wins


def headline(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    """Draw the notes on the data and the main result in one sentence."""
    if run.dataset.notes:
        st.caption(plain(tr("On the data: {notes}", notes=" ".join(run.dataset.notes)), 1000))
    word = next(iter(words.values()))
    leader = standings(run, words).get(word.name)
    if leader is None:
        return
    found = figures(run)
    interval, digits = found[leader.best, word.name], found.places(word.name)
    facts = {
        "metric": plain(word.title),
        "model": plain(run.model_title(leader.best)),
        "mean": figure(interval.mean, digits),
        "between": interval_text(interval, digits),
    }
    st.markdown(
        tr("Best by {metric}: **{model}**, {mean} ({between}), significantly better than every other model.", **facts)
        if leader.clear
        else tr(
            "Best by {metric}: **{model}**, {mean} ({between}), not significantly different from {rivals}.",
            rivals=", ".join(plain(run.model_title(name)) for name in leader.tied),
            **facts,
        )
    )


def chosen_models(run: LoadedRun, words: dict[str, MetricWords]) -> list[str]:
    """Draw the model chooser. Returns the models chosen, the best by the main metric first."""
    found, main = figures(run), next(iter(words))
    with st.container(horizontal=True, vertical_alignment="center"):
        looking = model_view.current(run)
        model_select(run, looking, "metrics.models")
        if len(looking.shown) < len(run.model_names):
            st.caption(tr("Tables and charts show the models chosen here; marks and ranking compare all models."))
    return sorted(looking.shown, key=lambda model: -np.nan_to_num(found[model, main].mean))


def overview(run: LoadedRun, models: list[str], words: dict[str, MetricWords], standing: dict[str, Leaders]) -> None:
    """Draw all metrics of the models chosen, and all models ranked by one metric."""
    # Above the tables: a browser that looks for the tab's first focusable element would go through every cell.
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            tr(
                "★ significantly better than every other model · ≈ best, or not significantly different from it "
                "(paired bootstrap, 95 %)"
            )
        )
        st.download_button(tr("Download as CSV"), as_csv(run), "metrics.csv", "text/csv", on_click="ignore")
    hits = [word for word in words.values() if word.accuracy]
    tables.show_all(run, models, hits, standing, tr("Measured here: accuracy"))
    rest = [word for word in words.values() if not word.accuracy]
    beyond = tr("Measured here, beyond accuracy: coverage, novelty, diversity, popularity")
    tables.show_all(run, models, rest, standing, beyond)
    one_metric(run, words)


@st.fragment
def one_metric(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    name = _choose(tr("Metric"), words, "metrics_metric")
    st.caption(plain(words[name].meaning, 500))
    title = words[name].title
    plot_cached(
        run,
        f"metric by model: {name}, {run.model_names}",
        lambda: charts.by_model(run, words[name]),
        tr("{metric} of every model with 95 % intervals; the same figures are in the table above", metric=title),
    )


@st.fragment
def by_segment(run: LoadedRun, models: list[str], words: dict[str, MetricWords]) -> None:
    words = {name: word for name, word in words.items() if not word.set_level}
    left, right = st.columns(2)
    with left:
        name = _choose(tr("Metric"), words, "metrics_slice_metric")
    by = {KINDS: tr("what is shown"), LENGTHS: tr("number of {items} shown", items=run.nouns.items)}
    n_kinds = sum(key.startswith(KINDS) for key in sliced_figures(run))
    with right:
        chosen = segments(tr("Group by"), by, "metrics_slices", KINDS if n_kinds > 1 else LENGTHS)
    slices = {key: found for key, found in sliced_figures(run).items() if key.startswith(chosen)}
    sizes = [found[run.model_names[0], name].n for found in slices.values()]
    named = [kind_in_words(key.removeprefix(chosen), run.nouns) for key in slices]
    labels = [f"{name} (n = {n:,})" for name, n in zip(named, sizes, strict=True)]
    st.caption(
        tr(
            "{meaning} n is the number of {playlists}; small segments have wide intervals. Without {items} to start "
            "from, most models use the same fallback by tags and title and get equal figures. Models are ordered as in "
            "the table.",
            meaning=plain(words[name].meaning, 500),
            items=run.nouns.items,
            playlists=run.nouns.playlists,
        )
    )
    facts = {"metric": words[name].title, "slices": by[chosen]}
    plot_cached(
        run,
        f"metric by slice: {name}, {chosen}, {models}",
        lambda: charts.by_slice(run, models, words[name], slices, labels),
        tr("{metric} of every model by {slices}; the same figures are in the table below", **facts),
    )
    tables.show_slices(run, models, words[name], slices, labels)


@st.fragment
def trade_off(run: LoadedRun, models: list[str], words: dict[str, MetricWords]) -> None:
    left, right = st.columns(2)
    with left:
        up = _choose(tr("Accuracy"), {n: w for n, w in words.items() if w.accuracy}, "metrics_accuracy")
    with right:
        others = {n: w for n, w in words.items() if not w.accuracy}
        across = _choose(tr("Against"), others, "metrics_other", start="novelty@100")
    meaning = plain(words[across].meaning, 500)
    st.caption(tr("{meaning} A random list would be novel and diverse, but wrong.", meaning=meaning))
    titles = {"up": words[up].title, "across": words[across].title}
    plot_cached(
        run,
        f"metric trade-off: {up}, {across}, {models}",
        lambda: charts.trade_off(run, models, words[up], words[across]),
        tr("{up} against {across}, a point with intervals for each model", **titles),
    )


@st.fragment
def two_models(run: LoadedRun, words: dict[str, MetricWords]) -> None:
    names = list(run.model_names)
    if len(names) < 2:
        st.info(tr("This run contains one model. Train another one to compare."))
        return
    # A select box shows plain text, not Markdown: nothing to escape.
    titles = {name: shorten(run.model_title(name)) for name in names}
    left, right = st.columns(2)
    ranked = sorted(names, key=lambda name: -figures(run)[name, next(iter(words))].mean)
    model = left.selectbox(tr("Model"), names, names.index(ranked[0]), titles.__getitem__, key="metrics_model")
    rest = [name for name in names if name != model]
    start = next(name for name in ranked if name != model)
    other = right.selectbox(tr("Against"), rest, rest.index(start), titles.__getitem__, key="metrics_rival")
    st.caption(
        tr(
            "Paired bootstrap: both models are evaluated on the same {playlists}, and those hard for one are mostly "
            "hard for the other, so the difference is estimated more precisely than the two intervals suggest.",
            playlists=run.nouns.playlists,
        )
    )
    tables.show_pair(run, list(words.values()), model, other)
    who_wins(run, model, other, words)


def _choose(label: str, words: dict[str, MetricWords], key: str, start: str = "") -> str:
    """A select box over metrics."""
    names = list(words)
    place = names.index(start) if start in names else 0
    return st.selectbox(label, names, place, lambda name: words[name].title, key=key)
