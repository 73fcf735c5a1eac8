"""Breadcrumbs: the items visited on the page, to go back to."""

from collections.abc import Callable

import streamlit as st

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import tr
from playrec_core.schema import TITLE
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain

_TRAIL = "playrec_trail"
LONGEST = 10

Trail = tuple[int, ...]
"""item_idx, oldest first; the last is the current item."""


def visited(trail: Trail, item: int) -> Trail:
    """Return the trail after a visit to ``item``: the current item changes nothing, the previous item removes the last
    one, and only the latest `LONGEST` are kept.
    """
    if trail and trail[-1] == item:
        return trail
    if len(trail) > 1 and trail[-2] == item:
        return trail[:-1]
    return (*trail, item)[-LONGEST:]


def crumbs(dataset: Dataset, item: int, on_back: Callable[[int], None]) -> None:
    """Draw the trail of this session, which ends at ``item``; nothing for a single item.

    Args:
        dataset: the items.
        item: the current item.
        on_back: called with the clicked item, before the rerun; the trail is cut there.
    """
    trail = st.session_state[_TRAIL] = visited(st.session_state.get(_TRAIL, ()), item)
    if len(trail) < 2:
        return

    def back(place: int) -> None:
        st.session_state[_TRAIL] = trail[: place + 1]
        on_back(trail[place])

    names = items.table(dataset, trail)[TITLE]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="trail"):
        st.caption(tr("Visited"), width="content")
        for place, title in enumerate(names):
            here = place == len(trail) - 1
            st.button(
                plain(title, 24),
                key=f"trail.{place}",
                type="tertiary",
                icon=":material/location_on:" if here else ":material/chevron_right:" if place else None,
                disabled=here,
                on_click=back,
                args=(place,),
            )
