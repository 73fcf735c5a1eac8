"""Saving what Continue shows as a case file, and looking at a saved one."""

from functools import lru_cache

import streamlit as st

from ..case_file import EXPLAINED, LARGEST_MB, CaseFile, ModelCheck, Recheck, build, question_of, read, recheck
from ..errors import DataError
from ..language import tr
from ..schema import Seed
from ..serving import LoadedRun
from . import case_page, html_table
from .html_table import Cell
from .items import collection
from .state import OpenPlaylist, to_address
from .text import plain, shorten
from .view import View

PAGE = "pages/9_Case.py"
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
            f"Everything on this page in one file: the seed, all {len(looking.shown)} lists, why each begins as it "
            f"does ({EXPLAINED} answers a model), settings and hashes."
        )
        with st.container(horizontal=True):
            downloads(run, seed, playlist, looking, "continue.case")
        st.page_link(PAGE, label="Look at a saved case", icon=":material/folder_open:")


def downloads(run: LoadedRun, seed: Seed, playlist: OpenPlaylist, looking: View, key: str) -> None:
    """The two files; made when they are asked for."""

    def case() -> CaseFile:
        return case_of(run, run.id, seed, looking.shown, looking.depth, playlist.banned, playlist.question)

    st.download_button(
        "To read anywhere (HTML)",
        lambda: case_page.document(case()),
        "case.html",
        "text/html",
        icon=":material/article:",
        key=f"{key}.html",
        on_click="ignore",
        disabled=not looking.shown,
    )
    st.download_button(
        "To open here again (JSON)",
        lambda: case().to_json(),
        "case.json",
        "application/json",
        icon=":material/data_object:",
        key=f"{key}.json",
        on_click="ignore",
        disabled=not looking.shown,
    )


# As answers are kept (`resources`): both files and the page show the same case, explained once.
@lru_cache(maxsize=32)
def case_of(
    run: LoadedRun,
    run_id: str,
    seed: Seed,
    models: tuple[str, ...],
    depth: int,
    banned: tuple[int, ...],
    question: str,
) -> CaseFile:
    """The case of an open playlist."""
    return build(run, seed, models, depth=depth, tag_depth=N_TAGS, banned=banned, question=question)


def uploaded() -> CaseFile | None:
    """The case that a person drops on the page; an error in words where it is none."""
    file = st.file_uploader("Open a saved case (case.json)", type=["json"], max_upload_size=LARGEST_MB, key="case.file")
    if file is None:
        return None
    try:
        return read(file.name, file.getvalue())
    except DataError as error:
        st.error("This file cannot be opened.")
        st.text(shorten(str(error), 500))
        st.stop()


def show(run: LoadedRun, case: CaseFile) -> None:
    """The case, read-only, after what the current run says to it."""
    found = recheck(case, run)
    _verdict(found, run)
    _checks(found)
    seed, banned, _ = question_of(case, run)
    address = to_address(OpenPlaylist(seed, banned, case.seed.question), run.dataset)
    st.page_link(
        "pages/1_Continue.py",
        label=f"Open this {plain(collection(run.nouns))} on Continue",
        icon=":material/arrow_forward:",
        query_params=address or None,
        disabled=not address,
    )
    with st.container(border=True):
        st.html(case_page.markup(case))


def _verdict(found: Recheck, run: LoadedRun) -> None:
    unlike = [one for one in found.models if not (one.same_list and one.same_tags)]
    where = "the run that made it" if found.same_run else f"another run than the one that made it ({plain(run.id)})"
    if not unlike:
        st.success(f"The run loaded now is {where}. Asked again, all {len(found.models)} models answer the same.")
    else:
        st.warning(
            f"The run loaded now is {where}. Asked again, {len(unlike)} of {len(found.models)} models no longer answer "
            "the same; the table says which."
        )
    facts = {"data": found.same_data, "numbering of items and tags": found.same_vocabulary}
    says = [f"{'the same' if same else 'other'} {name}" for name, same in facts.items()]
    text = f"Compared by hash: {' and '.join(says)}."
    if found.unknown:
        text += f" {found.unknown} of what the question holds is not in this data, and was left out when asking again."
    st.caption(text)


def _checks(found: Recheck) -> None:
    head = ["Model", "Asked again", "Fitted state", "Tags"]
    with st.expander("Model by model", expanded=not found.same_lists):
        html_table.show(
            head,
            [
                [
                    Cell(shorten(one.title)),
                    Cell(_list_in_words(one), mark="" if one.same_list else "chosen"),
                    "" if not one.known else "the same" if one.same_state else "fitted anew",
                    "" if not one.known else "the same" if one.same_tags else "other",
                ]
                for one in found.models
            ],
            text_columns=(1, 2, 3),
        )


def _list_in_words(one: ModelCheck) -> str:
    if not one.known:
        return "not in this run, or with other settings"
    if one.same_list:
        change = f"; scores differ by at most {one.score_change:.2g}" if one.score_change else ", to the last score"
        return f"the same list{change}"
    return f"differs from place {one.first_change} on; {one.shared} of {one.length} in both"
