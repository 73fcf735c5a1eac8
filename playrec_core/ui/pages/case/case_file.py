"""A saved case: read it, show it, and re-run it with the current run."""

import streamlit as st

from playrec_core.errors import DataError
from playrec_core.i18n import tr, trn
from playrec_core.schema import Query, Seed
from playrec_core.serving.case_file import LARGEST_MB, CaseFile, ModelCheck, Recheck, question_of, read, recheck
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.components.case_export import document
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.session import page_files
from playrec_core.ui.session.playlist import OpenPlaylist, to_address
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.items import collection

_DEEPEST = 25


def uploaded() -> CaseFile | None:
    """Return the uploaded case; show an error if it is not one."""
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
    """Draw the case, read-only, below the comparison with the current run."""
    found = recheck(case, run)
    _verdict(found, run)
    _checks(found)
    seed, banned, _ = question_of(case, run)
    address = to_address(OpenPlaylist(seed, banned, case.seed.question), run.dataset)
    st.page_link(
        page_files.CONTINUE,
        label=tr("Open this {playlist} on Continue", playlist=plain(collection(run.nouns))),
        icon=":material/arrow_forward:",
        query_params=address or None,
        disabled=not address,
    )
    _recommendations(run, case, seed, banned)
    with st.container(border=True):
        st.html(document.markup(case, run.dataset.terms))


def _recommendations(run: LoadedRun, case: CaseFile, seed: Seed, banned: tuple[int, ...]) -> None:
    """Lists of the current run with explanations of every item; the case explains only the first few."""
    models = [saved.name for saved in case.models if saved.name in run.model_names]
    if not models:
        return
    depth = min(case.depth, _DEEPEST)
    ranked = {name: run.recommend(Query(seed, banned), [name], k=depth)[name] for name in models}
    with st.expander(tr("Recommendations of the current run, with explanations"), icon=":material/balance:"):
        why_dialog.lists(run, run.query(seed, banned, case.seed.question), ranked, f"case.why.{run.id}")


def _verdict(found: Recheck, run: LoadedRun) -> None:
    different = [one for one in found.models if not (one.same_list and one.same_tags)]
    where = tr("Same run.") if found.same_run else tr("Different run: the current one is {run}.", run=plain(run.id))
    if not different:
        result = trn(
            "Re-run: its model reproduces the saved list.",
            "Re-run: all {n} models reproduce the saved lists.",
            len(found.models),
        )
        st.success(f"{where} {result}")
    else:
        result = tr(
            "Re-run: {different} of {n} models do not reproduce the saved list; see the table.",
            different=len(different),
            n=len(found.models),
        )
        st.warning(f"{where} {result}")
    data = tr("same data") if found.same_data else tr("different data")
    vocabulary = tr("same vocabulary") if found.same_vocabulary else tr("different vocabulary")
    text = tr("Compared by hash: {data}, {vocabulary}.", data=data, vocabulary=vocabulary)
    if found.unknown:
        unknown = tr(
            "{n} items or tags of the case are not in this data and were left out of the re-run.", n=found.unknown
        )
        text = f"{text} {unknown}"
    st.caption(text)


def _checks(found: Recheck) -> None:
    same, different = tr("same"), tr("different")
    with st.expander(tr("By model"), expanded=not found.same_lists):
        html_table.show(
            [tr("Model"), tr("Re-run"), tr("Fitted state"), tr("Tags")],
            [
                [
                    Cell(shorten(one.title)),
                    Cell(_list_in_words(one), mark="" if one.same_list else "chosen"),
                    "" if not one.known else same if one.same_state else tr("refitted"),
                    "" if not one.known else same if one.same_tags else different,
                ]
                for one in found.models
            ],
            text_columns=(1, 2, 3),
        )


def _list_in_words(one: ModelCheck) -> str:
    if not one.known:
        return tr("not in this run, or with other settings")
    if one.same_list and one.score_change:
        return tr("same list; scores differ by at most {gap:.2g}", gap=one.score_change)
    if one.same_list:
        return tr("same list, identical scores")
    return tr(
        "differs from rank {place} on; {shared} of {n} in both",
        place=one.first_change,
        shared=one.shared,
        n=one.length,
    )
