"""Counterfactuals: the fewest songs to remove, or to add, for an item to leave or enter the top k."""

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
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.run import plain_nouns

from . import edited_seed

_CANDIDATES = 48
_WANTED, _REQUESTED = "playrec_wanted", "playrec_what_it_takes"
_SEEDS = 100
"""Seeds that a search scores: about two per candidate."""
_FAST_SECONDS = 0.2


def counterfactuals(run: LoadedRun, model: str, query: Query, item: int | None, top: int) -> None:
    """Draw both searches for a query with at least one song; ``item`` is selected first, None for the best one."""
    listed = run.recommend(query, [model], k=run.config.ranking.depth)[model].items.tolist()
    names = dict(zip(listed, items.labels(run.dataset, listed), strict=True))
    nouns = plain_nouns(run)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        st.markdown("### " + tr("Which {items} keep it in the top {top}?", top=top, **nouns))
        first = listed[:top]
        lost = st.selectbox(
            tr("A recommendation in the top {top}", top=top),
            first,
            first.index(item) if item in first else 0,
            names.__getitem__,
            key=f"whatif.lose.{run.id}.{model}.{top}.{hash(query)}",
        )
        if lost is not None and _requested(run, model, query, lost, top, "lose"):
            _lose(run, model, query, lost, top)
    with right, st.container(border=True):
        st.markdown("### " + tr("What would bring a {item} into the top {top}?", top=top, **nouns))
        # An item found by search stays selected until the playlist or the model changes.
        found = st.session_state.get(_WANTED, (None, None))
        wanted = found[1] if found[0] == (run.id, model, query) else None
        wanted = item if wanted is None and item not in first and item not in query.seed.songs else wanted
        beyond = [one for one in listed[top:] if one != wanted]
        if wanted is not None:
            beyond.insert(0, wanted)
            names[wanted] = items.label(run.dataset, wanted)
        won = st.selectbox(
            tr("A {item} outside the top {top}", item=run.nouns.item, top=top),
            beyond,
            key=f"whatif.win.{run.id}.{model}.{top}.{wanted}.{hash(query)}",
            format_func=names.__getitem__,
        )
        label = tr("Or any other {item}", item=run.nouns.item)

        def want(picked: int) -> None:
            st.session_state[_WANTED] = ((run.id, model, query), picked)

        search_box(run, "whatif.wanted", want, label=label, icon=":material/flag:")
        if won is not None and _requested(run, model, query, won, top, "win"):
            _win(run, model, query, won, top)


def _requested(run: LoadedRun, model: str, query: Query, item: int, top: int, what: str) -> bool:
    """Whether to search: immediately where it is fast, else on request."""
    if run.model(model).linear_weights() is not None:
        return True
    n_seeds = _SEEDS + 3 * len(query.seed.songs)
    if _seconds_per_seed(run, model) * n_seeds < _FAST_SECONDS:
        return True
    requested, this = st.session_state.setdefault(_REQUESTED, {}), (run.id, model, query, item, top)
    if st.button(tr("Search"), key=f"whatif.{what}.search", icon=":material/search:"):
        requested[what] = this
    return requested.get(what) == this


@per_run(256)
def _seconds_per_seed(run: LoadedRun, model: str) -> float:
    """Time to score one seed."""
    fitted, seeds = run.model(model), run.held_out.seeds[:16]
    fitted.score(seeds)
    started = perf_counter()
    fitted.score(seeds)
    return (perf_counter() - started) / len(seeds)


@per_run(512)
def _removal(run: LoadedRun, model: str, query: Query, item: int, top: int) -> Counterfactual | None:
    return smallest_removal(run.model(model), query.seed, item, top, run.closed(query))


@per_run(512)
def _addition(run: LoadedRun, model: str, query: Query, item: int, top: int) -> Counterfactual | None:
    fitted = run.model(model)
    candidates = helpers(fitted, run.dataset.interactions, item, _CANDIDATES)
    return smallest_addition(fitted, query.seed, item, top, candidates, run.closed(query))


def _lose(run: LoadedRun, model: str, query: Query, item: int, top: int) -> None:
    found = _removal(run, model, query, item, top)
    if found is None:
        st.markdown(tr("It stays in the top {top} whichever {items} are removed.", top=top, **plain_nouns(run)))
        return
    songs = _count(run, found.songs)
    st.markdown(
        tr("Without {songs} it falls to rank **{place:,}**:", songs=songs, place=found.place)
        if found.place
        else tr("Without {songs} the model gives it no score:", songs=songs)
    )
    _show(run, query, model, found, "lose")


def _win(run: LoadedRun, model: str, query: Query, item: int, top: int) -> None:
    found = _addition(run, model, query, item, top)
    if found is None:
        words = plain_nouns(run)
        st.markdown(tr("No small set of {items} was found that brings it into the top {top}.", top=top, **words))
        return
    songs = _count(run, found.songs)
    st.markdown(tr("With {songs} more it rises to rank **{place:,}**:", songs=songs, place=found.place))
    _show(run, query, model, found, "win")


def _count(run: LoadedRun, songs: Sequence[int]) -> str:
    nouns = run.nouns
    return tr("{n:,} {items}", n=len(songs), items=plain(nouns.item if len(songs) == 1 else nouns.items))


def _show(run: LoadedRun, query: Query, model: str, found: Counterfactual, what: str) -> None:
    """The songs, whether the set is proven minimal, and a button that applies it to the seed above."""
    st.markdown("\n".join(f"- {items.markdown(run.dataset, song)}" for song in found.songs))
    proof = tr("Minimal (proven).") if found.smallest else tr("Not proven minimal.")
    n_others = len(found.others)
    others = trn(
        "{n} other set of this size has the same effect.", "{n} other sets of this size have the same effect.", n_others
    )
    verified = tr("Verified by re-scoring with {model}.", model=plain(run.model_title(model)))
    st.caption(" ".join([proof, *([others] if n_others else []), verified]))
    removed, added = (found.songs, ()) if what == "lose" else ((), found.songs)

    def apply() -> None:
        edited_seed.put(replace(edited_seed.current(query.seed), added=added, removed=removed, weights=()))

    st.button(tr("Try it above"), icon=":material/alt_route:", key=f"whatif.{what}.try", on_click=apply)
