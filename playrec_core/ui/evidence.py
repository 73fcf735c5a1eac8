"""Evidence that two items belong together: the training playlists that hold both."""

import numpy as np
import pandas as pd
import streamlit as st

from ..neighbours import Together
from ..schema import LIKES, TITLE, Nouns
from ..serving import LoadedRun
from . import items
from .text import plain, shorten

MOST_SHOWN = 100


def together(run: LoadedRun, first: int, second: int) -> tuple[Together, np.ndarray]:
    """The counts of two items and the playlists (row numbers) that hold both, the most liked first."""
    rows = run.playlists_with([first, second])
    likes = run.dataset.playlist_table[LIKES].to_numpy()[rows]
    counts = run.dataset.item_counts
    found = Together(len(rows), int(counts[first]), int(counts[second]), run.dataset.n_playlists)
    return found, rows[np.argsort(-likes, kind="stable")]


def in_words(found: Together, nouns: Nouns) -> str:
    """The counts as a sentence."""
    if not found.both:
        return (
            f"No training {nouns.playlist} holds both, where popularity alone would give {_figure(found.expected)}. "
            f"A model that puts them near one another does so through other {nouns.items}."
        )
    noun, verb = (nouns.playlist, "holds") if found.both == 1 else (nouns.playlists, "hold")
    return (
        f"{found.both:,} of {found.n_playlists:,} training {noun} {verb} both. Popularity alone "
        f"({found.first:,} hold the one, {found.second:,} the other) would give {_figure(found.expected)}: "
        f"they meet {_figure(found.lift)} times as often."
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def evidence(run: LoadedRun, first: int, second: int) -> None:
    """Draw the evidence for two items."""
    found, rows = together(run, first, second)
    st.markdown(f"**{items.markdown(run.dataset, first)}** with **{items.markdown(run.dataset, second)}**")
    st.markdown(plain(in_words(found, run.nouns), 400))
    if not len(rows):
        return
    shown = rows[:MOST_SHOWN]
    st.dataframe(
        playlist_table(run, shown),
        hide_index=True,
        height=min(38 + 35 * len(shown), 318),
        key=f"evidence.{run.id}.{first}.{second}",
        column_config={"Likes": st.column_config.NumberColumn(width="small")},
    )
    if len(shown) < len(rows):
        liked = ", the most liked first" if np.any(run.dataset.playlist_table[LIKES].to_numpy()) else ""
        st.caption(f"{MOST_SHOWN} of {len(rows):,}{liked}.")


def playlist_table(run: LoadedRun, rows: np.ndarray) -> pd.DataFrame:
    """Title, tags, length and likes of some training playlists; columns that would be empty are left out."""
    dataset = run.dataset
    table = dataset.playlist_table.take(rows)
    tags = dataset.playlist_tags
    texts = [
        ", ".join(
            shorten(str(tag), 40) for tag in dataset.tags.outside(tags.indices[tags.indptr[r] : tags.indptr[r + 1]])
        )
        for r in rows.tolist()
    ]
    columns = {
        "Title": [shorten(title or "") or "(no title)" for title in table[TITLE].to_pylist()],
        "Tags": texts,
        dataset.nouns.items.capitalize(): np.diff(dataset.interactions.indptr)[rows],
        "Likes": table[LIKES].to_numpy(),
    }
    untitled = all(not title for title in table[TITLE].to_pylist())
    if untitled:
        columns["Title"] = [str(outside) for outside in dataset.playlists.outside(rows)]
    absent = {"Tags"} if not any(texts) else set()
    absent |= {"Likes"} if not np.any(columns["Likes"]) else set()
    named = {name: values for name, values in columns.items() if name not in absent}
    return pd.DataFrame(named).rename(columns={"Title": dataset.nouns.playlist.capitalize()} if untitled else {})
