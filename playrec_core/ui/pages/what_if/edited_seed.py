"""Edit the seed: remove, re-weight or add songs, and compare the list before and after."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from playrec_core.explain.attribution import Move, moves
from playrec_core.i18n import tr, trn
from playrec_core.schema import Query, Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain

from .slope import slope

_TRIED, _EDITED = "playrec_what_if", "playrec_what_if_edited"
HEAVIEST = 5.0
_ITEM, _IN, _WEIGHT = "item", "in", "weight"


@dataclass(frozen=True)
class Edited:
    """An edited seed.

    Args:
        seed: the original.
        added, removed: item_idx.
        weights: (item_idx, weight) of the songs with a changed weight.
        number: how often the table was rebuilt from it.
    """

    seed: Seed
    added: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    weights: tuple[tuple[int, float], ...] = ()
    number: int = 0


def current(seed: Seed) -> Edited:
    """The session's edit of this seed; a different seed starts over."""
    found = st.session_state.get(_TRIED)
    if found is None or found.seed != seed:
        found = st.session_state[_TRIED] = Edited(seed, number=found.number + 1 if found else 0)
    return found


def _resumed(run: LoadedRun, seed: Seed) -> Edited:
    """The edit, including changes made in a table that is gone because another page was opened."""
    tried, edited = current(seed), st.session_state.get(_EDITED)
    gone = _table_key(run, tried) not in st.session_state
    if gone and edited is not None and (edited.seed, edited.number) == (seed, tried.number):
        put(edited)
    return current(seed)


def put(tried: Edited) -> None:
    """Replace the edit; the table is rebuilt from it."""
    st.session_state[_TRIED] = replace(tried, number=tried.number + 1)


def edit_seed(run: LoadedRun, model: str, query: Query, top: int) -> None:
    """Draw the seed as an editable table, and the list before and after."""
    seed, nouns = query.seed, run.nouns
    tried = _resumed(run, seed)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        edited, changed = _table(run, tried)
        st.session_state[_EDITED] = edited
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button(
                tr("Reset"),
                icon=":material/undo:",
                key="whatif.reset",
                on_click=lambda: put(Edited(seed, number=tried.number)),
                disabled=changed == seed,
            )
        known = (*seed.songs, *tried.added)
        search_box(
            run,
            "whatif.add",
            lambda item: item in known or put(replace(edited, added=(*tried.added, item))),
            label=tr("Add a {item}", item=nouns.item),
        )
    depth = max(run.config.ranking.depth, top)
    # Removed songs are excluded from the list, so that it shows their effect on the others.
    banned = (*query.excluded, *(song for song in seed.songs if song not in changed.songs))
    edited_query = Query(changed, banned)
    before = run.recommend(Query(seed, query.excluded), [model], k=depth)[model]
    after = run.recommend(edited_query, [model], k=depth)[model]
    moved = moves(before.items, after.items, top)
    with right:
        label = tr("Top {top} before and after; lines connect the ranks of a {item}", top=top, item=nouns.item)
        slope(run, moved, top, (tr("original"), tr("edited")), label, f"whatif.slope.{run.id}")
        st.caption(plain(_in_words(run, model, seed, changed, moved, top), 400))
        why_dialog.select(
            run,
            "whatif.why",
            why_dialog.Listed(edited_query, model, after, after.items[:top].tolist(), tr("edited")),
            why_dialog.Listed(query, model, before, before.items[:top].tolist(), tr("original")),
        )


def _table_key(run: LoadedRun, tried: Edited) -> str:
    return f"whatif.table.{run.id}.{tried.number}"


def _table(run: LoadedRun, tried: Edited) -> tuple[Edited, Seed]:
    """Draw the table; return the edit and the resulting seed."""
    songs = (*tried.seed.songs, *tried.added)
    weights = [*tried.seed.song_weights.tolist(), *[1.0] * len(tried.added)]
    given = dict(tried.weights)
    table = pd.DataFrame(
        {
            _ITEM: items.labels(run.dataset, songs),
            _IN: [song not in tried.removed for song in songs],
            _WEIGHT: [given.get(song, weight) for song, weight in zip(songs, weights, strict=True)],
        }
    )
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=[_ITEM],
        height=min(38 + 35 * len(table), 388),
        key=_table_key(run, tried),
        column_config={
            _ITEM: st.column_config.TextColumn(tr("Your {items}", items=run.nouns.items), width=190),
            _IN: st.column_config.CheckboxColumn(tr("Use"), width=60),
            _WEIGHT: st.column_config.NumberColumn(tr("Weight"), min_value=0.1, max_value=HEAVIEST, step=0.1, width=85),
        },
    )
    found = [1.0 if pd.isna(weight) else float(weight) for weight in edited[_WEIGHT]]
    used = {song: weight for song, inside, weight in zip(songs, edited[_IN], found, strict=True) if inside}
    now = replace(
        tried,
        removed=tuple(song for song in songs if song not in used),
        weights=tuple((song, new) for song, new, old in zip(songs, found, weights, strict=True) if new != old),
    )
    even = all(weight == 1.0 for weight in used.values())
    heavy = () if even and not tried.seed.weights else tuple(used.values())
    return now, replace(tried.seed, songs=tuple(used), weights=heavy)


def _in_words(run: LoadedRun, model: str, seed: Seed, changed: Seed, moved: list[Move], top: int) -> str:
    nouns = run.nouns
    if changed == seed:
        return tr("Remove, re-weight or add a {item} to see how the ranks change.", item=nouns.item)
    new = sum((move.before or top + 1) > top >= (move.after or top + 1) for move in moved)
    stay = sum(move.before == move.after for move in moved)
    text = trn(
        "{n} of the top {top} is new, {stay} keep their rank.",
        "{n} of the top {top} are new, {stay} keep their rank.",
        new,
        top=top,
        stay=stay,
    )
    if set(changed.songs) == set(seed.songs) and stay == len(moved):
        facts = {"model": run.model_title(model), "item": nouns.item}
        text += " " + tr("{model} may ignore weights: some models count every {item} equally.", **facts)
    return text
