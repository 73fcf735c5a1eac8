"""The Protocols tab: the same models under six evaluation protocols, and why the leaderboard changes."""

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
    HeldOutRanks,
    Protocol,
    RankMetric,
    Ties,
    swapped_pairs,
)
from playrec_core.i18n import mark, tr, trn
from playrec_core.numerics.topk import TIE_RULE
from playrec_core.schema import Progress
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.wording.escape import chart_text, plain
from playrec_core.ui.wording.run import in_nouns

from .tables import model_cell

N_PLAYLISTS = 200
SAMPLES = (20, 100, 500)
MOST_CACHED = 16
_FIRST: RankMetric = "ndcg"
_METRICS: dict[RankMetric, str] = {_FIRST: "nDCG@10", "recall": "Recall@10"}


@per_run(1)
def _cache(run: LoadedRun) -> dict[tuple[tuple[str, ...], int], HeldOutRanks]:
    """Results of all sessions by models and number of negatives."""
    return {}


def held_out_ranks(run: LoadedRun, models: tuple[str, ...], n_sampled: int, progress: Progress) -> HeldOutRanks:
    """The models' ranks of the held-out items of a sample of playlists, cached for all sessions."""
    # Not `st.cache_data`, which would replay the progress bar.
    cached = _cache(run)
    if (models, n_sampled) not in cached:
        found = core.rank_held_out(
            {name: run.model(name) for name in models},
            run.held_out,
            n_items=run.dataset.n_items,
            n_playlists=N_PLAYLISTS,
            n_sampled=n_sampled,
            seed=run.config.seed,
            progress=progress,
        )
        if len(cached) >= MOST_CACHED:
            cached.clear()
        cached[models, n_sampled] = found
    return cached[models, n_sampled]


_NAMES = {
    OURS: mark("this app's protocol"),
    replace(OURS, ties="optimistic"): mark("optimistic ties"),
    replace(OURS, ties="pessimistic"): mark("pessimistic ties"),
    replace(OURS, part="first half"): mark("first half"),
    replace(OURS, part="second half"): mark("second half"),
}


def name_of(protocol: Protocol, n_sampled: int) -> str:
    """A protocol's column heading."""
    return tr("{n} sampled", n=n_sampled) if protocol.ranking == "sampled" else tr(_NAMES[protocol])


@st.fragment
def protocol_sensitivity(run: LoadedRun, models: list[str]) -> None:
    """Draw the tab: introduction, a button to score the models again, then chart, table and reasons."""
    nouns = run.nouns
    n = min(N_PLAYLISTS, len(run.held_out))
    st.markdown(
        tr(
            "Same models, same scores, same held-out {items}: **how much does a leaderboard depend on the evaluation "
            "protocol?** Papers and tools differ in three choices and rarely state them.",
            items=plain(nouns.items),
        )
    )
    left, right = st.columns(2)
    metric: RankMetric = left.segmented_control(
        tr("Metric"), list(_METRICS), format_func=_METRICS.__getitem__, default=_FIRST, required=True, key="lens.metric"
    )
    n_sampled = right.segmented_control(
        tr("Negatives sampled per {playlist}", playlist=nouns.playlist),
        SAMPLES,
        default=100,
        required=True,
        key="lens.sampled",
    )
    # In the configuration's order, so that the sort order of other tabs does not change the cache key.
    chosen = tuple(name for name in run.model_names if name in models)
    if len(chosen) < 2:
        st.info(tr("Choose two models or more above."))
        return
    computed = st.session_state.setdefault("playrec_lens", set())
    place = st.empty()
    if (run.id, chosen) not in computed:
        with place.container():
            st.caption(
                tr(
                    "Scores {n:,} of the held-out {playlists} again with {models} models and keeps every score, not "
                    "only the top 100. Takes a few seconds.",
                    models=len(chosen),
                    n=n,
                    playlists=plain(nouns.playlists),
                )
            )
            if not st.button(tr("Compare six protocols"), type="primary", icon=":material/balance:", key="lens.go"):
                return
        computed.add((run.id, chosen))

    def progress(part: float) -> None:
        place.progress(part, tr("Scoring …"))

    ranks = held_out_ranks(run, chosen, n_sampled, progress)
    place.empty()
    _show(run, ranks, metric, n_sampled)


def _show(run: LoadedRun, ranks: HeldOutRanks, metric: RankMetric, n_sampled: int) -> None:
    boards = {protocol: ranks.leaderboard(protocol, metric) for protocol in PROTOCOLS}
    swaps = [swapped_pairs(boards[OURS], boards[protocol]) for protocol in PROTOCOLS]
    winners = {next(iter(board)) for board in boards.values()}
    st.markdown(
        trn(
            "Six protocols, **{n} winner**, up to **{swapped}** of {pairs} pairs of models swapped.",
            "Six protocols, **{n} winners**, up to **{swapped}** of {pairs} pairs of models swapped.",
            len(winners),
            swapped=max(map(len, swaps)),
            pairs=len(boards[OURS]) * (len(boards[OURS]) - 1) // 2,
        )
    )
    st.plotly_chart(
        _bumps(run, boards, n_sampled),
        config={"displayModeBar": False},
        alt=tr("The rank of every model under each protocol; the same ranks are in the table below"),
    )
    _table(run, boards, metric, ranks, n_sampled)
    st.header(tr("Why the order changes"))
    for protocol in PROTOCOLS[1:]:
        st.markdown(_reason(run, ranks, boards[OURS], boards[protocol], protocol, metric, n_sampled))


def _bumps(run: LoadedRun, boards: dict[Protocol, dict[str, float]], n_sampled: int) -> go.Figure:
    """A bump chart: ranks as lines across protocols."""
    colours, heads = model_colours(run), [name_of(protocol, n_sampled) for protocol in boards]
    figure = go.Figure()
    for model in boards[OURS]:
        ranks = [list(board).index(model) + 1 for board in boards.values()]
        title = chart_text(run.model_title(model), 34)
        hover = [
            f"<b>{title}</b><br>{head}: {tr('rank {n}', n=rank)}, {board[model]:.4f}<extra></extra>"
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
    figure.update_yaxes(title=tr("rank"), autorange="reversed", dtick=1, showgrid=False)
    figure.update_xaxes(side="top", showgrid=True)
    return figure


def _table(
    run: LoadedRun, boards: dict[Protocol, dict[str, float]], metric: RankMetric, ranks: HeldOutRanks, n_sampled: int
) -> None:
    orders = {protocol: list(board) for protocol, board in boards.items()}
    body = []
    for model in boards[OURS]:
        cells = []
        for protocol, board in boards.items():
            place, was = orders[protocol].index(model), orders[OURS].index(model)
            moved = "" if place == was else f" {'↑' if place < was else '↓'}{abs(place - was)}"
            below = tr("rank {n}", n=place + 1) + moved
            cells.append(Cell(f"{board[model]:.3f}", below, "chosen" if place == 0 else ""))
        body.append([model_cell(run, model), *cells])
    html_table.show([tr("Model"), *(name_of(protocol, n_sampled) for protocol in boards)], body)
    sizes, nouns = ranks.n_candidates, run.nouns
    st.caption(
        plain(
            tr(
                "{metric}, {drawn:,} of {n:,} held-out {playlists} of {data}, sampled with seed {seed}. Each held-out "
                "{item} is ranked on its own among {full:,.0f} others on average (full) or {sampled:,.0f} (sampled), "
                "by the model's scores without fallbacks; the figures are not comparable with the other tabs. This "
                "app's protocol: {rule} The halves are a random split of the {playlists}.",
                metric=_METRICS[metric],
                drawn=len(ranks.rows),
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
    ranks: HeldOutRanks,
    ours: dict[str, float],
    other: dict[str, float],
    protocol: Protocol,
    metric: RankMetric,
    n_sampled: int,
) -> str:
    """Why a protocol changes the leaderboard, with the numbers that show it. Markdown."""
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
        why = _why_sampled(run, ranks, pairs, n_sampled)
    elif protocol.ties != "ours":
        why = _why_ties(run, ranks, ours, protocol.ties)
    else:
        why = _why_part(run, ranks, ours, pairs, protocol, metric)
    return f"{head} {why}"


def _why_sampled(run: LoadedRun, ranks: HeldOutRanks, pairs: list[tuple[str, str]], n_sampled: int) -> str:
    full = ranks.n_candidates["full"]
    wide = core.DEPTH * full / max(ranks.n_candidates["sampled"], 1)
    items = plain(run.nouns.items)
    text = tr(
        "The top ten among {n} random {items} is about the top {wide:,.0f} of the whole catalogue: ranks that nobody "
        "would scroll to count as hits.",
        n=n_sampled,
        items=items,
        wide=wide,
    )
    if not pairs:
        return text
    ahead, behind = max(pairs, key=lambda pair: ranks.within(pair[1], wide) - ranks.within(pair[0], wide))
    return f"{text} " + tr(
        "{ahead} has {ahead_ten} of the held-out {items} in its true top ten, {behind} {behind_ten}; in the top "
        "{wide:,.0f} they have {ahead_wide} and {behind_wide}, and sampled ranking sees only that.",
        items=items,
        wide=wide,
        ahead=plain(run.model_title(ahead)),
        behind=plain(run.model_title(behind)),
        ahead_ten=_share(ranks.within(ahead, core.DEPTH)),
        behind_ten=_share(ranks.within(behind, core.DEPTH)),
        ahead_wide=_share(ranks.within(ahead, wide)),
        behind_wide=_share(ranks.within(behind, wide)),
    )


def _why_ties(run: LoadedRun, ranks: HeldOutRanks, ours: dict[str, float], ties: Ties) -> str:
    most = max(ours, key=lambda model: ranks.moved_by_ties(model, ties))
    nouns = {"item": plain(run.nouns.item), "items": plain(run.nouns.items)}
    text = (
        tr(
            "Among equal scores the held-out {item} comes first, as when only strictly higher scores are counted. A "
            "model with equal scores for all {items} is perfect.",
            **nouns,
        )
        if ties == "optimistic"
        else tr(
            "Among equal scores the held-out {item} comes last, as when scores at least as high are counted. Every tie "
            "costs a model.",
            **nouns,
        )
    )
    moved = ranks.moved_by_ties(most, ties)
    if moved == 0:
        return f"{text} " + tr("No model has such ties at the edge of its top ten, so nothing changes.")
    return f"{text} " + tr(
        "{model} is affected most: the rule decides whether {share} of the held-out {items} are in the top ten, "
        "because many {items} have equal scores or none.",
        model=plain(run.model_title(most)),
        share=_share(moved),
        **nouns,
    )


def _why_part(
    run: LoadedRun,
    ranks: HeldOutRanks,
    ours: dict[str, float],
    pairs: list[tuple[str, str]],
    protocol: Protocol,
    metric: RankMetric,
) -> str:
    n, playlists = len(ranks.values(next(iter(ours)), protocol, metric)), plain(run.nouns.playlists)
    text = tr(
        "Only {n} of the {all} {playlists}, chosen at random: another split of the same data.",
        n=n,
        all=len(ranks.rows),
        playlists=playlists,
    )
    if not pairs:
        return f"{text} " + tr("The order does not change here.")
    significant = 0
    for ahead, behind in pairs:
        gap = paired_difference(
            ranks.values(ahead, OURS, metric),
            ranks.values(behind, OURS, metric),
            seed=run.config.seed,
            resamples=min(run.config.evaluation.resamples, 200),
        )
        significant += gap.excludes_zero
    if significant:
        return f"{text} " + trn(
            "{n} of the swapped pairs was significantly different on all {playlists}: with so few, even a clear lead "
            "can turn.",
            "{n} of the swapped pairs were significantly different on all {playlists}: with so few, even a clear lead "
            "can turn.",
            significant,
            playlists=playlists,
        )
    return f"{text} " + tr(
        "None of the swapped pairs was significantly different on all {playlists} (paired bootstrap): their order was "
        "not established before either.",
        playlists=playlists,
    )


def _share(value: float) -> str:
    return f"{100 * np.round(value, 3):.1f} %"
