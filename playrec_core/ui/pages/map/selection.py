"""The selection on the map: stored in the session, shown next to the map, and usable as the open playlist."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import streamlit as st

from playrec_core.i18n import tr
from playrec_core.projection.layout import unit
from playrec_core.projection.quality import NEAREST
from playrec_core.schema import Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.similarity.neighbour_space import shared_neighbours
from playrec_core.ui.components.item_card import add_button, item_card
from playrec_core.ui.pages.map.scatter.scatter import Chosen
from playrec_core.ui.session import playlist
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain

from .cluster_card import distinctive_labels, in_words
from .projection_quality import chosen_words

SIZES = (10, 25, 50, 100)
MOST_COMPARED = 400
_CHOSEN, CLUSTER_KEY = "playrec_map_chosen", "map.cluster"


def chosen(run: LoadedRun) -> Chosen:
    """The selected item_idx, the most popular first; kept across embeddings, colourings and pages."""
    owner, found = st.session_state.get(_CHOSEN, ("", None))
    return found if owner == run.id and found is not None else Chosen(0, np.empty(0, dtype=np.int64))


def choose(run: LoadedRun, found: Chosen) -> None:
    """Store a selection, and show the card of the cluster that most of it belongs to."""
    st.session_state[_CHOSEN] = (run.id, found)
    membership = run.maps.clusters
    on_map = found.points[found.points < len(membership)]
    if len(on_map):
        st.session_state[CLUSTER_KEY] = Counter(membership[on_map].tolist()).most_common(1)[0][0]


def selection_panel(run: LoadedRun, found: np.ndarray, spaces: Sequence[tuple[str, str]]) -> None:
    """Draw the panel.

    Args:
        run: with a map.
        found: (n,) item_idx on the map, the most popular first, n > 0.
        spaces: model names and layouts of the embeddings shown, at most two.
    """
    nouns = run.nouns
    if len(found) == 1:
        item_card(run, int(found[0]))
        add_button(run, int(found[0]), "map")
    else:
        st.markdown(tr("**{n:,} {items}** selected. Over-represented here:", n=len(found), items=plain(nouns.items)))
        st.markdown(in_words(run, distinctive_labels(run, found)))
    for name, layout in spaces:
        chosen_words(run, found, name, layout)
    if len(spaces) == 2:
        st.markdown(agreement_words(run, found, spaces[0][0], spaces[1][0]))
    if len(found) > 1:
        _offer(run, found)


@per_run(6)
def _directions(run: LoadedRun, name: str) -> np.ndarray:
    vectors = run.model(name).item_embeddings()
    assert vectors is not None
    return unit(vectors[: run.maps.points.num_rows])


def agreement(run: LoadedRun, found: np.ndarray, first: str, second: str) -> tuple[np.ndarray, int, int]:
    """How far two embeddings agree about the neighbours of some items, by the vectors and not by the maps.

    Returns:
        (m,) shares from `shared_neighbours` for the most popular `MOST_COMPARED` items that are in both embeddings;
        how many are in both; and the number of possible neighbours.
    """
    first_map, second_map = (run.maps.coordinates(name, run.maps.layouts(name)[0]) for name in (first, second))
    both = np.flatnonzero(np.isfinite(first_map[:, 0]) & np.isfinite(second_map[:, 0]))
    rows = np.flatnonzero(np.isin(both, found))
    vectors, others = (_directions(run, name)[both] for name in (first, second))
    return shared_neighbours(vectors, others, rows[:MOST_COMPARED], NEAREST), len(rows), len(both) - 1


def agreement_words(run: LoadedRun, found: np.ndarray, first: str, second: str) -> str:
    """Markdown: how many selected items are in both embeddings, and how far these agree about their neighbours."""
    shares, placed, others = agreement(run, found, first, second)
    names = {"first": plain(run.model_title(first)), "second": plain(run.model_title(second))}
    if not len(shares):
        return tr("None of them is in both embeddings, so {first} and {second} cannot be compared here.", **names)
    if len(found) == 1:
        where = tr("It is in both embeddings.")
    else:
        where = tr("{placed:,} of {n:,} are in both embeddings.", placed=placed, n=len(found))
    share, chance = float(shares.mean()), NEAREST / others
    figures = tr(
        "Of the {k} nearest {items} of each, {first} and {second} share **{shared:.1f}** on average (by chance "
        "{chance:.2f}).",
        k=NEAREST,
        items=plain(run.nouns.items),
        shared=share * NEAREST,
        chance=chance * NEAREST,
        **names,
    )
    sample = "" if placed == len(shares) else tr("Computed on the {n:,} most popular.", n=len(shares))
    return " ".join(filter(None, (where, figures, sample, _verdict(share, chance))))


def _verdict(share: float, chance: float) -> str:
    if share >= 0.5:
        return tr("The two embeddings largely agree.")
    if share >= max(0.2, 5 * chance):
        return tr("The two embeddings partly agree.")
    return tr("The two embeddings disagree here.")


def _offer(run: LoadedRun, found: np.ndarray) -> None:
    dataset, nouns = run.dataset, run.nouns
    sizes = [size for size in SIZES if size < len(found)] + ([len(found)] if len(found) <= SIZES[-1] else [])
    size = st.segmented_control(tr("Use the most popular"), sizes, default=sizes[0], required=True, key="map.take")
    taken = tuple(found[:size].tolist())
    first = ", ".join(plain(name, 40) for name in items.labels(dataset, taken[:3]))
    st.caption(tr("{first} and {n} more", n=size - 3, first=first) if size > 3 else first)
    with st.container(horizontal=True):
        st.button(
            tr("Use as your {collection}", collection=plain(items.collection(nouns))),
            type="primary",
            key="map.replace",
            on_click=lambda: playlist.put(OpenPlaylist(Seed(taken)), dataset),
        )
        st.button(
            tr("Add to it"),
            key="map.add",
            on_click=lambda: playlist.put(playlist.current(dataset).with_songs(taken), dataset),
        )
