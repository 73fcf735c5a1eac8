"""What if one seed were missing: the list before and after, and how the explained item fares."""

import streamlit as st

from ..explain import moves, rank_of, without
from ..serving import LoadedRun
from . import items, resources
from .shelves import Row, Shelf, shelves
from .state import OpenPlaylist
from .text import plain
from .theme import model_colours
from .waterfall import number

TOP = 10


@st.fragment
def take_away(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, strongest: int) -> None:
    """Draw the section.

    Args:
        run: with the model.
        model: its name.
        playlist: what it answers; holds at least one item.
        item: the explained item_idx.
        strongest: the seed (place in the playlist) that is taken away at first.
    """
    seed, dataset = playlist.seed, run.dataset
    names = items.labels(dataset, seed.songs)  # the options of a select box are not Markdown
    place = st.selectbox(
        f"Take this {plain(run.nouns.item)} away",
        range(len(names)),
        index=strongest,
        format_func=names.__getitem__,
        key=f"explain.away.{run.id}.{model}.{item}.{hash(seed)}",
    )
    less = without(seed, place)
    depth = max(run.config.ranking.depth, TOP)
    # What is taken away must not come back as an answer: the question is what it did for the others.
    banned = (*playlist.banned, seed.songs[place])
    before = resources.answer(run, run.id, model, seed, depth, 0, playlist.banned)
    after = resources.answer(run, run.id, model, less, depth, 0, banned)
    st.markdown(plain(_fate(run, model, playlist, item, place), 400))
    colour = model_colours(run.model_names)[model]
    moved = moves(before.items, after.items, TOP)
    now = [
        Row(move.item, "new" if move.before is None else "", change=move.up)
        for move in moved
        if (move.after or TOP + 1) <= TOP
    ]
    gone = [
        Row(move.item, f"now {move.after}" if move.after else f"beyond {depth}", change=move.up)
        for move in moved
        if (move.after or TOP + 1) > TOP
    ]
    shelves(
        dataset,
        [
            Shelf(f"First {TOP} with it", [Row(one) for one in before.items[:TOP].tolist()], colour=colour),
            Shelf(f"First {TOP} without it", now, colour=colour),
            Shelf(f"Left the first {TOP}", gone, colour=colour, numbered=False, empty="None: the same ones stay."),
        ],
        f"explain.away.shelves.{run.id}",
        lambda act, item: None,
    )


def _fate(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, place: int) -> str:
    """What becomes of the explained item, in a sentence."""
    seed = playlist.seed
    scores = run.model(model).score([seed, without(seed, place)])
    closed = [*seed.songs, *playlist.banned]
    old, new = (rank_of(row, item, closed) for row in scores)
    name = items.label(run.dataset, item)
    if old is None or new is None:
        return f"{name}: " + ("the model cannot score it without that one." if old else "the model cannot score it.")
    moved = f"stays at place {old:,}" if old == new else f"goes from place {old:,} to {new:,}"
    return f"{name} {moved}; its score goes from {number(scores[0, item], 4)} to {number(scores[1, item], 4)}."
