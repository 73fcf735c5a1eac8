"""What a box or a lasso on the map caught, and making it the playlist being built."""

import numpy as np
import streamlit as st

from ..schema import Seed
from ..serving import LoadedRun
from . import items, state
from .cluster_card import apart, in_words
from .item_card import add_button, item_card
from .state import OpenPlaylist
from .text import plain

TAKEN = (10, 25, 50, 100)


def selection_panel(run: LoadedRun, chosen: np.ndarray) -> None:
    """Draw the panel.

    Args:
        run: with a map.
        chosen: item_idx on the map, the most popular first; at least one.
    """
    nouns = run.nouns
    if len(chosen) == 1:
        item_card(run, int(chosen[0]))
        add_button(run, int(chosen[0]), "map")
    else:
        st.markdown(f"**{len(chosen):,} {plain(nouns.items)}** selected. Commoner here than elsewhere:")
        st.markdown(in_words(apart(run, chosen)))
        _offer(run, chosen)


def _offer(run: LoadedRun, chosen: np.ndarray) -> None:
    dataset, nouns = run.dataset, run.nouns
    sizes = [size for size in TAKEN if size < len(chosen)] + ([len(chosen)] if len(chosen) <= TAKEN[-1] else [])
    size = st.segmented_control("Take the most popular", sizes, default=sizes[0], required=True, key="map.take")
    taken = tuple(chosen[:size].tolist())
    more = f" and {size - 3} more" if size > 3 else ""
    st.caption(", ".join(plain(name, 40) for name in items.labels(dataset, taken[:3])) + more)
    with st.container(horizontal=True):
        st.button(
            f"Make it your {plain(items.collection(nouns))}",
            type="primary",
            key="map.replace",
            on_click=lambda: state.put(OpenPlaylist(Seed(taken)), dataset),
        )
        st.button(
            "Add to it", key="map.add", on_click=lambda: state.put(state.current(dataset).with_songs(taken), dataset)
        )
