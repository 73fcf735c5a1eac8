"""A card of one item: title, artist, catalogue data, and its training playlists and tags."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.numerics.topk import top_k
from playrec_core.schema import ALBUM, ARTIST, GENRES, TITLE, YEAR
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import card
from playrec_core.ui.session import playlist
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import plain

MOST_TAGS = 5


def item_card(run: LoadedRun, item: int) -> None:
    """Draw the card."""
    row = items.table(run.dataset, [item], (TITLE, ARTIST, ALBUM, YEAR, GENRES)).iloc[0]
    with st.container(key=card("item")):
        st.markdown(f"## {plain(row[TITLE])}")
    genres = ", ".join(terms.genres(run.dataset, row[GENRES][:2]))
    facts = [row[ARTIST], row[ALBUM] or "", str(row[YEAR]) if row[YEAR] else "", genres]
    if any(facts):
        st.caption(" · ".join(plain(fact) for fact in facts if fact))
    count = int(run.dataset.item_counts[item])
    text = trn(
        "In {n:,} training {playlist}",
        "In {n:,} training {playlists}",
        count,
        playlist=plain(run.nouns.playlist),
        playlists=plain(run.nouns.playlists),
    )
    if tags := ", ".join(plain(tag, 40) for tag in frequent_tags(run, item)):
        text = tr("{counted}, most often tagged {tags}", counted=text, tags=tags)
    st.caption(text)


def frequent_tags(run: LoadedRun, item: int) -> list[str]:
    """Return the most frequent tags of the training playlists that contain an item."""
    counts = run.ranker.item_tags[[item], :]
    best = top_k(counts.data.astype(np.float32), MOST_TAGS)
    return terms.tags(run.dataset, counts.indices[best])


def add_button(run: LoadedRun, item: int, key: str) -> None:
    """Draw a button that adds the item to the open playlist; disabled if it is in it."""
    inside = item in playlist.current(run.dataset).seed.songs
    st.button(
        plain(
            tr("In your {collection}", collection=items.collection(run.nouns))
            if inside
            else tr("Add to your {collection}", collection=items.collection(run.nouns))
        ),
        icon=":material/check:" if inside else ":material/add:",
        key=f"{key}.add.{item}",
        disabled=inside,
        on_click=lambda: add(run, item),
    )


def add(run: LoadedRun, item: int) -> None:
    """Append the item to the open playlist."""
    playlist.put(playlist.current(run.dataset).with_song(item), run.dataset)
