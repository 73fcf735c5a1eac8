"""What is chosen on the map: kept in the session, shown beside the map, and made into the playlist being built."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import streamlit as st

from ..maps import CLUSTER, unit
from ..neighbours import shared_neighbours
from ..schema import Seed
from ..serving import LoadedRun
from . import items, state
from .cluster_card import apart, in_words
from .item_card import add_button, item_card
from .scatter import Chosen
from .state import OpenPlaylist
from .text import plain

TAKEN = (10, 25, 50, 100)
NEIGHBOURS, MOST_ASKED = 10, 400
_CHOSEN, CLUSTER_KEY = "playrec_map_chosen", "map.cluster"


def chosen(run: LoadedRun) -> Chosen:
    """What is chosen, as item_idx, the most popular first: a choice outlives another space, colouring and page."""
    owner, found = st.session_state.get(_CHOSEN, ("", None))
    return found if owner == run.id and found is not None else Chosen(0, np.empty(0, dtype=np.int64))


def choose(run: LoadedRun, found: Chosen) -> None:
    """Keep a choice, and show the card of the cluster that most of it belongs to."""
    st.session_state[_CHOSEN] = (run.id, found)
    membership = run.map_points[CLUSTER].to_numpy()
    on_map = found.points[found.points < len(membership)]
    if len(on_map):
        st.session_state[CLUSTER_KEY] = Counter(membership[on_map].tolist()).most_common(1)[0][0]


def selection_panel(run: LoadedRun, found: np.ndarray, spaces: Sequence[str]) -> None:
    """Draw the panel.

    Args:
        run: with a map.
        found: item_idx on the map, the most popular first; at least one.
        spaces: the models whose spaces are shown, one or two.
    """
    nouns = run.nouns
    if len(found) == 1:
        item_card(run, int(found[0]))
        add_button(run, int(found[0]), "map")
    else:
        st.markdown(f"**{len(found):,} {plain(nouns.items)}** selected. Commoner here than elsewhere:")
        st.markdown(in_words(apart(run, found)))
    if len(spaces) == 2:
        st.markdown(agreement_words(run, found, spaces[0], spaces[1]))
    if len(found) > 1:
        _offer(run, found)


@st.cache_resource(max_entries=6, show_spinner=False)
def _directions(_run: LoadedRun, run_id: str, name: str) -> np.ndarray:
    vectors = _run.model(name).item_embeddings()
    assert vectors is not None
    return unit(vectors[: _run.map_points.num_rows])


def agreement(run: LoadedRun, found: np.ndarray, first: str, second: str) -> tuple[np.ndarray, int, int]:
    """How far two spaces agree about the neighbours of some items, in the vectors themselves and not on the maps.

    Returns:
        (m,) shares from `shared_neighbours`, of the most popular `MOST_ASKED` items that both spaces place; how many
        both place; and how many neighbours could have been.
    """
    first_map, second_map = (run.map_coordinates(name, run.map_layouts(name)[0]) for name in (first, second))
    places = np.flatnonzero(np.isfinite(first_map[:, 0]) & np.isfinite(second_map[:, 0]))
    asked = np.flatnonzero(np.isin(places, found))
    vectors, others = (_directions(run, run.id, name)[places] for name in (first, second))
    return shared_neighbours(vectors, others, asked[:MOST_ASKED], NEIGHBOURS), len(asked), len(places) - 1


def agreement_words(run: LoadedRun, found: np.ndarray, first: str, second: str) -> str:
    """Markdown: how many of the chosen both spaces place, and how far they agree about what is next to these."""
    shares, placed, others = agreement(run, found, first, second)
    names = f"{plain(run.model_title(first))} and {plain(run.model_title(second))}"
    nouns = run.nouns
    if not len(shares):
        return f"None of them has a place in both spaces, so {names} cannot be compared here."
    of = "It has" if len(found) == 1 else f"{placed:,} of {len(found):,} have"
    asked = "" if placed == len(shares) else f" (asked of the {len(shares):,} most popular)"
    chance = NEIGHBOURS / others
    return (
        f"{of} a place in both spaces. Of the {NEIGHBOURS} nearest {plain(nouns.items)} of each, {names} share "
        f"**{shares.mean() * NEIGHBOURS:.1f}** on average{asked}; by chance it would be {chance * NEIGHBOURS:.2f}. "
        f"{_verdict(float(shares.mean()), chance)}"
    )


def _verdict(share: float, chance: float) -> str:
    if share >= 0.5:
        return "They see nearly the same."
    if share >= max(0.2, 5 * chance):
        return "They agree in part."
    return "They see something different here."


def _offer(run: LoadedRun, found: np.ndarray) -> None:
    dataset, nouns = run.dataset, run.nouns
    sizes = [size for size in TAKEN if size < len(found)] + ([len(found)] if len(found) <= TAKEN[-1] else [])
    size = st.segmented_control("Take the most popular", sizes, default=sizes[0], required=True, key="map.take")
    taken = tuple(found[:size].tolist())
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
