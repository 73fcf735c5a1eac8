"""Evidence that two items belong together: the training playlists containing both."""

import numpy as np
import pandas as pd
import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.schema import LIKES, TITLE, Nouns
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.similarity.neighbour_space import Together
from playrec_core.ui.components import html_table
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import plain, shorten

MOST_SHOWN = 100


def together(run: LoadedRun, first: int, second: int) -> tuple[Together, np.ndarray]:
    """Counts of two items, and the playlists (row numbers) containing both, most liked first."""
    rows = run.playlists_with([first, second])
    likes = run.dataset.playlist_table[LIKES].to_numpy()[rows]
    counts = run.dataset.item_counts
    found = Together(len(rows), int(counts[first]), int(counts[second]), run.dataset.n_playlists)
    return found, rows[np.argsort(-likes, kind="stable")]


def in_words(found: Together, nouns: Nouns) -> str:
    """The counts of two different items as a sentence."""
    if not (found.first and found.second):
        return tr("One of the two is in no training {playlist}, so they never co-occur.", playlist=nouns.playlist)
    if not found.both:
        return tr(
            "No training {playlist} contains both; expected by chance {expected}. A model that finds them similar does "
            "so through other {items}.",
            playlist=nouns.playlist,
            expected=_figure(found.expected),
            items=nouns.items,
        )
    meet = trn(
        "{n:,} of {total:,} training {playlists} contains both.",
        "{n:,} of {total:,} training {playlists} contain both.",
        found.both,
        total=found.n_playlists,
        playlists=nouns.playlists,
    )
    chance = tr(
        "Expected by chance {expected} ({first:,} contain the one, {second:,} the other); they co-occur {lift}x as "
        "often (lift).",
        first=found.first,
        second=found.second,
        expected=_figure(found.expected),
        lift=_figure(found.lift),
    )
    return f"{meet} {chance}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def evidence(run: LoadedRun, first: int, second: int) -> None:
    """Draw the evidence for two items."""
    if first == second:
        st.markdown(tr("Both are the same {item}, so there is no pair.", item=plain(run.nouns.item)))
        return
    found, rows = together(run, first, second)
    names = [items.markdown(run.dataset, item) for item in (first, second)]
    st.markdown(tr("**{first}** with **{second}**", first=names[0], second=names[1]))
    st.markdown(plain(in_words(found, run.nouns), 400))
    if not len(rows):
        return
    shown = rows[:MOST_SHOWN]
    box = tr("Evidence: {playlists} containing both", playlists=run.nouns.playlists)
    html_table.show_frame(playlist_table(run, shown), box)
    if len(shown) < len(rows):
        if np.any(run.dataset.playlist_table[LIKES].to_numpy()):
            says = tr("{shown} of {n:,}, most liked first.", shown=MOST_SHOWN, n=len(rows))
        else:
            says = tr("{shown} of {n:,}.", shown=MOST_SHOWN, n=len(rows))
        st.caption(says)


def playlist_table(run: LoadedRun, rows: np.ndarray) -> pd.DataFrame:
    """Title, tags, length and likes of some training playlists; columns that would be empty are left out."""
    dataset = run.dataset
    table = dataset.playlist_table.take(rows)
    tags = dataset.playlist_tags
    texts = [
        ", ".join(shorten(tag, 40) for tag in terms.tags(dataset, tags.indices[tags.indptr[r] : tags.indptr[r + 1]]))
        for r in rows.tolist()
    ]
    titles, likes = table[TITLE].to_pylist(), table[LIKES].to_numpy()
    columns: dict[str, list[str] | np.ndarray] = {}
    if any(titles):
        columns[tr("Title")] = [shorten(title or "") or tr("(no title)") for title in titles]
    else:
        columns[run.nouns.playlist.capitalize()] = [str(outside) for outside in dataset.playlists.outside(rows)]
    if any(texts):
        columns[tr("Tags")] = texts
    columns[run.nouns.items.capitalize()] = np.diff(dataset.interactions.indptr)[rows]
    if np.any(likes):
        columns[tr("Likes")] = likes
    return pd.DataFrame(columns)
