"""What it takes: the fewest songs whose absence loses an answer, the fewest whose presence wins one."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import streamlit as st

from playrec_core.explain.counterfactuals import Counterfactual, helpers, smallest_addition, smallest_removal
from playrec_core.i18n import tr, trn
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain

from . import edited_seed

_CANDIDATES = 48
_WANTED, _ASKED = "playrec_wanted", "playrec_what_it_takes"
_MANY = 100
"""Seeds that a search asks about: its candidates, twice over."""
_PATIENCE = 0.2


def what_it_takes(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int | None, top: int) -> None:
    """Draw both searches.

    Args:
        run: with the model.
        model: its name.
        playlist: holds songs.
        item: the item asked about at first; None for the best answer.
        top: length of the list that is left or entered.
    """
    listed = run.recommend(Query(playlist.seed, playlist.banned), [model], k=run.config.ranking.depth)[
        model
    ].items.tolist()
    names = dict(zip(listed, items.labels(run.dataset, listed), strict=True))
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        lose = tr("Lose an answer: which of your {items} hold it in the list?", items=plain(run.nouns.items))
        st.markdown(f"### {lose}")
        first = listed[:top]
        lost = st.selectbox(
            tr("An answer among the first {top}", top=top),
            first,
            first.index(item) if item in first else 0,
            names.__getitem__,
            key=f"whatif.lose.{run.id}.{model}.{top}.{hash(playlist)}",
        )
        if lost is not None and _asked(run, model, playlist, lost, top, "lose"):
            _lose(run, model, playlist, lost, top)
    with right, st.container(border=True):
        win = tr("Win an answer: which {items} would bring it in?", items=plain(run.nouns.items))
        st.markdown(f"### {win}")
        # What was found by its name is wanted until the playlist or the model changes.
        found = st.session_state.get(_WANTED, (None, None))
        wished = found[1] if found[0] == (run.id, model, playlist) else None
        wished = item if wished is None and item not in first and item not in playlist.seed.songs else wished
        beyond = [*([wished] if wished is not None else []), *(one for one in listed[top:] if one != wished)]
        names |= dict(zip(beyond[:1], items.labels(run.dataset, beyond[:1]), strict=True))
        won = st.selectbox(
            tr("A {item} that is not among the first {top}", item=run.nouns.item, top=top),
            beyond,
            key=f"whatif.win.{run.id}.{model}.{top}.{wished}.{hash(playlist)}",
            format_func=names.__getitem__,
        )
        label = tr("Or any other {item}", item=run.nouns.item)
        picked = search_box(run, "whatif.wanted", label=label, icon=":material/flag:")
        if picked is not None:
            st.session_state[_WANTED] = ((run.id, model, playlist), picked)
            st.rerun()
        if won is not None and _asked(run, model, playlist, won, top, "win"):
            _win(run, model, playlist, won, top)


def _asked(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, top: int, what: str) -> bool:
    """Whether to search: at once where it is quick, else when a person has said so."""
    if run.model(model).linear_weights() is not None:
        return True
    n_seeds = _MANY + 3 * len(playlist.seed.songs)
    if _seconds_a_seed(run, model) * n_seeds < _PATIENCE:
        return True
    asked, this = st.session_state.setdefault(_ASKED, {}), (run.id, model, playlist, item, top)
    if st.button(tr("Search"), key=f"whatif.{what}.search", icon=":material/search:"):
        asked[what] = this
    return asked.get(what) == this


@per_run(256)
def _seconds_a_seed(run: LoadedRun, model: str) -> float:
    """What it costs to ask a model once more."""
    fitted, seeds = run.model(model), run.held_out.seeds[:16]
    fitted.score(seeds)
    started = perf_counter()
    fitted.score(seeds)
    return (perf_counter() - started) / len(seeds)


@per_run(512)
def _removal(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, top: int) -> Counterfactual | None:
    return smallest_removal(run.model(model), playlist.seed, item, top, playlist.banned)


@per_run(512)
def _addition(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, top: int) -> Counterfactual | None:
    fitted = run.model(model)
    candidates = helpers(fitted, run.dataset.interactions, item, _CANDIDATES)
    return smallest_addition(fitted, playlist.seed, item, top, candidates, playlist.banned)


def _lose(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, top: int) -> None:
    found = _removal(run, model, playlist, item, top)
    if found is None:
        st.markdown(
            tr(
                "Whatever is taken away, it stays in the first {top}: no {item} of yours carries it.",
                top=top,
                item=plain(run.nouns.item),
            )
        )
        return
    if found.place:
        says = tr("Without {songs} it falls to place **{place:,}**:", songs=_count(run, found.songs), place=found.place)
    else:
        says = tr("Without {songs} it has no score any more:", songs=_count(run, found.songs))
    st.markdown(says)
    _show(run, playlist, model, found, "lose", removed=found.songs)


def _win(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int, top: int) -> None:
    found = _addition(run, model, playlist, item, top)
    if found is None:
        st.markdown(
            tr(
                "No way into the first {top} was found; it would take more than a few {items}.",
                top=top,
                items=plain(run.nouns.items),
            )
        )
        return
    songs = _count(run, found.songs)
    st.markdown(tr("With {songs} more it rises to place **{place:,}**:", songs=songs, place=found.place))
    _show(run, playlist, model, found, "win", added=found.songs)


def _count(run: LoadedRun, songs: Sequence[int]) -> str:
    nouns = run.nouns
    return tr("{n:,} {items}", n=len(songs), items=plain(nouns.item if len(songs) == 1 else nouns.items))


def _show(
    run: LoadedRun,
    playlist: OpenPlaylist,
    model: str,
    found: Counterfactual,
    key: str,
    *,
    removed: tuple[int, ...] = (),
    added: tuple[int, ...] = (),
) -> None:
    """The songs, how sure it is, and a button that tries it above."""
    st.markdown("\n".join(f"- {items.markdown(run.dataset, song)}" for song in found.songs))
    sure = tr("No smaller set does it: proven.") if found.smallest else tr("Found, not proven to be the smallest.")
    n_others = len(found.others)
    others = trn("{n} other set of this size does it too.", "{n} other sets of this size do it too.", n_others)
    verified = tr("Verified: {model} scored it anew.", model=plain(run.model_title(model)))
    st.caption(" ".join([sure, *([others] if n_others else []), verified]))
    st.button(
        tr("Try it above"),
        icon=":material/alt_route:",
        key=f"whatif.{key}.try",
        on_click=lambda: edited_seed.put(
            replace(edited_seed.current(playlist.seed), added=added, removed=removed, weights=())
        ),
    )
