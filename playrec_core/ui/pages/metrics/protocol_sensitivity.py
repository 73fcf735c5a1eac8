"""The protocol lens on screen: one set of answers under six protocols, the leaderboard flipping, and why."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from scipy import stats

from playrec_core.evaluation import protocol_sensitivity as core
from playrec_core.evaluation.intervals import paired_difference
from playrec_core.evaluation.protocol_sensitivity import (
    OURS,
    PROTOCOLS,
    Lens,
    LensMetric,
    Protocol,
    Ties,
    swapped_pairs,
)
from playrec_core.i18n import mark, tr, trn
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording.escape import chart_text, plain
from playrec_core.ui.wording.run import in_nouns

from .tables import model_cell

N_QUESTIONS = 200
SAMPLES = (20, 100, 500)
MOST_KEPT = 16
_FIRST: LensMetric = "ndcg"
_METRICS: dict[LensMetric, str] = {_FIRST: "nDCG@10", "recall": "Recall@10"}


@st.cache_resource(max_entries=3, show_spinner=False)
def _kept(run_id: str) -> dict[tuple[tuple[str, ...], int], Lens]:
    """What any session has asked of this run, by models and number of items drawn."""
    return {}


def looked(run: LoadedRun, models: tuple[str, ...], n_sampled: int, progress: Progress) -> Lens:
    """The models' answers to a sample of the questions, placed. Once for all sessions."""
    # Streamlit's cache would replay the progress bar with the answer.
    kept = _kept(run.id)
    if (models, n_sampled) not in kept:
        found = core.look(
            {name: run.model(name) for name in models},
            run.held_out,
            n_items=run.dataset.n_items,
            n_questions=N_QUESTIONS,
            n_sampled=n_sampled,
            seed=run.config.seed,
            progress=progress,
        )
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[models, n_sampled] = found
    return kept[models, n_sampled]


_NAMES = {
    OURS: mark("as here"),
    replace(OURS, ties="optimistic"): mark("optimistic ties"),
    replace(OURS, ties="pessimistic"): mark("pessimistic ties"),
    replace(OURS, part="first half"): mark("first half"),
    replace(OURS, part="second half"): mark("second half"),
}


def name_of(protocol: Protocol, n_sampled: int) -> str:
    """A protocol's column heading."""
    return tr("{n} sampled", n=n_sampled) if protocol.ranking == "sampled" else tr(_NAMES[protocol])


@st.fragment
def protocol_lens(run: LoadedRun, models: list[str]) -> None:
    """The tab: what the lens is, a button that asks the models again, then chart, table and reasons."""
    nouns = run.nouns
    n = min(N_QUESTIONS, len(run.held_out))
    st.markdown(
        tr(
            "The same models, the same answers, the same hidden {items}: **how much of a leaderboard is the way of "
            "judging?** Papers and tools differ in three choices, and rarely say which they made.",
            items=plain(nouns.items),
        )
    )
    left, right = st.columns(2)
    metric: LensMetric = left.segmented_control(
        tr("Metric"), list(_METRICS), format_func=_METRICS.__getitem__, default=_FIRST, required=True, key="lens.metric"
    )
    n_sampled = right.segmented_control(
        tr("{items} drawn for the sampled ranking", items=nouns.items.capitalize()),
        SAMPLES,
        default=100,
        required=True,
        key="lens.sampled",
    )
    # In the configuration's order, whatever the table of another tab is sorted by.
    chosen = tuple(name for name in run.model_names if name in models)
    if len(chosen) < 2:
        st.info(tr("Choose two models or more above."))
        return
    asked = st.session_state.setdefault("playrec_lens", set())
    place = st.empty()
    if (run.id, chosen) not in asked:
        with place.container():
            st.caption(
                tr(
                    "This asks {models} models {n:,} of the held-out questions again and keeps every score, not only "
                    "the best 100: a few seconds.",
                    models=len(chosen),
                    n=n,
                )
            )
            if not st.button(
                tr("Judge the answers six ways"), type="primary", icon=":material/balance:", key="lens.go"
            ):
                return
        asked.add((run.id, chosen))

    def progress(part: float) -> None:
        place.progress(part, tr("Asking the models …"))

    lens = looked(run, chosen, n_sampled, progress)
    place.empty()
    _show(run, lens, metric, n_sampled)


def _show(run: LoadedRun, lens: Lens, metric: LensMetric, n_sampled: int) -> None:
    boards = {protocol: lens.board(protocol, metric) for protocol in PROTOCOLS}
    flips = [swapped_pairs(boards[OURS], boards[protocol]) for protocol in PROTOCOLS]
    winners = {next(iter(board)) for board in boards.values()}
    st.markdown(
        trn(
            "Six ways to judge, **{n} winner**, and up to **{swapped}** of {pairs} pairs of models swapped.",
            "Six ways to judge, **{n} winners**, and up to **{swapped}** of {pairs} pairs of models swapped.",
            len(winners),
            swapped=max(map(len, flips)),
            pairs=len(boards[OURS]) * (len(boards[OURS]) - 1) // 2,
        )
    )
    st.plotly_chart(
        _bumps(run, boards, n_sampled),
        config={"displayModeBar": False},
        alt=tr("The place of every model under each protocol; the same places stand in the table below"),
    )
    _table(run, boards, metric, lens, n_sampled)
    st.header(tr("Why it flips"))
    for protocol in PROTOCOLS[1:]:
        st.markdown(_reason(run, lens, boards[OURS], boards[protocol], protocol, metric, n_sampled))


def _bumps(run: LoadedRun, boards: dict[Protocol, dict[str, float]], n_sampled: int) -> go.Figure:
    """Places as lines from protocol to protocol; a crossing is a flip."""
    colours, heads = model_colours(run), [name_of(protocol, n_sampled) for protocol in boards]
    figure = go.Figure()
    for model in boards[OURS]:
        ranks = [list(board).index(model) + 1 for board in boards.values()]
        title = chart_text(run.model_title(model), 34)
        hover = [
            f"<b>{title}</b><br>{head}: {tr('place {n}', n=rank)}, {board[model]:.4f}<extra></extra>"
            for head, rank, board in zip(heads, ranks, boards.values(), strict=True)
        ]
        figure.add_scatter(
            x=heads,
            y=ranks,
            mode="lines+markers+text",
            line={"color": colours[model], "width": 3},
            marker={"size": 11},
            text=[*[""] * (len(heads) - 1), title],
            textposition="middle right",
            cliponaxis=False,
            hovertemplate=hover,
        )
    figure.update_layout(
        showlegend=False, height=120 + 36 * len(boards[OURS]), margin={"l": 0, "r": 230, "t": 10, "b": 0}
    )
    figure.update_yaxes(title=tr("place"), autorange="reversed", dtick=1, showgrid=False)
    figure.update_xaxes(side="top", showgrid=True)
    return figure


def _table(
    run: LoadedRun, boards: dict[Protocol, dict[str, float]], metric: LensMetric, lens: Lens, n_sampled: int
) -> None:
    orders = {protocol: list(board) for protocol, board in boards.items()}
    body = []
    for model in boards[OURS]:
        cells = []
        for protocol, board in boards.items():
            place, was = orders[protocol].index(model), orders[OURS].index(model)
            moved = "" if place == was else f" {'↑' if place < was else '↓'}{abs(place - was)}"
            below = tr("place {n}", n=place + 1) + moved
            cells.append(Cell(f"{board[model]:.3f}", below, "chosen" if place == 0 else ""))
        body.append([model_cell(run, model), *cells])
    html_table.show([tr("Model"), *(name_of(protocol, n_sampled) for protocol in boards)], body)
    sizes, nouns = lens.n_candidates, run.nouns
    st.caption(
        plain(
            tr(
                "{metric}, {drawn:,} of {n:,} held-out {playlists} of {data}, drawn with seed {seed}. Each hidden "
                "{item} is ranked alone among {full:,.0f} others on average (full) or {sampled:,.0f} (sampled), by "
                "the model's own scores, without the fallbacks for what a model cannot say; figures of the other tabs "
                "do not compare. As here: {rule} The halves are two random draws of the questions.",
                metric=_METRICS[metric],
                drawn=len(lens.rows),
                n=len(run.held_out),
                playlists=nouns.playlists,
                data=run.dataset.name,
                seed=run.config.seed,
                item=nouns.item,
                full=sizes["full"],
                sampled=sizes["sampled"],
                rule=in_nouns(tr(TIE_RULE), nouns),
            ),
            900,
        )
    )


def _reason(
    run: LoadedRun,
    lens: Lens,
    ours: dict[str, float],
    other: dict[str, float],
    protocol: Protocol,
    metric: LensMetric,
    n_sampled: int,
) -> str:
    """What a protocol does to the leaderboard, and by which mechanism, with the numbers that show it. Markdown."""
    pairs = swapped_pairs(ours, other)
    tau = float(stats.kendalltau([ours[model] for model in ours], [other[model] for model in ours]).statistic)
    head = trn(
        "**{protocol}.** {n} pair swaps (Kendall’s τ {tau:.2f}).",
        "**{protocol}.** {n} pairs swap (Kendall’s τ {tau:.2f}).",
        len(pairs),
        protocol=plain(name_of(protocol, n_sampled)).capitalize(),
        tau=tau,
    )
    if protocol.ranking == "sampled":
        why = _why_sampled(run, lens, pairs, n_sampled)
    elif protocol.ties != "ours":
        why = _why_ties(run, lens, ours, protocol.ties)
    else:
        why = _why_part(run, lens, ours, pairs, protocol, metric)
    return f"{head} {why}"


def _why_sampled(run: LoadedRun, lens: Lens, pairs: list[tuple[str, str]], n_sampled: int) -> str:
    full = lens.n_candidates["full"]
    wide = core.DEPTH * full / max(lens.n_candidates["sampled"], 1)
    items = plain(run.nouns.items)
    text = tr(
        "Among {n} {items} drawn at random the first ten are about the first {wide:,.0f} of the whole catalogue: a "
        "model is paid for places that nobody would ever scroll to.",
        n=n_sampled,
        items=items,
        wide=wide,
    )
    if not pairs:
        return text
    ahead, behind = max(pairs, key=lambda pair: lens.within(pair[1], wide) - lens.within(pair[0], wide))
    return f"{text} " + tr(
        "{ahead} has {ahead_ten} of the hidden {items} in its true first ten, {behind} {behind_ten}; within "
        "{wide:,.0f} it is {ahead_wide} and {behind_wide}, and only that is seen.",
        items=items,
        wide=wide,
        ahead=plain(run.model_title(ahead)),
        behind=plain(run.model_title(behind)),
        ahead_ten=_share(lens.within(ahead, core.DEPTH)),
        behind_ten=_share(lens.within(behind, core.DEPTH)),
        ahead_wide=_share(lens.within(ahead, wide)),
        behind_wide=_share(lens.within(behind, wide)),
    )


def _why_ties(run: LoadedRun, lens: Lens, ours: dict[str, float], ties: Ties) -> str:
    most = max(ours, key=lambda model: lens.moved_by_ties(model, ties))
    nouns = {"item": plain(run.nouns.item), "items": plain(run.nouns.items)}
    text = (
        tr(
            "Among equal scores the hidden {item} comes first: what counting “how many score strictly higher” does. A "
            "model that scores everything alike is perfect.",
            **nouns,
        )
        if ties == "optimistic"
        else tr(
            "Among equal scores the hidden {item} comes last: what counting “how many score at least as high” does. A "
            "model pays for every tie.",
            **nouns,
        )
    )
    moved = lens.moved_by_ties(most, ties)
    if moved == 0:
        return f"{text} " + tr("No model has such ties at the edge of its first ten, so nothing changes.")
    return f"{text} " + tr(
        "{model} is moved most: for {share} of the hidden {items} it decides whether they are in the first ten, "
        "because many {items} get one score, or none.",
        model=plain(run.model_title(most)),
        share=_share(moved),
        **nouns,
    )


def _why_part(
    run: LoadedRun,
    lens: Lens,
    ours: dict[str, float],
    pairs: list[tuple[str, str]],
    protocol: Protocol,
    metric: LensMetric,
) -> str:
    n = len(lens.values(next(iter(ours)), protocol, metric))
    text = tr(
        "Only {n} of the {all} questions, drawn at random: another split of the same data.", n=n, all=len(lens.rows)
    )
    if not pairs:
        return f"{text} " + tr("The order held, this time.")
    told = 0
    for ahead, behind in pairs:
        gap = paired_difference(
            lens.values(ahead, OURS, metric),
            lens.values(behind, OURS, metric),
            seed=run.config.seed,
            resamples=min(run.config.evaluation.resamples, 200),
        )
        told += gap.excludes_zero
    if told:
        return f"{text} " + trn(
            "Of the pairs that swap {n} was told apart beyond chance on all questions: even a clear lead can turn on "
            "so few.",
            "Of the pairs that swap {n} were told apart beyond chance on all questions: even a clear lead can turn on "
            "so few.",
            told,
        )
    return f"{text} " + tr(
        "None of the pairs that swap was told apart on all questions (paired bootstrap): the order of such models was "
        "chance before, and is chance now."
    )


def _share(value: float) -> str:
    return f"{100 * np.round(value, 3):.1f} %"
