"""The blind panel's judging side: who judges, which models without their names, and one case after another."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from playrec_core.errors import RunError
from playrec_core.human_eval.verdicts import TIE, ListVerdict, Panel, SongVerdict, blind_order, case_order, judge_name
from playrec_core.i18n import tr
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import card
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.held_out.held_out import Asked
from playrec_core.ui.components.seed.exports import contest_record
from playrec_core.ui.runtime import caches
from playrec_core.ui.session.widget_sync import show
from playrec_core.ui.wording import items
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
    """What a judge judges.

    Args:
        judge: their name.
        models: two to four.
        depth: how many answers of each.
        seed: of the cases' order and of the lists' order in each.
    """

    judge: str
    models: tuple[str, ...]
    depth: int = 5
    seed: int = 0


def panel() -> Panel:
    """The verdicts of the artifacts folder."""
    return Panel(caches.artifacts_folder() / "panel.sqlite")


def settings(run: LoadedRun) -> Settings:
    """The session's settings; at first the two best models of different families among those shown first,
    none of them made of others.
    """
    kept = st.session_state.get(_SETTINGS)
    if kept is None or not set(kept.models) <= set(run.model_names):
        kept = Settings(judge_name(st.query_params.get(_JUDGE, "")), _first_models(run))
        st.session_state[_SETTINGS] = kept
    return kept


def _first_models(run: LoadedRun) -> tuple[str, ...]:
    found = figures(run)
    family = {name: family for family, names in run.families().items() for name in names}
    best = sorted(run.first_shown, key=lambda name: -np.nan_to_num(found[name, "ndcg"].mean))
    chosen: list[str] = []
    for name in [*best, *run.model_names]:
        # A model made of others answers much as they do: there is little to choose between.
        if family[name] not in ("combination", *(family[other] for other in chosen)):
            chosen.append(name)
    return tuple(chosen[:2]) if len(chosen) > 1 else run.model_names[:2]


def setup(run: LoadedRun, now: Settings) -> None:
    """The judge's name, and behind a button what is judged."""

    def change() -> None:
        state = st.session_state
        chosen = tuple(state["panel.models"])
        put = replace(
            now,
            judge=judge_name(state["panel.judge"]),
            models=chosen if len(chosen) > 1 else now.models,
            depth=state["panel.depth"],
            seed=int(state["panel.seed"]),
        )
        state[_SETTINGS] = put

    # In the address, so that a page loaded anew does not file what follows under nobody.
    if now.judge != "anonymous":
        st.query_params[_JUDGE] = now.judge
    elif _JUDGE in st.query_params:
        del st.query_params[_JUDGE]
    show("panel.judge", "" if now.judge == "anonymous" else now.judge)
    show("panel.models", list(now.models))
    show("panel.depth", now.depth)
    show("panel.seed", now.seed)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            tr("Your name"),
            key="panel.judge",
            placeholder=tr("anonymous"),
            on_change=change,
            width=260,
        )
        label = tr("{n} models, {depth} answers each", n=len(now.models), depth=now.depth)
        with st.popover(label, icon=":material/tune:", width="content"):
            st.multiselect(
                tr("Models, shown without their names"),
                run.model_names,
                format_func=lambda name: shorten(run.model_title(name)),
                max_selections=MOST_MODELS,
                key="panel.models",
                on_change=change,
                help=tr("Two to four. Who should judge blindly had better not look here."),
            )
            st.segmented_control(tr("Answers of each"), DEPTHS, key="panel.depth", on_change=change, required=True)
            st.number_input(
                tr("Seed of the shuffling"),
                *(0, 10**6),
                key="panel.seed",
                on_change=change,
                width=200,
                help=tr("Judges with the same seed get the same cases in the same order."),
            )


@per_run(8)
def _cases(run: LoadedRun, seed: int) -> list[int]:
    """Rows of the questions that show an item, shuffled: without one, most models hand over to the same fallback."""
    rows = [row for row, seed in enumerate(run.held_out.seeds) if seed.songs]
    return [rows[place] for place in case_order(len(rows), seed)]


def next_case(run: LoadedRun, now: Settings, given: list[ListVerdict]) -> tuple[Asked | None, int, int]:
    """The first case that this judge has neither judged nor skipped and whose lists are not all one and the same, how
    many are judged, and how many there are.
    """
    mine = {one.question for one in given if one.judge == now.judge and _same(one, now)}
    skipped = st.session_state.get(_SKIPPED, set())
    rows = _cases(run, now.seed)
    for row in rows:
        question = held_out.asked_at(run, row)
        if question.id in mine or (now.judge, question.id) in skipped:
            continue
        if len({tuple(items) for items in _lists(run, now, question).values()}) > 1:
            return question, len(mine), len(rows)
    return None, len(mine), len(rows)


def _lists(run: LoadedRun, now: Settings, question: Asked) -> dict[str, list[int]]:
    """item_idx of each model's answers, in the order in which the lists are shown."""
    order = blind_order(now.models, question.id, now.seed)
    answers = run.recommend(Query(question.seed), order, k=now.depth)
    return {name: answers[name].items.tolist() for name in order}


def _same(verdict: ListVerdict, now: Settings) -> bool:
    return verdict.depth == now.depth and set(verdict.shown) == set(now.models)


def judged_alike(given: list[ListVerdict], now: Settings) -> list[ListVerdict]:
    """The verdicts on these models at this depth."""
    return [one for one in given if _same(one, now)]


def unusable(error: RunError) -> None:
    """Say that the verdicts cannot be read or written, and why."""
    st.error(tr("The panel's verdicts cannot be read or written."))
    st.text(shorten(str(error), 500))


@st.fragment
def judge(run: LoadedRun, now: Settings) -> None:
    """One case: what was shown, the lists without names, and the verdict."""
    # A fragment's error never reaches the page that calls it.
    try:
        _judge(run, now)
    except RunError as error:
        unusable(error)


def _judge(run: LoadedRun, now: Settings) -> None:
    kept = panel()
    question, done, total = next_case(run, now, kept.lists(run.id))
    if question is None:
        st.success(tr("Every case is judged. See what you chose under Reveal."))
        return
    lists = _lists(run, now, question)
    shown = tuple(lists)
    with st.container(border=True, key=card("question")):
        _about(run, question)
    st.markdown(
        tr(
            "**Which list continues it best?** Case {case} of {n:,}; you have judged {done}.",
            case=done + 1,
            n=total,
            done=done,
        )
    )
    common = set.intersection(*map(set, lists.values()))
    _songs(run, now, question, lists, common)
    for letter, name, column in zip(LETTERS, shown, st.columns(len(shown)), strict=False):
        column.button(
            tr("List {letter} is best", letter=letter),
            key=f"panel.best.{letter}",
            type="primary",
            width="stretch",
            on_click=_choose,
            args=(run, now, question, shown, name),
        )
    if common:
        st.caption(tr("Grey: in every list."))
    with st.container(horizontal=True):
        st.button(tr("No list is better"), key="panel.tie", on_click=_choose, args=(run, now, question, shown, TIE))
        st.button(tr("Skip"), key="panel.skip", icon=":material/skip_next:", on_click=_skip, args=(question.id,))
        last = st.session_state.get(_LAST)
        if last is not None and last.judge == now.judge:
            st.button(tr("Take the last verdict back"), key="panel.undo", icon=":material/undo:", on_click=_undo)


def _about(run: LoadedRun, question: Asked) -> None:
    seed = question.seed
    names = shorten("  ·  ".join(items.labels(run.dataset, seed.songs[:_NAMED])), 1500)
    if len(seed.songs) > _NAMED:
        names = tr("{names} and {n} more", names=names, n=len(seed.songs) - _NAMED)
    if seed.title:
        heading = tr("“{title}” that holds", title=plain(seed.title))
    else:
        heading = tr("A {playlist} that holds", playlist=plain(items.collection(run.nouns)))
    tags = run.dataset.tags.outside(seed.tags)
    st.markdown(f"## {heading}")
    st.text(names)
    if tags:
        st.text(shorten(tr("Tags: {tags}", tags=", ".join(map(str, tags))), 300))


def _songs(
    run: LoadedRun, now: Settings, question: Asked, lists: dict[str, list[int]], common: Collection[int]
) -> None:
    """The lists; a song has one verdict, in however many of them it is."""
    shown = list({item for listed in lists.values() for item in listed})
    identity = dict(zip(shown, map(str, run.dataset.items.outside(shown)), strict=True))
    said = {
        one.item: one.fits for one in panel().songs(run.id) if (one.judge, one.question) == (now.judge, question.id)
    }

    def judged(item: int, fits: bool | None) -> None:
        judge, kept = _judge_named(), identity[item]
        if fits is None:
            panel().withdraw_song(judge, run.id, question.id, kept)
        else:
            holders = tuple(sorted(name for name, listed in lists.items() if item in listed))
            panel().judge_song(SongVerdict(judge, run.id, question.id, kept, fits, holders, now.seed))

    blind_lists(
        run.dataset,
        {tr("List {letter}", letter=letter): listed for letter, listed in zip(LETTERS, lists.values(), strict=False)},
        common,
        {item: said[kept] for item, kept in identity.items() if kept in said},
        f"panel.lists.{question.row}",
        judged,
    )


def _choose(run: LoadedRun, now: Settings, question: Asked, shown: tuple[str, ...], choice: str) -> None:
    record = json.dumps(contest_record(question.playlist(), run.dataset), ensure_ascii=False)
    verdict = ListVerdict(_judge_named(), run.id, question.id, shown, choice, now.depth, now.seed, record)
    panel().judge_list(verdict)
    st.session_state[_LAST] = verdict


def _judge_named() -> str:
    """Who types a name and presses a button at once does both in one go, and the button knows the old name."""
    return judge_name(st.session_state["panel.judge"])


def _skip(question: str) -> None:
    st.session_state[_SKIPPED] = {*st.session_state.get(_SKIPPED, set()), (_judge_named(), question)}


def _undo() -> None:
    panel().withdraw_list(st.session_state.pop(_LAST))
