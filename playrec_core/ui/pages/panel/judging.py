"""Judging in the blind panel: settings, and one case after another."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from playrec_core.errors import RunError
from playrec_core.human_eval.verdicts import TIE, ListVerdict, Panel, SongVerdict, blind_order, case_order, judge_name
from playrec_core.i18n import tr
from playrec_core.schema import HeldOutPlaylist, Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import card
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.seed.exports import contest_record
from playrec_core.ui.runtime import caches
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.figures import figures

from .blind_lists import blind_lists

_JUDGE = "judge"
_SETTINGS, _SKIPPED, _LAST = "playrec_panel", "playrec_panel_skipped", "playrec_panel_last"
DEPTHS = (5, 10)
MOST_MODELS = 4
LETTERS = "ABCD"
_NAMED = 12


@dataclass(frozen=True)
class Settings:
    """Settings of a judge.

    Args:
        judge: name.
        models: two to four.
        depth: length of the lists.
        seed: random seed of the order of cases and of the lists in each.
    """

    judge: str
    models: tuple[str, ...]
    depth: int = 5
    seed: int = 0


def panel() -> Panel:
    """Verdicts of the artifacts folder."""
    return Panel(caches.artifacts_folder() / "panel.sqlite")


def settings(run: LoadedRun) -> Settings:
    """Settings of the session; by default the two best models of different families in the default set, without
    ensembles.
    """
    found = st.session_state.get(_SETTINGS)
    if found is None or not set(found.models) <= set(run.model_names):
        found = Settings(judge_name(st.query_params.get(_JUDGE, "")), _first_models(run))
        st.session_state[_SETTINGS] = found
    return found


def _first_models(run: LoadedRun) -> tuple[str, ...]:
    found = figures(run)
    family = {name: family for family, names in run.families().items() for name in names}
    best = sorted(run.first_shown, key=lambda name: -np.nan_to_num(found[name, "ndcg"].mean))
    chosen: list[str] = []
    for name in [*best, *run.model_names]:
        # The lists of an ensemble are close to those of its members.
        if family[name] not in ("combination", *(family[other] for other in chosen)):
            chosen.append(name)
    return tuple(chosen[:2]) if len(chosen) > 1 else run.model_names[:2]


def setup(run: LoadedRun, now: Settings) -> None:
    """Draw the judge's name and, in a popover, the other settings."""

    def change() -> None:
        state = st.session_state
        chosen = tuple(state["panel.models"])
        state[_SETTINGS] = replace(
            now,
            judge=judge_name(state["panel.judge"]),
            models=chosen if len(chosen) > 1 else now.models,
            depth=state["panel.depth"],
            seed=int(state["panel.seed"]),
        )

    # In the address, so that the name survives a reload.
    if now.judge != "anonymous":
        st.query_params[_JUDGE] = now.judge
    elif _JUDGE in st.query_params:
        del st.query_params[_JUDGE]
    show("panel.judge", "" if now.judge == "anonymous" else now.judge)
    show("panel.models", list(now.models))
    show("panel.depth", now.depth)
    show("panel.seed", now.seed)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(tr("Your name"), key="panel.judge", placeholder=tr("anonymous"), on_change=change, width=260)
        label = tr("{n} models, top {depth}", n=len(now.models), depth=now.depth)
        with st.popover(label, icon=":material/tune:", width="content"):
            st.multiselect(
                tr("Models, names hidden in the lists"),
                run.model_names,
                format_func=lambda name: shorten(run.model_title(name)),
                max_selections=MOST_MODELS,
                key="panel.models",
                on_change=change,
                help=tr("Two to four. Blind judges should not look here."),
            )
            st.segmented_control(tr("List length"), DEPTHS, key="panel.depth", on_change=change, required=True)
            st.number_input(
                tr("Random seed"),
                *(0, 10**6),
                key="panel.seed",
                on_change=change,
                width=200,
                help=tr("Judges with the same seed get the same cases in the same order."),
            )


@per_run(8)
def _cases(run: LoadedRun, seed: int) -> list[int]:
    """Shuffled rows of the held-out playlists with a seed item: without one, most models use the same fallback."""
    rows = [row for row, seed in enumerate(run.held_out.seeds) if seed.songs]
    return [rows[place] for place in case_order(len(rows), seed)]


def next_case(run: LoadedRun, now: Settings, given: list[ListVerdict]) -> tuple[HeldOutPlaylist | None, int, int]:
    """Return the first case that this judge has neither judged nor skipped and whose lists differ, the number judged
    and the number of cases.
    """
    mine = {one.question for one in given if one.judge == now.judge and _same(one, now)}
    skipped = st.session_state.get(_SKIPPED, set())
    rows = _cases(run, now.seed)
    for row in rows:
        question = run.held_out_playlist(row)
        if question.id in mine or (now.judge, question.id) in skipped:
            continue
        if len({tuple(items) for items in _lists(run, now, question).values()}) > 1:
            return question, len(mine), len(rows)
    return None, len(mine), len(rows)


def _lists(run: LoadedRun, now: Settings, question: HeldOutPlaylist) -> dict[str, list[int]]:
    """item_idx of each model's recommendations, in the order in which the lists are shown."""
    order = blind_order(now.models, question.id, now.seed)
    answers = run.recommend(Query(question.seed), order, k=now.depth)
    return {name: answers[name].items.tolist() for name in order}


def _same(verdict: ListVerdict, now: Settings) -> bool:
    return verdict.depth == now.depth and set(verdict.shown) == set(now.models)


def comparable(given: list[ListVerdict], now: Settings) -> list[ListVerdict]:
    """Return the verdicts on these models at this depth."""
    return [one for one in given if _same(one, now)]


def unusable(error: RunError) -> None:
    """Show that the verdicts cannot be read or written, and why."""
    st.error(tr("The panel's verdicts cannot be read or written."))
    st.text(shorten(str(error), 500))


@st.fragment
def judge(run: LoadedRun, now: Settings) -> None:
    """Draw one case: the seed, the anonymous lists, and the verdict."""
    # An error in a fragment does not reach the page.
    try:
        _judge(run, now)
    except RunError as error:
        unusable(error)


def _judge(run: LoadedRun, now: Settings) -> None:
    question, done, total = next_case(run, now, panel().lists(run.id))
    if question is None:
        st.success(tr("All cases are judged. See the results under Reveal."))
        return
    lists = _lists(run, now, question)
    with st.container(border=True, key=card("question")):
        _about(run, question)
    st.markdown(
        tr(
            "**Which list is the best continuation?** Case {case} of {n:,}; you have judged {done}.",
            case=done + 1,
            n=total,
            done=done,
        )
    )
    common = set.intersection(*map(set, lists.values()))
    _songs(run, now, question, lists, common)
    choose = partial(_choose, run, now, question, tuple(lists))
    for letter, name, column in zip(LETTERS, lists, st.columns(len(lists)), strict=False):
        with column:
            label = tr("List {letter} is best", letter=letter)
            key = f"panel.best.{letter}"
            st.button(label, key=key, type="primary", width="stretch", on_click=choose, args=(name,))
    if common:
        st.caption(tr("Grey: in every list."))
    with st.container(horizontal=True):
        st.button(tr("Tie"), key="panel.tie", on_click=choose, args=(TIE,))
        st.button(tr("Skip"), key="panel.skip", icon=":material/skip_next:", on_click=_skip, args=(question.id,))
        last = st.session_state.get(_LAST)
        if last is not None and last.judge == now.judge:
            st.button(tr("Undo last verdict"), key="panel.undo", icon=":material/undo:", on_click=_undo)


def _about(run: LoadedRun, question: HeldOutPlaylist) -> None:
    seed = question.seed
    names = shorten("  ·  ".join(items.labels(run.dataset, seed.songs[:_NAMED])), 1500)
    if len(seed.songs) > _NAMED:
        names = tr("{names} and {n} more", names=names, n=len(seed.songs) - _NAMED)
    if seed.title:
        heading = tr("Seed: “{title}”", title=plain(seed.title))
    else:
        heading = tr("Seed: a {playlist} without a title", playlist=plain(items.collection(run.nouns)))
    tags = terms.tags(run.dataset, seed.tags)
    st.markdown(f"## {heading}")
    st.text(names)
    if tags:
        st.text(shorten(tr("Tags: {tags}", tags=", ".join(tags)), 300))


def _songs(
    run: LoadedRun, now: Settings, question: HeldOutPlaylist, lists: dict[str, list[int]], common: Collection[int]
) -> None:
    """Draw the lists; a song that is in several has one verdict."""
    shown = list({item for listed in lists.values() for item in listed})
    identity = dict(zip(shown, map(str, run.dataset.items.outside(shown)), strict=True))
    verdicts = {
        one.item: one.fits for one in panel().songs(run.id) if (one.judge, one.question) == (now.judge, question.id)
    }

    def judged(item: int, fits: bool | None) -> None:
        judge, outside_id = _judge_named(), identity[item]
        if fits is None:
            panel().withdraw_song(judge, run.id, question.id, outside_id)
        else:
            models = tuple(sorted(name for name, listed in lists.items() if item in listed))
            panel().judge_song(SongVerdict(judge, run.id, question.id, outside_id, fits, models, now.seed))

    blind_lists(
        run,
        {tr("List {letter}", letter=letter): listed for letter, listed in zip(LETTERS, lists.values(), strict=False)},
        common,
        {item: verdicts[outside_id] for item, outside_id in identity.items() if outside_id in verdicts},
        f"panel.lists.{question.row}",
        judged,
    )


def _choose(run: LoadedRun, now: Settings, question: HeldOutPlaylist, shown: tuple[str, ...], choice: str) -> None:
    record = json.dumps(contest_record(held_out.playlist_of(question), run.dataset), ensure_ascii=False)
    verdict = ListVerdict(_judge_named(), run.id, question.id, shown, choice, now.depth, now.seed, record)
    panel().judge_list(verdict)
    st.session_state[_LAST] = verdict


def _judge_named() -> str:
    """The typed name; the settings are still the old ones when a button is pressed right after typing."""
    return judge_name(st.session_state["panel.judge"])


def _skip(question: str) -> None:
    st.session_state[_SKIPPED] = {*st.session_state.get(_SKIPPED, set()), (_judge_named(), question)}


def _undo() -> None:
    panel().withdraw_list(st.session_state.pop(_LAST))
