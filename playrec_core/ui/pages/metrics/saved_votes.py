"""Saving a weighted vote as a model of the run, and the list of saved votes."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.runtime.caches import artifacts_folder
from playrec_core.ui.session import model_view, page_files
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.figures import figures
from playrec_core.voting import saved
from playrec_core.voting.saved import SavedVote, VoteError, as_toml, named_vote


def save_form(run: LoadedRun, voting: Mapping[str, float], depth: int) -> None:
    """Draw the form that saves the vote as a model, and the vote as a config snippet."""
    if len(voting) < 2:
        st.info(tr("A vote needs at least two models."))
        return
    with st.form("mix.form", border=False):
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        title = left.text_input(tr("Name"), tr("My vote"), key="mix.name")
        submitted = right.form_submit_button(
            tr("Save as a model of this run"), type="primary", icon=":material/save:", width="stretch"
        )
    if submitted:
        try:
            _save(run, named_vote(title, voting, depth))
        except VoteError as error:
            st.error(plain(str(error), 500))
    with st.expander(tr("As a config snippet (TOML)")):
        st.code(as_toml("my-vote", voting, depth), language="toml")


def _save(run: LoadedRun, vote: SavedVote) -> None:
    artifacts = artifacts_folder()
    saved.save(artifacts, run.id, vote)
    with st.spinner(tr("Evaluating the vote …")):
        fresh = run.refreshed(artifacts)
        figures(fresh)  # computed here under the spinner, for the pages that show them
    looking = model_view.current(fresh)
    model_view.put(fresh, replace(looking, hidden=looking.hidden - {vote.name}))
    st.rerun()


def saved_votes(run: LoadedRun) -> None:
    """Draw the votes saved beside the run, and warnings for files that cannot be read."""
    if run.mixes:
        st.header(tr("Saved votes"))
        st.caption(
            tr("Saved votes are models on every page, for everybody who opens this run. A saved vote never changes.")
        )
    for name, vote in run.mixes.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(vote.title)}**  \n{_members(run, vote)}")
            st.page_link(
                page_files.CONTINUE,
                label=tr("Open on Continue"),
                icon=":material/queue_music:",
                query_params={model_view.MODELS: ",".join([name, *(member for member, _ in vote.weights)])},
                width="content",
            )
            if st.button(tr("Remove"), icon=":material/delete:", key=f"mix.remove.{name}", width="content"):
                _remove(run, name)
    for problem in run.mix_problems:
        st.warning(plain(problem, 500), icon=":material/broken_image:")


def _members(run: LoadedRun, vote: SavedVote) -> str:
    votes = " · ".join(f"{plain(shorten(run.model_title(name), 40))} × {weight:g}" for name, weight in vote.weights)
    return votes + " · " + tr("list depth {n}", n=vote.depth)


def _remove(run: LoadedRun, name: str) -> None:
    try:
        saved.remove(artifacts_folder(), run.id, name)
    except VoteError as error:
        st.error(plain(str(error), 500))
    else:
        st.rerun()
