"""Saving what a page shows as a case file."""

import streamlit as st

from playrec_core.i18n import current, tr
from playrec_core.schema import Seed
from playrec_core.serving.case_file import EXPLAINED, CaseFile, build
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.session.model_view import View
from playrec_core.ui.session.playlist import OpenPlaylist

from . import document

PAGE = "pages/library/case.py"
N_TAGS = 8


def save(run: LoadedRun, seed: Seed, playlist: OpenPlaylist, looking: View) -> None:
    """One button that offers the case as a page and as JSON."""
    opened = st.popover(
        tr("Case file"), icon=":material/inventory_2:", width="content", key="continue.case", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        st.caption(
            tr(
                "Everything on this page in one file: the seed, all {n} lists, why each begins as it does ({explained} "
                "answers a model), settings and hashes.",
                n=len(looking.shown),
                explained=EXPLAINED,
            )
        )
        with st.container(horizontal=True):
            downloads(run, seed, playlist, looking, "continue.case")
        st.page_link(PAGE, label=tr("Look at a saved case"), icon=":material/folder_open:")


def downloads(run: LoadedRun, seed: Seed, playlist: OpenPlaylist, looking: View, key: str) -> None:
    """The two files; made when they are asked for."""

    def case() -> CaseFile:
        return shown_case(run, seed, playlist, looking)

    for kind, words, write, media, icon in (
        ("html", tr("To read anywhere (HTML)"), lambda: document.document(case()), "text/html", "article"),
        ("json", tr("To open here again (JSON)"), lambda: case().to_json(), "application/json", "data_object"),
    ):
        st.download_button(
            words,
            write,
            f"case.{kind}",
            media,
            icon=f":material/{icon}:",
            key=f"{key}.{kind}",
            on_click="ignore",
            disabled=not looking.shown,
        )


def shown_case(run: LoadedRun, seed: Seed, playlist: OpenPlaylist, looking: View) -> CaseFile:
    """The case of an open playlist, with the models shown."""
    return _case(run, current(), seed, looking.shown, looking.depth, playlist.banned, playlist.question)


# Both files and the page show the same case, explained once. The titles of models are in the reader's language.
@per_run(32)
def _case(
    run: LoadedRun,
    language: str,
    seed: Seed,
    models: tuple[str, ...],
    depth: int,
    banned: tuple[int, ...],
    question: str,
) -> CaseFile:
    return build(run, seed, models, depth=depth, tag_depth=N_TAGS, banned=banned, question=question)
