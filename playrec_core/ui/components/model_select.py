"""Chooses the models that pages show, by family; one choice for all pages."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.models.base import Family
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.session import model_view
from playrec_core.ui.session.model_view import View
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.models import FAMILIES


def model_select(run: LoadedRun, view: View, key: str, offered: Collection[str] = ()) -> None:
    """Draw a button that opens the choice of models, by family. Those that the page does not offer stay as they are; if
    ``offered`` is empty, it offers all.
    """
    able = tuple(name for name in run.model_names if not offered or name in offered)
    families: dict[Family, list[str]] = {}
    for family, names in run.families().items():
        if kept := [name for name in names if name in able]:
            families[family] = kept

    def put(shown: set[str]) -> None:
        now = model_view.current(run)
        shown |= {name for name in now.shown if name not in able}
        # Models that were shown keep their order; new ones come after them, in the order of the configuration.
        added = [name for name in run.model_names if name in shown and name not in now.shown]
        order = (*now.shown, *added, *(name for name in now.order if name not in (*now.shown, *added)))
        model_view.put(run, replace(now, order=order).only(shown))

    def chose() -> None:
        put({name for family in families for name in st.session_state[f"{key}.{family}"]})

    with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
        # The label is part of the identity of a popover: one with the number shown would close with every choice.
        opened = st.popover(
            tr("Models"),
            icon=":material/tune:",
            width="content",
            key=f"{key}.open",
            on_change="rerun",
        )
        shown = sum(name in able for name in view.shown)
        st.caption(tr("{shown} of {n}", shown=shown, n=len(able)), width="content")
    if not opened.open:  # drawing fifty models costs more than most of their recommendations
        return
    with opened:
        with st.container(horizontal=True):
            st.button(tr("Default set"), key=f"{key}.first", on_click=put, args=(set(run.first_shown),))
            st.button(tr("All"), key=f"{key}.all", on_click=put, args=(set(run.model_names),))
            st.button(tr("None"), key=f"{key}.none", on_click=put, args=(set(),))
        for family, names in families.items():
            show(f"{key}.{family}", [name for name in names if name in view.shown])
            st.pills(
                tr(FAMILIES[family]),
                names,
                format_func=lambda name: plain(run.model_title(name)),
                selection_mode="multi",
                key=f"{key}.{family}",
                on_change=chose,
                wrap=True,
            )
