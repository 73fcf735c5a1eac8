"""The protocol lens on screen: one set of answers under six protocols, the leaderboard flipping, and why."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from scipy import stats

from ..evaluation import lens as core
from ..evaluation.intervals import paired_difference
from ..evaluation.lens import OURS, PROTOCOLS, Lens, LensMetric, Protocol, Ties, swapped_pairs
from ..ordering import TIE_RULE
from ..schema import Progress
from ..serving import LoadedRun
from . import html_table
from .html_table import Cell
from .metric_tables import model_cell
from .run_words import in_nouns
from .text import chart_text, plain
from .theme import model_colours

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


def name_of(protocol: Protocol, n_sampled: int) -> str:
    """A protocol's column heading."""
    if protocol.ranking == "sampled":
        return f"{n_sampled} sampled"
    if protocol.ties != "ours":
        return f"{protocol.ties} ties"
    return "as here" if protocol.part == "all" else protocol.part


@st.fragment
def protocol_lens(run: LoadedRun, models: list[str]) -> None:
    """The tab: what the lens is, a button that asks the models again, then chart, table and reasons."""
    nouns = run.nouns
    n = min(N_QUESTIONS, len(run.held_out))
    st.markdown(
        f"The same models, the same answers, the same hidden {plain(nouns.items)}: **how much of a leaderboard is the "
        "way of judging?** Papers and tools differ in three choices, and rarely say which they made."
    )
    left, right = st.columns(2)
    metric: LensMetric = left.segmented_control(
        "Metric", list(_METRICS), format_func=_METRICS.__getitem__, default=_FIRST, required=True, key="lens.metric"
    )
    n_sampled = right.segmented_control(
        f"{nouns.items.capitalize()} drawn for the sampled ranking",
        SAMPLES,
        default=100,
        required=True,
        key="lens.sampled",
    )
    # In the configuration's order, whatever the table of another tab is sorted by.
    chosen = tuple(name for name in run.model_names if name in models)
    if len(chosen) < 2:
        st.info("Choose two models or more above.")
        return
    asked = st.session_state.setdefault("playrec_lens", set())
    place = st.empty()
    if (run.id, chosen) not in asked:
        with place.container():
            st.caption(
                f"This asks {len(chosen)} models {n:,} of the held-out questions again and keeps every score, not only "
                "the best 100: a few seconds."
            )
            if not st.button("Judge the answers six ways", type="primary", icon=":material/balance:", key="lens.go"):
                return
        asked.add((run.id, chosen))

    def progress(part: float) -> None:
        place.progress(part, "Asking the models …")

    lens = looked(run, chosen, n_sampled, progress)
    place.empty()
    _show(run, lens, metric, n_sampled)


def _show(run: LoadedRun, lens: Lens, metric: LensMetric, n_sampled: int) -> None:
    boards = {protocol: lens.board(protocol, metric) for protocol in PROTOCOLS}
    flips = [swapped_pairs(boards[OURS], boards[protocol]) for protocol in PROTOCOLS]
    winners = {next(iter(board)) for board in boards.values()}
    st.markdown(
        f"Six ways to judge, **{len(winners)} winner{'' if len(winners) == 1 else 's'}**, and up to "
        f"**{max(map(len, flips))}** of {len(boards[OURS]) * (len(boards[OURS]) - 1) // 2} pairs of models swapped."
    )
    st.plotly_chart(
        _bumps(run, boards, n_sampled),
        config={"displayModeBar": False},
        alt="The place of every model under each protocol; the same places stand in the table below",
    )
    _table(run, boards, metric, lens, n_sampled)
    st.subheader("Why it flips")
    for protocol in PROTOCOLS[1:]:
        st.markdown(_reason(run, lens, boards[OURS], boards[protocol], protocol, metric, n_sampled))


def _bumps(run: LoadedRun, boards: dict[Protocol, dict[str, float]], n_sampled: int) -> go.Figure:
    """Places as lines from protocol to protocol; a crossing is a flip."""
    colours, heads = model_colours(run.model_names), [name_of(protocol, n_sampled) for protocol in boards]
    figure = go.Figure()
    for model in boards[OURS]:
        ranks = [list(board).index(model) + 1 for board in boards.values()]
        title = chart_text(run.model_title(model), 34)
        hover = [
            f"<b>{title}</b><br>{head}: place {rank}, {board[model]:.4f}<extra></extra>"
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
    figure.update_yaxes(title="place", autorange="reversed", dtick=1, showgrid=False)
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
            cells.append(Cell(f"{board[model]:.3f}", f"place {place + 1}{moved}", "chosen" if place == 0 else ""))
        body.append([model_cell(run, model), *cells])
    html_table.show(["Model", *(name_of(protocol, n_sampled) for protocol in boards)], body)
    sizes = lens.n_candidates
    st.caption(
        plain(
            f"{_METRICS[metric]}, {len(lens.rows):,} of {len(run.held_out):,} held-out {run.nouns.playlists} of "
            f"{run.dataset.name}, drawn with seed {run.config.seed}. Each hidden {run.nouns.item} is ranked alone "
            f"among {sizes['full']:,.0f} others on average (full) or {sizes['sampled']:,.0f} (sampled), by the "
            "model's own scores, without the fallbacks for what a model cannot say; figures of the other tabs do not "
            "compare. "
            f"As here: {TIE_RULE} The halves are two random draws of the questions.",
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
    head = f"**{plain(name_of(protocol, n_sampled)).capitalize()}.** {len(pairs)} pairs swap (Kendall’s τ {tau:.2f}). "
    if protocol.ranking == "sampled":
        return head + in_nouns(_why_sampled(run, lens, pairs, n_sampled), run.nouns)
    if protocol.ties != "ours":
        return head + in_nouns(_why_ties(run, lens, ours, protocol.ties), run.nouns)
    return head + in_nouns(_why_part(run, lens, ours, pairs, protocol, metric), run.nouns)


def _why_sampled(run: LoadedRun, lens: Lens, pairs: list[tuple[str, str]], n_sampled: int) -> str:
    full = lens.n_candidates["full"]
    wide = core.DEPTH * full / max(lens.n_candidates["sampled"], 1)
    text = (
        f"Among {n_sampled} songs drawn at random the first ten are about the first {wide:,.0f} of the whole "
        f"catalogue: a model is paid for places that nobody would ever scroll to. "
    )
    if pairs:
        ahead, behind = max(pairs, key=lambda pair: lens.within(pair[1], wide) - lens.within(pair[0], wide))
        text += (
            f"{plain(run.model_title(ahead))} has {_share(lens.within(ahead, core.DEPTH))} of the hidden songs in its "
            f"true first ten, {plain(run.model_title(behind))} {_share(lens.within(behind, core.DEPTH))}; within "
            f"{wide:,.0f} it is {_share(lens.within(ahead, wide))} and {_share(lens.within(behind, wide))}, and only "
            "that is seen."
        )
    return text


def _why_ties(run: LoadedRun, lens: Lens, ours: dict[str, float], ties: Ties) -> str:
    most = max(ours, key=lambda model: lens.moved_by_ties(model, ties))
    side = "first" if ties == "optimistic" else "last"
    text = f"Among equal scores the hidden song comes {side}: "
    text += {
        "ours": "as here.",
        "optimistic": "what counting “how many score strictly higher” does. A model that scores everything alike is "
        "perfect.",
        "pessimistic": "what counting “how many score at least as high” does. A model pays for every tie.",
    }[ties]
    if lens.moved_by_ties(most, ties) == 0:
        return f"{text} No model has such ties at the edge of its first ten, so nothing changes."
    return (
        f"{text} {plain(run.model_title(most))} is moved most: for {_share(lens.moved_by_ties(most, ties))} of the "
        "hidden songs it decides whether they are in the first ten, because many songs get one score, or none."
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
    text = f"Only {n} of the {len(lens.rows)} questions, drawn at random: another split of the same data. "
    if not pairs:
        return text + "The order held, this time."
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
        return text + (
            f"Of the pairs that swap {told} were told apart beyond chance on all questions: even a clear lead can turn "
            "on so few."
        )
    return text + (
        "None of the pairs that swap was told apart on all questions (paired bootstrap): the order of such models was "
        "chance before, and is chance now."
    )


def _share(value: float) -> str:
    return f"{100 * np.round(value, 3):.1f} %"
