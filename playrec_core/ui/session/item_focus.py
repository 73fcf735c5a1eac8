"""The one item a page is about: kept in the session and, by its outside id, in the address.

Each page names its own query parameter, so that a link to one page says nothing to another.
"""

import streamlit as st

from playrec_core.data.dataset import Dataset
from playrec_core.data.types.vocabulary import UNKNOWN


def current(dataset: Dataset, name: str) -> int | None:
    """The item_idx under ``name``, None when there is none; an address that a person changed wins.

    Writes the address, so that it can be copied at any time.
    """
    given = st.query_params.get(name)
    if given is not None and given != st.session_state.get(_written(name)):
        found = int(dataset.items.index([given])[0])
        st.session_state[_kept(name)] = None if found == UNKNOWN else found
    item = st.session_state.get(_kept(name))
    put(dataset, name, item)
    return item


def put(dataset: Dataset, name: str, item: int | None) -> None:
    """Look at another item, or at none."""
    st.session_state[_kept(name)] = item
    outside = "" if item is None else str(dataset.items.outside([item])[0])
    st.session_state[_written(name)] = outside
    if outside and st.query_params.get(name) != outside:
        st.query_params[name] = outside
    elif not outside and name in st.query_params:
        del st.query_params[name]


def _kept(name: str) -> str:
    return f"playrec_focus_{name}"


def _written(name: str) -> str:
    return f"playrec_focus_{name}_address"
