"""A row of buttons of which one is chosen."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

Key = TypeVar("Key", bound=str)


def segments(
    label: str,
    options: Mapping[Key, str],
    key: str,
    default: Key | None = None,
    *,
    lasting: bool = False,
    labelled: bool = True,
) -> Key:
    """Draw the buttons and return the key of the one chosen.

    Args:
        label: above them.
        options: the buttons' labels, by key.
        key: of the widget.
        default: chosen at first; the first option if None.
        lasting: whether the choice survives a visit to another page.
        labelled: whether the label is visible, not only read out.
    """
    return st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        default=next(iter(options)) if default is None else default,
        required=True,
        key=key,
        persist_state="session" if lasting else None,
        label_visibility="visible" if labelled else "collapsed",
    )
