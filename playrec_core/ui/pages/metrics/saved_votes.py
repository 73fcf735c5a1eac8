"""Saving a mix as a model of the run, and the mixes that were saved: used, taken along, removed."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.runtime.caches import artifacts_folder
from playrec_core.ui.session import model_view, page_files
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.figures import figures
from playrec_core.voting import saved
from playrec_core.voting.saved import Mix, MixError, as_toml, mix_of

_CONTINUE = page_files.CONTINUE


def take_along(run: LoadedRun, voting: Mapping[str, float], depth: int) -> None:
    """A name and the button that makes the mix a model; below it the same as a table of a configuration."""
    if len(voting) < 2:
        st.info(tr("A vote needs two models or more; with one, the mix is that model."))
        return
    with st.form("mix.form", border=False):
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        title = left.text_input(tr("Name"), tr("My mix"), key="mix.name")
        asked = right.form_submit_button(
            tr("Save as a model of this run"), type="primary", icon=":material/save:", width="stretch"
        )
    if asked:
        try:
            _save(run, mix_of(title, voting, depth))
        except MixError as error:
            st.error(plain(str(error), 500))
    with st.expander(tr("To train with it: the same as a table of a configuration")):
        st.code(as_toml("my-mix", voting, depth), language="toml")


def _save(run: LoadedRun, mix: Mix) -> None:
    artifacts = artifacts_folder()
    saved.save(artifacts, run.id, mix)
    with st.spinner(tr("Measuring the mix …")):
        fresh = run.refreshed(artifacts)
        figures(fresh, fresh.id)  # the next page shows them, and nobody would know there why it takes so long
    looking = model_view.current(fresh)
    model_view.put(fresh, replace(looking, hidden=looking.hidden - {mix.name}))
    st.rerun()


def saved_mixes(run: LoadedRun) -> None:
    """What is saved beside the run, and what of it could not be read."""
    if run.mixes:
        st.header(tr("Saved beside this run"))
        st.caption(
            tr("Models like any other, on every page and for everybody who opens this run. A saved mix never changes.")
        )
    for name, mix in run.mixes.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(mix.title)}**  \n{_members(run, mix)}")
            st.page_link(
                _CONTINUE,
                label=tr("Ask it"),
                icon=":material/queue_music:",
                query_params={model_view.MODELS: ",".join([name, *(member for member, _ in mix.weights)])},
                width="content",
            )
            if st.button(tr("Remove"), icon=":material/delete:", key=f"mix.remove.{name}", width="content"):
                _remove(run, name)
    for problem in run.mix_problems:
        st.warning(plain(problem, 500), icon=":material/broken_image:")


def _members(run: LoadedRun, mix: Mix) -> str:
    votes = " · ".join(f"{plain(shorten(run.model_title(name), 40))} × {weight:g}" for name, weight in mix.weights)
    return votes + " · " + trn("{n} place counts", "{n} places count", mix.depth)


def _remove(run: LoadedRun, name: str) -> None:
    try:
        saved.remove(artifacts_folder(), run.id, name)
    except MixError as error:
        st.error(plain(str(error), 500))
    else:
        st.rerun()
