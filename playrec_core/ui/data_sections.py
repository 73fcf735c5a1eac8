"""The parts of the data page, each drawn from a `Profile` that is counted once a run."""

import numpy as np
import streamlit as st

from ..data.profile import Corner, Dates, Distribution, Profile, corner, profile
from ..schema import ALBUM, ARTIST, DATE_SOURCE, MONTH, TITLE, YEAR, DateSource
from ..serving import LoadedRun
from . import confidence_charts, data_charts, html_table, items
from .html_table import Cell
from .resources import chart
from .run_words import split_in_words
from .text import plain, shorten

MOST_POPULAR = 30
_EXAMPLES = 5


@st.cache_resource(max_entries=4, show_spinner="Counting …")
def profile_of(_run: LoadedRun, run_id: str) -> Profile:
    """The run's profile."""
    return profile(_run.dataset)


@st.cache_resource(max_entries=4, show_spinner=False)
def corner_of(_run: LoadedRun, run_id: str) -> Corner:
    """The run's corner of the matrix."""
    return corner(_run.dataset)


def sizes(run: LoadedRun, found: Profile) -> None:
    """The figures a person asks for first."""
    dataset, nouns = run.dataset, run.nouns
    shown = {
        nouns.playlists: dataset.n_playlists,
        nouns.items: dataset.n_items,
        f"{nouns.items} in use": found.used_items,
        "links": dataset.interactions.nnz,
        "tags": len(dataset.tags),
        "questions": len(run.held_out),
    }
    st.markdown(f"What the models of **{plain(dataset.name)}** learned from. What was held out is asked, not counted.")
    for column, (label, value) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(plain(label), f"{value:,}")
    unused = dataset.n_items - found.used_items
    lines = [
        f"{unused:,} {nouns.items} of the catalogue were never met in training: a model that learns from "
        f"{nouns.playlists} alone can say nothing of them."
        if unused
        else "",
        f"The catalogue names {found.artists:,} artists." if found.artists else "",
    ]
    st.caption(plain(" ".join(filter(None, lines)), 500))


def origin(run: LoadedRun) -> None:
    """What the reader did, how the data was split, and how to name this data."""
    st.subheader("What was read, and what was mended")
    notes = run.dataset.notes or ("Nothing had to be mended or left out.",)
    for note in notes:
        st.text(f"• {note}")
    st.subheader("What was held out")
    st.markdown(f"{plain(split_in_words(run), 1000)} Seed {run.config.seed}.")
    fingerprint = run.run.manifest.dataset.fingerprint[:16]
    st.caption(f"Everything on this page counts the training part. Fingerprint of the data: {fingerprint}…")


def distributions(run: LoadedRun, found: Profile) -> None:
    """How long playlists are, how often items occur, how many tags there are, and ratings where there are any."""
    nouns = run.nouns
    left, right = st.columns(2)
    with left:
        _distribution(
            run,
            f"{nouns.items.capitalize()} of a {nouns.playlist}",
            found.playlist_lengths,
            nouns.items,
            nouns.playlists,
        )
    with right:
        _distribution(run, f"Popularity of a {nouns.item}", found.item_counts, nouns.playlists, nouns.items)
    with left:
        if found.tag_links:
            _distribution(run, f"Tags of a {nouns.playlist}", found.tags_per_playlist, "tags", nouns.playlists)
        else:
            st.info(f"These {nouns.playlists} carry no tags.")
    with right:
        if len(found.dates.years):
            st.subheader("Release years")
            st.caption(f"from {found.dates.years[0]} to {found.dates.years[-1]}")
            _years(run, found.dates, "data_years")
    st.caption("Where values spread far, the bars are unequal: each reaches a constant factor further than the last.")
    if found.confidence:
        st.subheader("Confidence of a link")
        total = sum(found.confidence.values())
        rows = [[f"{value:g}", f"{n:,}", f"{n / total:.1%}"] for value, n in found.confidence.items()]
        html_table.show(["confidence", "links", "share"], rows, narrow=True)
    confidence_charts.section(run)


def _years(run: LoadedRun, found: Dates, key: str) -> None:
    items = run.nouns.items
    drawn = chart(run.id, "data: years", lambda: data_charts.years(found, items))
    st.plotly_chart(drawn, config=data_charts.CONFIG, alt=f"number of {items} by release year", key=key)


def _distribution(run: LoadedRun, title: str, found: Distribution, across: str, up: str) -> None:
    st.subheader(plain(title))
    if found.low == found.high:
        st.caption(f"{found.low:,} {plain(across)}, every one of them")
        return
    st.caption(f"from {found.low:,} to {found.high:,} {plain(across)}, {found.mean:,.1f} on average")
    drawn = chart(run.id, f"data: {title}", lambda: data_charts.distribution(found, across, up))
    st.plotly_chart(drawn, config=data_charts.CONFIG, alt=f"{title}: bars by number of {across}", key=f"data_{title}")


def long_tail(run: LoadedRun, found: Profile) -> None:
    """Few items hold most of the interactions."""
    tail, nouns = found.tail, run.nouns
    if tail is None:
        st.info("There are no interactions.")
        return
    top = [f"the top {_percent(share)} hold **{_percent(held)}**" for share, held in tail.top.items()]
    st.markdown(
        f"Of {found.used_items:,} {nouns.items} in use, {', '.join(top)} of all interactions. Gini coefficient "
        f"**{tail.gini:.3f}** (0: all equally popular, 1: one holds everything). {tail.single:,} {nouns.items} "
        f"({_percent(tail.single / found.used_items)}) belong to a single {nouns.playlist}."
    )
    st.caption(
        f"The steeper the curve, the harder a list of the most popular {nouns.items} is to beat, and the less is known "
        "of the others. See popularity bias, novelty and coverage on the metrics page."
    )
    left, right = st.columns(2)
    left.plotly_chart(
        chart(run.id, "data: popularity", lambda: data_charts.popularity_curve(tail, nouns.item, nouns.playlists)),
        config=data_charts.CONFIG,
        alt=f"number of {nouns.playlists} by popularity rank, both logarithmic",
    )
    right.plotly_chart(
        chart(run.id, "data: lorenz", lambda: data_charts.lorenz_curve(tail, nouns.items)),
        config=data_charts.CONFIG,
        alt=f"share of interactions held by the most popular {nouns.items}; the figures stand above",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def most_popular(run: LoadedRun) -> None:
    """The most popular items and tags: the first rows, for items stand in popularity order."""
    dataset, nouns = run.dataset, run.nouns
    n, m = min(MOST_POPULAR, dataset.n_items), min(MOST_POPULAR, len(dataset.tags))
    named = items.table(dataset, range(n))
    left, right = st.columns(2)
    with left:
        cells = [Cell(title, below=artist) for title, artist in zip(named[TITLE], named[ARTIST], strict=True)]
        _ranked(f"The {n} most popular {nouns.items}", nouns.item, cells, dataset.item_counts[:n], run)
    with right:
        if m:
            tags = [Cell(shorten(tag, 60)) for tag in dataset.tags.outside(range(m))]
            _ranked(f"The {m} most frequent tags", "tag", tags, dataset.tag_counts[:m], run)
        else:
            st.info(f"These {nouns.playlists} carry no tags.")


def _ranked(title: str, noun: str, cells: list[Cell], counts: np.ndarray, run: LoadedRun) -> None:
    st.subheader(plain(title))
    rows = [
        [str(rank), cell, f"{count:,}", f"{count / run.dataset.n_playlists:.1%}"]
        for rank, (cell, count) in enumerate(zip(cells, counts.tolist(), strict=True), start=1)
    ]
    html_table.show(["#", noun, run.nouns.playlists, "share"], rows, text_columns=(1,))


def dates(run: LoadedRun, found: Dates) -> None:
    """When items came out, which dates were missing, and what repaired them."""
    nouns, n = run.nouns, run.dataset.n_items
    said = {
        DateSource.GIVEN: ("as the catalogue gives it", ""),
        DateSource.ALBUM: (f"repaired: taken from another {nouns.item} of the same album", ""),
        DateSource.MISSING: ("missing, a category of its own", f"{found.year_only:,} of them with a year but no month"),
    }
    rows = [
        [
            Cell(words, below=more if found.sources[source] and found.year_only else ""),
            f"{found.sources[source]:,}",
            f"{found.sources[source] / max(n, 1):.1%}",
        ]
        for source, (words, more) in said.items()
        if found.sources[source] or source != DateSource.ALBUM
    ]
    left, right = st.columns([2, 3])
    with left:
        html_table.show([f"release date of the {nouns.item}", nouns.items, "share"], rows)
        st.caption("Published, on Melon in full: 8 of 2,801 missing dates were repaired (document 000).")
    with right:
        if len(found.years):
            _years(run, found, "dates_years")
        else:
            st.info(f"No release date is known: the data describes its {nouns.items} by ids alone, or without dates.")
    _repaired(run)


def _repaired(run: LoadedRun) -> None:
    """Some of the dates that were taken from the album."""
    source = run.dataset.catalogue[DATE_SOURCE].to_numpy()
    first = (source == DateSource.ALBUM).nonzero()[0][:_EXAMPLES]
    if not len(first):
        return
    table = items.table(run.dataset, first, [TITLE, ARTIST, ALBUM, YEAR, MONTH])
    table[ALBUM] = [shorten(album or "") for album in table[ALBUM]]
    st.subheader(f"Repaired, the most popular {len(first)}")
    st.dataframe(
        table, hide_index=True, key="repaired", column_config={YEAR: st.column_config.NumberColumn(format="%d")}
    )
