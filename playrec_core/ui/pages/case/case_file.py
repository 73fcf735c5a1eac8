"""A saved case: read, shown, and scored again by the current run."""

import streamlit as st

from playrec_core.errors import DataError
from playrec_core.i18n import tr, trn
from playrec_core.schema import Query, Seed
from playrec_core.serving.case_file import (
    LARGEST_MB,
    CaseFile,
    ModelCheck,
    Recheck,
    question_of,
    read,
    recheck,
)
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.components.case_export import document
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.session.playlist import OpenPlaylist, to_address
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import collection

_DEEPEST = 25


def uploaded() -> CaseFile | None:
    """The case that a person drops on the page; an error in words where it is none."""
    label = tr("Open a saved case (case.json)")
    file = st.file_uploader(label, type=["json"], max_upload_size=LARGEST_MB, key="case.file")
    if file is None:
        return None
    try:
        return read(file.name, file.getvalue())
    except DataError as error:
        st.error(tr("This file cannot be opened."))
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
        "pages/explore/continue_.py",
        label=tr("Open this {playlist} on Continue", playlist=plain(collection(run.nouns))),
        icon=":material/arrow_forward:",
        query_params=address or None,
        disabled=not address,
    )
    _asked_again(run, case, seed, banned)
    with st.container(border=True):
        st.html(document.markup(case))


def _asked_again(run: LoadedRun, case: CaseFile, seed: Seed, banned: tuple[int, ...]) -> None:
    """The lists of the run loaded now, each answer with its why: what is saved explains the first few alone."""
    models = [saved.name for saved in case.models if saved.name in run.model_names]
    if not models:
        return
    depth = min(case.depth, _DEEPEST)
    answers = {name: run.recommend(Query(seed, banned), [name], k=depth)[name] for name in models}
    with st.expander(tr("What the run loaded now answers, and why"), icon=":material/balance:"):
        why_dialog.lists(run, OpenPlaylist(seed, banned, case.seed.question), answers, f"case.why.{run.id}")


def _verdict(found: Recheck, run: LoadedRun) -> None:
    unlike = [one for one in found.models if not (one.same_list and one.same_tags)]
    if found.same_run:
        where = tr("The run loaded now is the run that made it.")
    else:
        where = tr("The run loaded now is another one than the run that made it ({run}).", run=plain(run.id))
    if not unlike:
        says = trn(
            "Asked again, its one model answers the same.",
            "Asked again, all {n} models answer the same.",
            len(found.models),
        )
        st.success(f"{where} {says}")
    else:
        says = tr(
            "Asked again, {unlike} of {n} models no longer answer the same; the table says which.",
            unlike=len(unlike),
            n=len(found.models),
        )
        st.warning(f"{where} {says}")
    data = tr("the same data") if found.same_data else tr("other data")
    numbering = (
        tr("the same numbering of items and tags")
        if found.same_vocabulary
        else tr("another numbering of items and tags")
    )
    text = tr("Compared by hash: {data} and {numbering}.", data=data, numbering=numbering)
    if found.unknown:
        unknown = tr(
            "{n} of what the question holds is not in this data, and was left out when asking again.", n=found.unknown
        )
        text = f"{text} {unknown}"
    st.caption(text)


def _checks(found: Recheck) -> None:
    same, other = tr("the same"), tr("not the same")
    with st.expander(tr("Model by model"), expanded=not found.same_lists):
        html_table.show(
            [tr("Model"), tr("Asked again"), tr("Fitted state"), tr("Tags")],
            [
                [
                    Cell(shorten(one.title)),
                    Cell(_list_in_words(one), mark="" if one.same_list else "chosen"),
                    "" if not one.known else same if one.same_state else tr("fitted anew"),
                    "" if not one.known else same if one.same_tags else other,
                ]
                for one in found.models
            ],
            text_columns=(1, 2, 3),
        )


def _list_in_words(one: ModelCheck) -> str:
    if not one.known:
        return tr("not in this run, or with other settings")
    if one.same_list and one.score_change:
        return tr("the same list; scores differ by at most {gap:.2g}", gap=one.score_change)
    if one.same_list:
        return tr("the same list, to the last score")
    return tr(
        "differs from place {place} on; {shared} of {n} in both",
        place=one.first_change,
        shared=one.shared,
        n=one.length,
    )
