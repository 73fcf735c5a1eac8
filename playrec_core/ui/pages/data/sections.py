"""Sections of the data page, drawn from a `Profile` that is computed once per run."""

from dataclasses import asdict
from functools import partial

import numpy as np
import streamlit as st

from playrec_core.data.profile import Dates, Distribution, Profile
from playrec_core.i18n import mark, tr
from playrec_core.schema import ALBUM, ARTIST, DATE_SOURCE, MONTH, TITLE, YEAR, DateSource, Nouns
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.plot import plot_cached
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.run import split_in_words

from . import charts, confidence_charts

MOST_POPULAR = 30
_EXAMPLES = 5
_HEADINGS = {
    TITLE: mark("title"),
    ARTIST: mark("artist"),
    ALBUM: mark("album"),
    YEAR: mark("year"),
    MONTH: mark("month"),
}


def sizes(run: LoadedRun, found: Profile) -> None:
    """Draw the main figures."""
    dataset, nouns = run.dataset, run.nouns
    shown = {
        nouns.playlists: dataset.n_playlists,
        nouns.items: dataset.n_items,
        tr("{items} in use", items=nouns.items): found.used_items,
        tr("interactions"): dataset.interactions.nnz,
        tr("tags"): len(dataset.tags),
        tr("held-out {playlists}", playlists=nouns.playlists): len(run.held_out),
    }
    st.markdown(
        tr(
            "Training data of the models for **{data}**. Held-out {playlists} are excluded here.",
            data=plain(dataset.name),
            playlists=plain(nouns.playlists),
        )
    )
    for column, (label, value) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(plain(label), f"{value:,}")
    lines = []
    if unused := dataset.n_items - found.used_items:
        words = tr(
            "{n:,} {items} of the catalogue do not occur in training: a model that learns from {playlists} alone "
            "cannot recommend them.",
            n=unused,
            **asdict(nouns),
        )
        lines.append(words)
    if found.artists:
        lines.append(tr("The catalogue has {n:,} artists.", n=found.artists))
    st.caption(plain(" ".join(lines), 500))


def origin(run: LoadedRun) -> None:
    """Draw the import log, the split, and the fingerprint of the data."""
    st.header(tr("Import log and repairs"))
    notes = run.dataset.notes or (tr("Nothing was repaired or left out."),)
    for note in notes:
        st.text(f"• {note}")
    st.header(tr("Held-out data"))
    seed = tr("Seed {n}.", n=run.config.seed)
    st.markdown(f"{plain(split_in_words(run), 1000)} {seed}")
    facts = {"fingerprint": run.run.manifest.dataset.fingerprint[:16]}
    st.caption(tr("All figures on this page are for the training part. Data fingerprint: {fingerprint}…", **facts))


def distributions(run: LoadedRun, found: Profile) -> None:
    """Draw playlist lengths, item popularity, tags per playlist and release years."""
    nouns = run.nouns
    left, right = st.columns(2)
    with left:
        lengths = tr("{items} per {playlist}", items=nouns.items.capitalize(), playlist=nouns.playlist)
        _distribution(run, lengths, found.playlist_lengths, nouns.items, nouns.playlists)
    with right:
        popularity = tr("Popularity of {items}", items=nouns.items)
        _distribution(run, popularity, found.item_counts, nouns.playlists, nouns.items)
    with left:
        if found.tag_assignments:
            tags = tr("Tags per {playlist}", playlist=nouns.playlist)
            _distribution(run, tags, found.tags_per_playlist, tr("tags"), nouns.playlists)
        else:
            _no_tags(nouns)
    with right:
        if len(found.dates.years):
            st.header(tr("Release years"))
            st.caption(tr("from {first} to {last}", first=found.dates.years[0], last=found.dates.years[-1]))
            _years(run, found.dates, "data_years")
    st.caption(tr("For wide ranges, bins are logarithmic."))


def confidence(run: LoadedRun, found: Profile) -> None:
    """Draw the given confidences and the weighting rules. A tab of its own: with the distributions, so many charts took
    a browser a third of a second.
    """
    if found.confidence:
        st.header(tr("Confidence of interactions"))
        total = sum(found.confidence.values())
        rows = [[f"{value:g}", f"{n:,}", f"{n / total:.1%}"] for value, n in found.confidence.items()]
        html_table.show([tr("confidence"), tr("interactions"), tr("share")], rows, narrow=True)
    confidence_charts.section(run)


def _no_tags(nouns: Nouns) -> None:
    st.info(tr("These {playlists} have no tags.", playlists=plain(nouns.playlists)))


def _years(run: LoadedRun, found: Dates, key: str) -> None:
    items = run.nouns.items
    alt = tr("number of {items} by release year", items=items)
    plot_cached(run, "data: years", lambda: charts.years(found, items), alt, key)


def _distribution(run: LoadedRun, title: str, found: Distribution, across: str, up: str) -> None:
    st.header(plain(title))
    if found.low == found.high:
        st.caption(tr("{n:,} {items} each", n=found.low, items=plain(across)))
        return
    st.caption(
        tr(
            "from {low:,} to {high:,} {items}, {mean:,.1f} on average",
            low=found.low,
            high=found.high,
            items=plain(across),
            mean=found.mean,
        )
    )
    alt = tr("{title}: bars by number of {items}", title=title, items=across)
    plot_cached(run, f"data: {title}", lambda: charts.distribution(found, across, up), alt, f"data_{title}")


def long_tail(run: LoadedRun, found: Profile) -> None:
    """Draw the long tail: few items account for most of the interactions."""
    tail, nouns = found.tail, run.nouns
    if tail is None:
        st.info(tr("There are no interactions."))
        return
    top = [
        tr("the top {share} account for **{held}**", share=_percent(share), held=_percent(held))
        for share, held in tail.top.items()
    ]
    st.markdown(
        tr(
            "Of {n:,} {items} in use, {shares} of all interactions. Gini coefficient **{gini:.3f}** (0: all equally "
            "popular, 1: all on one). {single:,} {items} ({share}) occur in a single {playlist}.",
            n=found.used_items,
            shares=", ".join(top),
            gini=tail.gini,
            single=tail.single,
            share=_percent(tail.single / found.used_items),
            **asdict(nouns),
        )
    )
    st.caption(
        tr(
            "The steeper the curve, the harder a list of the most popular {items} is to beat, and the less data there "
            "is on the others. See popularity bias, novelty and coverage on the metrics page.",
            items=nouns.items,
        )
    )
    left, right = st.columns(2)
    with left:
        alt = tr("number of {playlists} by popularity rank, both logarithmic", playlists=nouns.playlists)
        draw = partial(charts.popularity_curve, tail, nouns.item, nouns.playlists)
        plot_cached(run, "data: popularity", draw, alt)
    with right:
        alt = tr("share of interactions of the most popular {items}; see the figures above", items=nouns.items)
        plot_cached(run, "data: lorenz", partial(charts.lorenz_curve, tail, nouns.items), alt)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def most_popular(run: LoadedRun) -> None:
    """Draw the most popular items and tags: the first rows, as both are in popularity order."""
    dataset, nouns = run.dataset, run.nouns
    n, m = min(MOST_POPULAR, dataset.n_items), min(MOST_POPULAR, len(dataset.tags))
    named = items.table(dataset, range(n))
    left, right = st.columns(2)
    with left:
        cells = [Cell(title, below=artist) for title, artist in zip(named[TITLE], named[ARTIST], strict=True)]
        _ranked(
            tr("The {n} most popular {items}", n=n, items=nouns.items), nouns.item, cells, dataset.item_counts[:n], run
        )
    with right:
        if m:
            tags = [Cell(shorten(tag, 60)) for tag in terms.tags(dataset, range(m))]
            _ranked(tr("The {n} most frequent tags", n=m), tr("tag"), tags, dataset.tag_counts[:m], run)
        else:
            _no_tags(nouns)


def _ranked(title: str, noun: str, cells: list[Cell], counts: np.ndarray, run: LoadedRun) -> None:
    st.header(plain(title))
    rows = [
        [str(rank), cell, f"{count:,}", f"{count / run.dataset.n_playlists:.1%}"]
        for rank, (cell, count) in enumerate(zip(cells, counts.tolist(), strict=True), start=1)
    ]
    html_table.show(["#", noun, run.nouns.playlists, tr("share")], rows, text_columns=(1,))


def dates(run: LoadedRun, found: Dates) -> None:
    """Draw release dates: how many are missing or repaired, and their distribution."""
    nouns, n = run.nouns, run.dataset.n_items
    sources = {
        DateSource.GIVEN: tr("from the catalogue"),
        DateSource.ALBUM: tr("repaired: taken from another {item} of the same album", item=nouns.item),
        DateSource.MISSING: tr("missing, a category of its own"),
    }
    rows = [
        [
            words,
            f"{found.sources[source]:,}",
            f"{found.sources[source] / max(n, 1):.1%}",
        ]
        for source, words in sources.items()
        if found.sources[source] or source != DateSource.ALBUM
    ]
    left, right = st.columns([2, 3])
    with left:
        html_table.show([tr("release date of the {item}", item=nouns.item), nouns.items, tr("share")], rows)
        st.caption(tr("Published for the full Melon data: 8 of 2,801 missing dates were repaired."))
    with right:
        if len(found.years):
            _years(run, found, "dates_years")
        else:
            words = {"items": nouns.items}
            st.info(tr("No release dates: the data describes its {items} by ids alone, or without dates.", **words))
    _repaired(run)


def _repaired(run: LoadedRun) -> None:
    """Draw examples of dates that were taken from the album."""
    source = run.dataset.catalogue[DATE_SOURCE].to_numpy()
    first = np.flatnonzero(source == DateSource.ALBUM)[:_EXAMPLES]
    if not len(first):
        return
    table = items.table(run.dataset, first, list(_HEADINGS))
    table[ALBUM] = [shorten(album or "") for album in table[ALBUM]]
    st.header(tr("Repaired dates, the {n} most popular", n=len(first)))
    headings = {name: st.column_config.Column(tr(words)) for name, words in _HEADINGS.items()}
    year = st.column_config.NumberColumn(tr(_HEADINGS[YEAR]), format="%d")
    st.dataframe(table, hide_index=True, key="repaired", column_config={**headings, YEAR: year})
