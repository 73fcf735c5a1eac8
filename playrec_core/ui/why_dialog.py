"""*Why* beside the list: one answer's explanation and its evidence, opened over the page that shows it."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from ..schema import Ranked, Source
from ..serving import LoadedRun
from . import state
from .answers import path_names
from .evidence import evidence
from .items import markdown
from .one_model import MODEL
from .state import OpenPlaylist
from .text import plain
from .why import why

ITEM = "why"
"""The query parameter that names the explained item."""
_ASKED = "playrec_why_asked"


def ask(run: LoadedRun, value: str) -> None:
    """Note that a person asked why; "als:12" comes from a browser, so what the run does not have is left out."""
    model, _, item = value.rpartition(":")
    known = item.isascii() and item.isdigit() and int(item) < run.dataset.n_items
    if model in run.model_names and known:
        st.session_state[_ASKED] = (model, int(item))


def show(run: LoadedRun, playlist: OpenPlaylist, answers: Mapping[str, Ranked]) -> None:
    """Open the dialog if a person has just asked.

    Args:
        run: whose models.
        playlist: what the answers are to.
        answers: by model, as shown.
    """
    model, item = st.session_state.pop(_ASKED, ("", 0))
    if model in answers:
        opened = st.dialog(
            f"Why this {plain(run.nouns.item)}?", width="medium", position="right", icon=":material/balance:"
        )
        opened(_body)(run, playlist, model, item, answers[model])


def _body(run: LoadedRun, playlist: OpenPlaylist, model: str, item: int, ranked: Ranked) -> None:
    nouns, title = run.nouns, plain(run.model_title(model))
    source = next((int(s) for i, s in zip(ranked.items, ranked.sources, strict=True) if i == item), Source.MODEL)
    if source != Source.MODEL:
        st.markdown(f"#### {markdown(run.dataset, item)}")
        st.info(f"{title} has no score for it. This answer comes from {plain(path_names(nouns)[source])}.")
    elif not playlist.seed.songs:
        st.markdown(f"#### {markdown(run.dataset, item)}")
        st.info(f"{title} answers this to the tags and the title; there is no {plain(nouns.item)} to share it among.")
    else:
        explanation = why(run, model, playlist, item)
        if explanation.contributions.any():
            strongest = int(explanation.songs[np.argmax(explanation.contributions)])
            st.markdown(f"##### Evidence for the strongest: {plain(nouns.playlists)} that hold both")
            evidence(run, strongest, item)
    query = link(run, playlist, model, item)
    with st.container(horizontal=True):
        st.page_link("pages/4_Explain.py", label="More on Explain", icon=":material/balance:", query_params=query)
        st.page_link("pages/8_What_if.py", label="Ask what if", icon=":material/alt_route:", query_params=query)


def link(run: LoadedRun, playlist: OpenPlaylist, model: str, item: int) -> dict[str, str]:
    """Query parameters of the pages Explain and What if for this very question."""
    outside = str(run.dataset.items.outside([item])[0])
    return {**state.to_address(playlist, run.dataset), MODEL: model, ITEM: outside}
