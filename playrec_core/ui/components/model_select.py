"""Chooses the models a page shows, by family; one choice for all pages, kept in the view."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from playrec_core.i18n import mark, tr
from playrec_core.models.base import Family
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.session import model_view
from playrec_core.ui.session.model_view import View
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording.escape import plain

_FAMILIES: dict[Family, str] = {
    "baseline": mark("Baselines"),
    "neighbours": mark("Neighbours"),
    "linear": mark("Linear"),
    "factorisation": mark("Matrix factorisation"),
    "autoencoder": mark("Autoencoders"),
    "features": mark("Side features"),
    "content": mark("Content"),
    "sequence": mark("Order and time"),
    "combination": mark("Made of others"),
}


def model_chooser(run: LoadedRun, looking: View, key: str, offered: Collection[str] = ()) -> None:
    """A button that opens every model of the run, by family.

    Args:
        run: whose models.
        looking: the view as it is.
        key: prefix of the widgets' keys.
        offered: the models that the page can show; empty for all. The others stay as they are.
    """
    able = tuple(name for name in run.model_names if not offered or name in offered)
    families: dict[Family, list[str]] = {}
    for family, names in run.families().items():
        if kept := [name for name in names if name in able]:
            families[family] = kept

    def put(shown: set[str]) -> None:
        now = model_view.current(run)
        shown |= {name for name in now.shown if name not in able}
        # Who was shown keeps the place it had; who is new comes after them, in the configuration's order.
        added = [name for name in run.model_names if name in shown and name not in now.shown]
        order = (*now.shown, *added, *(name for name in now.order if name not in (*now.shown, *added)))
        model_view.put(run, replace(now, order=order).only(shown))

    def chose() -> None:
        put({name for family in families for name in st.session_state[f"{key}.{family}"]})

    # Its label is part of what it is: one that counted the models shown would close it with every choice.
    opened = st.popover(
        tr("Choose from {n} models", n=len(able)),
        icon=":material/tune:",
        width="content",
        key=f"{key}.open",
        on_change="rerun",
    )
    if not opened.open:  # forty models to choose from cost a page more than most of their answers
        return
    with opened:
        shown = sum(name in able for name in looking.shown)
        st.caption(tr("{shown} of {n} are shown.", shown=shown, n=len(able)))
        with st.container(horizontal=True):
            st.button(tr("The first ones"), key=f"{key}.first", on_click=put, args=(set(run.first_shown),))
            st.button(tr("All"), key=f"{key}.all", on_click=put, args=(set(run.model_names),))
            st.button(tr("None"), key=f"{key}.none", on_click=put, args=(set(),))
        for family, names in families.items():
            show(f"{key}.{family}", [name for name in names if name in looking.shown])
            st.pills(
                tr(_FAMILIES[family]),
                names,
                format_func=lambda name: plain(run.model_title(name)),
                selection_mode="multi",
                key=f"{key}.{family}",
                on_change=chose,
                wrap=True,
            )
