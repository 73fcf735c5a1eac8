"""Export the lists a page shows as a case file."""

import streamlit as st

from playrec_core.i18n import current, tr
from playrec_core.schema import Seed
from playrec_core.serving.case_file import EXPLAINED, CaseFile, build
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.session import page_files
from playrec_core.ui.session.model_view import View
from playrec_core.ui.session.playlist import OpenPlaylist

from . import document

PAGE = page_files.CASE
N_TAGS = 8


def save(run: LoadedRun, seed: Seed, playlist: OpenPlaylist, looking: View) -> None:
    """Draw a popover that offers the case as HTML and as JSON."""
    opened = st.popover(
        tr("Case file"), icon=":material/inventory_2:", width="content", key="continue.case", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        st.caption(
            tr(
                "Everything on this page in one file: the seed, all {n} lists, explanations of the top {explained} of "
                "each model, settings and hashes.",
                n=len(looking.shown),
                explained=EXPLAINED,
            )
        )
        with st.container(horizontal=True):
            downloads(run, seed, playlist, looking, "continue.case")
        st.page_link(PAGE, label=tr("Open a saved case"), icon=":material/folder_open:")


def downloads(run: LoadedRun, seed: Seed, playlist: OpenPlaylist, looking: View, key: str) -> None:
    """Draw the two download buttons; files are created on demand."""

    def case() -> CaseFile:
        return shown_case(run, seed, playlist, looking)

    for kind, words, write, media, icon in (
        ("html", tr("Report (HTML)"), lambda: document.document(case(), run.dataset.terms), "text/html", "article"),
        ("json", tr("Reloadable (JSON)"), lambda: case().to_json(), "application/json", "data_object"),
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
    """Return the case of an open playlist, with the models shown."""
    return _case(run, current(), seed, looking.shown, looking.depth, playlist.banned, playlist.question)


# Cached, so that both files and the page show the same case, explained once. Titles depend on the language.
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
