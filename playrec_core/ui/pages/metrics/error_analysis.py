"""Error analysis: a metric by model and slice; a click on a cell lists its playlists."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import streamlit as st

from playrec_core.evaluation import slices
from playrec_core.evaluation.intervals import Interval, mean_intervals
from playrec_core.evaluation.query_facts import MEANINGS, query_facts
from playrec_core.evaluation.rules import RuleError, example, matching
from playrec_core.evaluation.slices import Slice, too_small
from playrec_core.i18n import current, mark, tr
from playrec_core.schema import GENRES
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.held_out.playlist_rows import show_playlists
from playrec_core.ui.components.segments import segments
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.figures import figure, figures, interval_text
from playrec_core.ui.wording.metrics import MetricWords
from playrec_core.ui.wording.run import in_nouns, kind_in_words

ALL, RULE = "all", "rule"
_GENRES = 6
_LONGEST_NAME = 24
WORST, BEST = "worst", "best"
_ORDERS = {WORST: mark("worst first"), BEST: mark("best first")}


@per_run(3)
def facts(run: LoadedRun) -> dict[str, np.ndarray]:
    """Facts about each query; see `playrec_core.evaluation.query_facts`."""
    return query_facts(run.dataset, run.held_out)


def groupings(run: LoadedRun) -> dict[str, tuple[str, Callable[[], list[Slice]]]]:
    """The ways to group the playlists, by key: a label and a function that returns the slices."""
    known, nouns = facts(run), run.nouns
    quarters = (
        tr("least popular quarter"),
        tr("second quarter"),
        tr("third quarter"),
        tr("most popular quarter"),
        tr("no {item} shown", item=nouns.item),
    )
    kinds = known["kind"]
    return {
        "kind": (
            tr("what is shown"),
            lambda: slices.by_query_kind(
                np.char.find(kinds, "songs") >= 0, np.char.find(kinds, "tags") >= 0, kinds == "title"
            ),
        ),
        "length": (
            tr("number of {items} shown", items=nouns.items),
            lambda: slices.by_seed_length(known["seed_length"]),
        ),
        "popularity": (
            tr("popularity of the {items} shown", items=nouns.items),
            lambda: slices.by_quarter(known["popularity"], quarters),
        ),
        "genre": (
            tr("genre"),
            lambda: slices.by_label(
                known["genre"], at_most=_GENRES, others=tr("other genres"), unknown=tr("not known")
            ),
        ),
        "decade": (tr("release decade"), lambda: slices.by_decade(known["year"], tr("not known"))),
        RULE: (tr("custom rule"), lambda: _own_rule(run)),
    }


@st.fragment
def playlists_behind(run: LoadedRun, models: list[str], words: dict[str, MetricWords]) -> None:
    """Draw the tab: choose a metric and a grouping, click a cell, read its playlists."""
    words = {name: word for name, word in words.items() if not word.set_level}
    left, right = st.columns(2)
    # Select boxes show plain text, not Markdown.
    name = left.selectbox(tr("Metric"), list(words), format_func=lambda key: words[key].title, key="open.metric")
    ways = groupings(run)
    by = right.selectbox(
        tr("Group by"), list(ways), format_func=lambda key: ways[key][0], key="open.by", persist_state="session"
    )
    parts = ways[by][1]()
    if by == "kind":
        parts = [Slice(kind_in_words(part.name, run.nouns), part.mask) for part in parts]
    if by == "genre":
        parts = [Slice(terms.genres(run.dataset, [part.name])[0], part.mask) for part in parts]
    everything = tr("all {playlists}", playlists=run.nouns.playlists)
    parts = [Slice(everything, np.ones(len(run.held_out), dtype=bool)), *parts]
    if not models:
        st.info(tr("Choose a model above."))
        return
    slices_key = f"{by}: {st.session_state['open.rule']}" if by == RULE else by
    table = _intervals(run, tuple(models), name, slices_key, [part.mask for part in parts])
    place, model = _pick(run, models, words[name], parts, table, by)
    _warn(parts, table[model])
    _list(run, model, words[name], parts[place], table[model][place], f"{slices_key}.{place}")


def _own_rule(run: LoadedRun) -> list[Slice]:
    known = facts(run)
    rule = st.text_input(tr("Rule"), value=example(known), key="open.rule", max_chars=300, persist_state="session")
    columns = " · ".join(f"`{name}`: {plain(in_nouns(tr(MEANINGS[name]), run.nouns), 200)}" for name in known)
    st.caption(tr("Compare with `<` `<=` `>` `>=` `==` `!=`, join with `and`, `or`, `not`. {columns}", columns=columns))
    try:
        mask = matching(rule, known, {"genre": run.dataset.terms.synonyms(GENRES)})
    except RuleError as error:
        st.error(plain(str(error), 400), icon=":material/rule:")
        return []
    if not mask.any():
        st.warning(tr("No {playlist} matches this rule.", playlist=plain(run.nouns.playlist)))
        return []
    fits = [Slice(tr("matches the rule"), mask), Slice(tr("does not match"), ~mask)]
    return [part for part in fits if part.mask.any()]


@per_run(64)
def _intervals(
    run: LoadedRun, models: tuple[str, ...], metric: str, slices_key: str, _masks: list[np.ndarray]
) -> Mapping[str, list[Interval]]:
    """Each model's interval in each slice.

    Args:
        slices_key: identifies the slices in the cache.
        _masks: (n_playlists,) bool each.
    """
    values = np.stack([run.held_out_values(model)[metric] for model in models], axis=1)
    seed, resamples = run.config.seed, run.config.evaluation.resamples
    found = [mean_intervals(values[mask], seed=seed, resamples=resamples) for mask in _masks]
    return {model: [each[place] for each in found] for place, model in enumerate(models)}


def _pick(
    run: LoadedRun,
    models: list[str],
    word: MetricWords,
    parts: list[Slice],
    table: Mapping[str, list[Interval]],
    by: str,
) -> tuple[int, str]:
    """Draw the table of means. Returns the slice and model clicked; initially all playlists and the best model."""
    digits = figures(run).places(word.name)
    heads = [f"{shorten(part.name, _LONGEST_NAME)} ({int(part.mask.sum()):,})" for part in parts]
    small = map(too_small, table[models[0]])
    heads = [f"⚠ {head}" if few else head for head, few in zip(heads, small, strict=True)]
    # Two genres may be equal once shortened, but column names are keys: thin spaces make them unique.
    heads = [head + "\u2009" * heads[:place].count(head) for place, head in enumerate(heads)]
    columns = {tr("Model"): [shorten(run.model_title(model), 40) for model in models]}
    columns |= {head: [table[model][place].mean for model in models] for place, head in enumerate(heads)}
    st.caption(in_nouns(tr("Click a cell to list its playlists below."), run.nouns))
    state = st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        column_config={head: st.column_config.NumberColumn(format=f"%.{digits}f") for head in heads},
        on_select="rerun",
        selection_mode="single-cell",
        height=min(38 + 35 * len(models), 400),
        key=f"open.table.{run.id}.{word.name}.{by}.{','.join(models)}.{len(parts)}.{current()}",
        alt=tr("{metric} of every model chosen, by segment", metric=word.title),
    )
    cells = state["selection"]["cells"]  # type: ignore[index] - a selection, because on_select says so
    row, head = cells[0] if cells else (0, "")
    return (heads.index(head) if head in heads else 0), models[min(row, len(models) - 1)]


def _warn(parts: list[Slice], found: list[Interval]) -> None:
    """Warn of slices that are too small, with reasons."""
    lines = [
        f"{plain(part.name)}: {plain(why)}"
        for part, interval in zip(parts, found, strict=True)
        if (why := too_small(interval))
    ]
    if lines:
        st.warning(tr("⚠ Sample too small: {slices}.", slices="; ".join(lines)), icon=":material/warning:")


def _list(run: LoadedRun, model: str, word: MetricWords, part: Slice, interval: Interval, key: str) -> None:
    """List the playlists of one cell with their values, the worst or the best first."""
    values = run.held_out_values(model)[word.name]
    digits = figures(run).places(word.name)
    between = interval_text(interval, digits)
    st.markdown(
        tr(
            "**{model}**, {metric}, {slice}: **{mean}** ({facts})",
            model=plain(run.model_title(model)),
            metric=plain(word.title),
            slice=plain(part.name),
            mean=figure(interval.mean, digits),
            facts="; ".join(filter(None, [between, f"n = {interval.n:,}"])),
        )
    )
    order = segments(tr("Sort"), {key: tr(words) for key, words in _ORDERS.items()}, "open.sort")
    rows = np.flatnonzero(part.mask & ~np.isnan(values))
    upward = (order == WORST) == (word.better == "higher")
    rows = rows[np.argsort(values[rows] if upward else -values[rows], kind="stable")]

    def says(row: int) -> str:
        value = figure(float(values[row]), max(digits, 3))
        return f"{plain(word.title)} **{value}**  \n{plain(held_out.figures(run, run.held_out_playlist(row), model))}"

    pager = f"open.page.{run.id}.{model}.{word.name}.{key}.{order}"
    show_playlists(run, rows, says, pager, lambda _: [model])
