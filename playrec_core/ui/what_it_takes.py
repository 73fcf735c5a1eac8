"""What it takes: the fewest songs whose absence loses an answer, the fewest whose presence wins one."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import streamlit as st

from ..counterfactuals import Counterfactual, helpers, smallest_addition, smallest_removal
from ..serving import LoadedRun
from . import items, what_if
from .resources import answer
from .search_box import search_box
from .state import OpenPlaylist
from .text import plain

_CANDIDATES = 48
_WANTED = "playrec_wanted"


def what_it_takes(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int | None, top: int) -> None:
    """Draw both searches.

    Args:
        run: with the model.
        model: its name.
        playlist: holds songs.
        item: the item asked about at first; None for the best answer.
        top: length of the list that is left or entered.
    """
    listed = answer(run, run.id, model, playlist.seed, run.config.ranking.depth, 0, playlist.banned).items.tolist()
    names = dict(zip(listed, items.labels(run.dataset, listed), strict=True))
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        first = listed[:top]
        lost = st.selectbox(
            f"Which of your {run.nouns.items} keep it in the list?",
            first,
            first.index(item) if item in first else 0,
            names.__getitem__,
            key=f"whatif.lose.{run.id}.{model}.{top}.{hash(playlist)}",
        )
        if lost is not None and _asked(run, model, "lose"):
            _lose(run, model, playlist, lost, top)
    with right, st.container(border=True):
        # A song found by its name is wanted until the playlist or the model changes.
        found = st.session_state.get(_WANTED, (None, None))
        wished = found[1] if found[0] == (run.id, model, playlist) else None
        wished = item if wished is None and item not in first and item not in playlist.seed.songs else wished
        beyond = [*([wished] if wished is not None else []), *(one for one in listed[top:] if one != wished)]
        names |= dict(zip(beyond[:1], items.labels(run.dataset, beyond[:1]), strict=True))
        won = st.selectbox(
            f"Which {run.nouns.item} would bring it in?",
            beyond,
            key=f"whatif.win.{run.id}.{model}.{top}.{wished}.{hash(playlist)}",
            format_func=names.__getitem__,
        )
        picked = search_box(run, "whatif.wanted", label=f"Or any other {run.nouns.item}", icon=":material/flag:")
        if picked is not None:
            st.session_state[_WANTED] = ((run.id, model, playlist), picked)
            st.rerun()
        if won is not None and _asked(run, model, "win"):
            _win(run, model, playlist, won, top)


def _asked(run: LoadedRun, model: str, what: str) -> bool:
    """A linear model answers at once; any other is asked many times over, so a person says when."""
    if run.model(model).linear_weights() is not None:
        return True
    return st.button("Search", key=f"whatif.{what}.search", icon=":material/search:")


def _lose(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, top: int) -> None:
    started = perf_counter()
    found = smallest_removal(run.model(model), playlist.seed, item, top, playlist.banned)
    took = perf_counter() - started
    if found is None:
        st.markdown(
            f"It stays in the first {top} whatever is taken away: no {plain(run.nouns.item)} of yours carries it."
        )
        return
    where = f"falls to place **{found.place:,}**" if found.place else "has no score any more"
    st.markdown(f"Without {_count(run, found.songs)} it {where}:")
    _show(run, playlist, model, found, took, "lose", removed=found.songs)


def _win(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, top: int) -> None:
    fitted, started = run.model(model), perf_counter()
    candidates = helpers(fitted, run.dataset.interactions, item, _CANDIDATES)
    found = smallest_addition(fitted, playlist.seed, item, top, candidates, playlist.banned)
    took = perf_counter() - started
    if found is None:
        st.markdown(f"No way into the first {top} was found; it would take more than a few {plain(run.nouns.items)}.")
        return
    st.markdown(f"With {_count(run, found.songs)} more it rises to place **{found.place:,}**:")
    _show(run, playlist, model, found, took, "win", added=found.songs)


def _count(run: LoadedRun, songs: Sequence[int]) -> str:
    return f"{len(songs)} {plain(run.nouns.item if len(songs) == 1 else run.nouns.items)}"


def _show(
    run: LoadedRun,
    playlist: OpenPlaylist,
    model: str,
    found: Counterfactual,
    took: float,
    key: str,
    *,
    removed: tuple[int, ...] = (),
    added: tuple[int, ...] = (),
) -> None:
    """The songs, how sure it is, and a button that tries it above."""
    st.markdown("\n".join(f"- {items.markdown(run.dataset, song)}" for song in found.songs))
    sure = "No smaller set does it: proven." if found.smallest else "Found, not proven to be the smallest."
    others = f" {len(found.others)} other sets of this size do it too." if found.others else ""
    st.caption(f"{sure}{others} Verified: {plain(run.model_title(model))} scored it anew. {1000 * took:,.0f} ms.")
    st.button(
        "Try it above",
        icon=":material/alt_route:",
        key=f"whatif.{key}.try",
        on_click=lambda: what_if.put(replace(what_if.current(playlist.seed), added=added, removed=removed)),
    )
