"""What the Continue page shows of the answers, and what a click on the board does."""

from dataclasses import replace
from typing import Any

import streamlit as st

from ...language import tr, trn
from ...ordering import TIE_RULE
from ...schema import Ranked
from ...serving import LoadedRun
from .. import held_out, resources, state, view
from ..case import case_file
from ..held_out import Asked
from ..items import labels
from ..model_chooser import model_chooser
from ..run_words import in_nouns
from ..search_box import search_box
from ..seed import exports
from ..state import OpenPlaylist
from ..text import plain
from ..view import DEPTHS, View
from ..why import why_dialog
from ..widget_values import show
from .answers import board_data

N_TAGS = 8


def answer_all(run: LoadedRun, playlist: OpenPlaylist, question: Asked | None, looking: View) -> dict[str, Ranked]:
    """The answer of every model shown, in the order shown."""
    seed = answered(playlist, question).seed
    # Always as deep as it gets, and cut after that: another depth is then no work at all.
    found = resources.answers(run, run.id, looking.shown, seed, DEPTHS[-1], N_TAGS, playlist.banned)
    return {name: _cut(ranked, looking.depth) for name, ranked in found.items()}


def answered(playlist: OpenPlaylist, question: Asked | None) -> OpenPlaylist:
    """What the answers are to: a question as it was asked, with the confidence of each item, which the address does
    not hold, or else the playlist itself.
    """
    if question is None or not held_out.as_asked(question, playlist):
        return playlist
    return replace(playlist, seed=question.seed)


def _cut(ranked: Ranked, depth: int) -> Ranked:
    return replace(ranked, items=ranked.items[:depth], scores=ranked.scores[:depth], sources=ranked.sources[:depth])


def controls(
    run: LoadedRun, looking: View, answers: dict[str, Ranked], playlist: OpenPlaylist, question: Asked | None
) -> None:
    """Which models, how deep, and the answers as a file."""
    show("continue.depth", looking.depth)

    def chose() -> None:
        view.put(run, replace(view.current(run), depth=st.session_state["continue.depth"]))

    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        model_chooser(run, looking, "continue.models")
        st.segmented_control(tr("Depth"), DEPTHS, key="continue.depth", on_change=chose, required=True)
        st.download_button(
            tr("Answers (CSV)"),
            lambda: exports.answers_csv(answers, run.dataset),
            "answers.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        case_file.save(run, answered(playlist, question).seed, playlist, looking)


def playlist_with_songs(run: LoadedRun, key: str, without: str) -> OpenPlaylist:
    """The playlist being built, or the held-out example while it is empty. One without songs, of tags or a title,
    leaves a page about songs nothing to say: it says so, offers to add one, and stops.

    Args:
        run: whose items.
        key: of the search box.
        without: what to say where there is no song; Markdown.
    """
    playlist = state.current(run.dataset)
    if playlist.empty and (example := held_out.example(run)) is not None:
        playlist = example.playlist()
        show_example(run, playlist)
    if not playlist.seed.songs:
        st.info(without)
        picked = search_box(run, key)
        if picked is not None:
            state.put(playlist.with_song(picked), run.dataset)
            st.rerun()
        st.stop()
    return playlist


def show_example(run: LoadedRun, playlist: OpenPlaylist) -> None:
    """Say that what follows is an example, what it holds, and how to make it one's own."""
    seed = playlist.seed
    names = ", ".join(plain(name, 50) for name in labels(run.dataset, seed.songs[:3]))
    if len(seed.songs) > 3:
        names = tr("{names} and {n} more", names=names, n=len(seed.songs) - 3)
    tags = ", ".join(plain(str(tag), 30) for tag in run.dataset.tags.outside(seed.tags))
    parts = (
        names,
        tr("tagged {tags}", tags=tags) if tags else "",
        tr("called “{title}”", title=plain(seed.title)) if seed.title else "",
    )
    says = tr(
        "A held-out {playlist}: {contents}.",
        playlist=plain(run.nouns.playlist),
        contents="; ".join(filter(None, parts)),
    )
    badge = tr("Example")
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":blue-badge[{badge}] {says}", width="stretch")
        st.button(
            tr("Use this example"),
            type="primary",
            key="continue.example",
            on_click=lambda: state.put(playlist, run.dataset),
        )


def about_question(run: LoadedRun, question: Asked, playlist: OpenPlaylist) -> None:
    """That this is a held-out playlist, what it hides, and whether the figures still hold."""
    hides = trn(
        "Held-out {playlist} {id}: {n} {item} is hidden, and marked ✓ where a model finds it.",
        "Held-out {playlist} {id}: {n} {items} are hidden, and marked ✓ where a model finds them.",
        len(question.hidden),
        playlist=plain(run.nouns.playlist),
        id=plain(question.id),
        item=plain(run.nouns.item),
        items=plain(run.nouns.items),
    )
    if held_out.as_asked(question, playlist):
        figures = tr(
            "The figures are each model's on this one, as measured at training, {depth} answers deep.",
            depth=run.config.ranking.depth,
        )
    else:
        figures = tr("You have changed it, so the measured figures are no longer shown.")
    st.caption(f"{hides} {figures}")


def board_of(run: LoadedRun, answers: dict[str, Ranked], question: Asked | None) -> dict[str, Any]:
    """What the board draws; figures only where the question is still as it was asked."""
    if question is None:
        return board_data(run, answers)
    unchanged = state.current(run.dataset)
    figures = {}
    if unchanged.empty or held_out.as_asked(question, unchanged):
        figures = {name: held_out.figures(run, question, name) for name in answers}
    return board_data(run, answers, hidden=question.hidden, figures=figures)


def legend(run: LoadedRun) -> str:
    """How to read the board."""
    reads = tr(
        "? tells why a model answers a song. One small field a model, lit where the model itself answers it; songs "
        "that most models agree on are bold and tinted. Scores are on each model's own scale and do not compare across "
        "models."
    )
    return plain(in_nouns(f"{reads} {tr(TIE_RULE)}", run.nouns), 1000)


def act(run: LoadedRun, shown: OpenPlaylist, action: str, value: str) -> None:
    """A click on the board. What comes from a browser is checked against what there is.

    Args:
        shown: what the answers are to; taken over where a person has nothing of their own yet and it is an example.
    """
    if action in ("earlier", "later", "hide"):
        looking = view.current(run)
        if value not in looking.shown:
            return
        if action == "hide":
            looking = looking.only(set(looking.shown) - {value})
        else:
            looking = looking.moved(value, -1 if action == "earlier" else 1)
        view.put(run, looking)
        return
    if action == "why":
        why_dialog.ask(run, value)
        return
    limit = len(run.dataset.tags) if action == "tag" else run.dataset.n_items
    if not value.isascii() or not value.isdigit() or int(value) >= limit:
        return
    now = state.current(run.dataset)
    playlist = shown if now.empty else now
    changes = {"add": playlist.with_song, "ban": playlist.with_ban, "tag": playlist.with_tag}
    state.put(changes[action](int(value)), run.dataset)
