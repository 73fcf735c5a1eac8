"""The Protocols tab: the same models under several evaluation protocols, and why the leaderboard changes."""

from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from scipy import stats

from playrec_core.evaluation import protocol_sensitivity as core
from playrec_core.evaluation.intervals import paired_difference
from playrec_core.evaluation.protocol_sensitivity import (
    OURS,
    RELEASED,
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
from playrec_core.ui.charts.plot import plot
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.segments import segments
from playrec_core.ui.wording.escape import chart_text, plain
from playrec_core.ui.wording.run import in_nouns, plain_nouns

from .tables import model_cell

N_PLAYLISTS = 200
SAMPLES = (20, 100, 500)
_METRICS: dict[RankMetric, str] = {"ndcg": "nDCG@10", "recall": "Recall@10"}


@per_run(16)
def held_out_ranks(
    run: LoadedRun, models: tuple[str, ...], n_sampled: int, by_release: bool, _progress: Progress
) -> HeldOutRanks:
    """The models' ranks of the held-out items of a sample of playlists; ``by_release`` adds the release-date rule."""
    return core.rank_held_out(
        {name: run.model(name) for name in models},
        run.held_out,
        n_items=run.dataset.n_items,
        n_playlists=N_PLAYLISTS,
        n_sampled=n_sampled,
        seed=run.config.seed,
        released=run.dataset.release_months if by_release else None,
        progress=_progress,
    )


@per_run(1)
def _has_dates(run: LoadedRun) -> bool:
    """Whether the data has release dates, and dates of the last change of held-out playlists."""
    return bool(run.dataset.release_months.any()) and any(seed.updated for seed in run.held_out.seeds)


_NAMES = {
    OURS: mark("this app's protocol"),
    replace(OURS, ties="optimistic"): mark("optimistic ties"),
    replace(OURS, ties="pessimistic"): mark("pessimistic ties"),
    replace(OURS, part="first half"): mark("first half"),
    replace(OURS, part="second half"): mark("second half"),
    RELEASED: mark("release-date rule"),
}


@dataclass(frozen=True)
class _Compared:
    """The leaderboards of one metric under every protocol."""

    run: LoadedRun
    ranks: HeldOutRanks
    metric: RankMetric
    n_sampled: int

    @cached_property
    def boards(self) -> dict[Protocol, dict[str, float]]:
        return {protocol: self.ranks.leaderboard(protocol, self.metric) for protocol in self.ranks.protocols}

    @cached_property
    def swaps(self) -> dict[Protocol, list[tuple[str, str]]]:
        """Pairs of models in another order than under this app's protocol."""
        return {protocol: swapped_pairs(self.boards[OURS], board) for protocol, board in self.boards.items()}

    def name_of(self, protocol: Protocol) -> str:
        """A protocol's column heading."""
        return tr("{n} sampled", n=self.n_sampled) if protocol.ranking == "sampled" else tr(_NAMES[protocol])


@st.fragment
def protocol_sensitivity(run: LoadedRun, models: list[str]) -> None:
    """Draw the tab: introduction, a button to score the models again, then chart, table and reasons."""
    nouns = plain_nouns(run)
    st.markdown(
        tr(
            "Same models, same scores, same held-out {items}: **how much does a leaderboard depend on the evaluation "
            "protocol?** Papers and tools differ in three choices and rarely state them.",
            **nouns,
        )
    )
    left, right = st.columns(2)
    with left:
        metric = segments(tr("Metric"), _METRICS, "lens.metric")
    n_sampled = right.segmented_control(
        tr("Negatives sampled per {playlist}", playlist=run.nouns.playlist),
        SAMPLES,
        default=100,
        required=True,
        key="lens.sampled",
    )
    by_release = _has_dates(run) and st.toggle(
        tr("Release-date rule"),
        key="lens.release",
        help=tr(
            "A {item} issued in a later month than the {playlist} was last changed in cannot be in it. Ranks the "
            "held-out {items} once more, without such {items}.",
            **nouns,
        ),
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
                    n=min(N_PLAYLISTS, len(run.held_out)),
                    **nouns,
                )
            )
            if not st.button(tr("Compare protocols"), type="primary", icon=":material/balance:", key="lens.go"):
                return
        computed.add((run.id, chosen))

    def progress(part: float) -> None:
        place.progress(part, tr("Scoring …"))

    ranks = held_out_ranks(run, chosen, n_sampled, by_release, progress)
    place.empty()
    _show(_Compared(run, ranks, metric, n_sampled))


def _show(found: _Compared) -> None:
    winners = {next(iter(board)) for board in found.boards.values()}
    n_models = len(found.boards[OURS])
    st.markdown(
        trn(
            "{protocols} protocols, **{n} winner**, up to **{swapped}** of {pairs} pairs of models swapped.",
            "{protocols} protocols, **{n} winners**, up to **{swapped}** of {pairs} pairs of models swapped.",
            len(winners),
            protocols=len(found.boards),
            swapped=max(map(len, found.swaps.values())),
            pairs=n_models * (n_models - 1) // 2,
        )
    )
    plot(_bumps(found), tr("The rank of every model under each protocol; the same ranks are in the table below"))
    _table(found)
    st.header(tr("Why the order changes"))
    for protocol in found.ranks.protocols[1:]:
        st.markdown(_reason(found, protocol))


def _bumps(found: _Compared) -> go.Figure:
    """A bump chart: ranks as lines across protocols."""
    run, boards = found.run, found.boards
    colours, heads = model_colours(run), list(map(found.name_of, boards))
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


def _table(found: _Compared) -> None:
    run, boards, sizes = found.run, found.boards, found.ranks.n_candidates
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
    html_table.show([tr("Model"), *map(found.name_of, boards)], body)
    st.caption(
        plain(
            tr(
                "{metric}, {drawn:,} of {n:,} held-out {playlists} of {data}, sampled with seed {seed}. Each held-out "
                "{item} is ranked on its own among {full:,.0f} others on average (full) or {sampled:,.0f} (sampled), "
                "by the model's scores without fallbacks; the figures are not comparable with the other tabs. This "
                "app's protocol: {rule} The halves are a random split of the {playlists}.",
                metric=_METRICS[found.metric],
                drawn=len(found.ranks.rows),
                n=len(run.held_out),
                data=run.dataset.name,
                seed=run.config.seed,
                full=sizes["full"],
                sampled=sizes["sampled"],
                rule=in_nouns(tr(TIE_RULE), run.nouns),
                **asdict(run.nouns),
            ),
            900,
        )
    )


def _reason(found: _Compared, protocol: Protocol) -> str:
    """Why a protocol changes the leaderboard, with the numbers that show it. Markdown."""
    ours, other = found.boards[OURS], found.boards[protocol]
    tau = float(stats.kendalltau([ours[model] for model in ours], [other[model] for model in ours]).statistic)
    head = trn(
        "**{protocol}.** {n} pair swaps (Kendall’s τ {tau:.2f}).",
        "**{protocol}.** {n} pairs swap (Kendall’s τ {tau:.2f}).",
        len(found.swaps[protocol]),
        protocol=plain(found.name_of(protocol)).capitalize(),
        tau=tau,
    )
    if protocol.ranking == "sampled":
        why = _why_sampled(found, found.swaps[protocol])
    elif protocol.ranking == "released":
        why = _why_released(found)
    elif protocol.ties != "ours":
        why = _why_ties(found, protocol.ties)
    else:
        why = _why_part(found, protocol)
    return f"{head} {why}"


def _why_sampled(found: _Compared, pairs: list[tuple[str, str]]) -> str:
    run, ranks, nouns = found.run, found.ranks, plain_nouns(found.run)
    wide = core.DEPTH * ranks.n_candidates["full"] / max(ranks.n_candidates["sampled"], 1)
    text = tr(
        "The top ten among {n} random {items} is about the top {wide:,.0f} of the whole catalogue: ranks that nobody "
        "would scroll to count as hits.",
        n=found.n_sampled,
        wide=wide,
        **nouns,
    )
    if not pairs:
        return text
    ahead, behind = max(pairs, key=lambda pair: ranks.within(pair[1], wide) - ranks.within(pair[0], wide))
    return f"{text} " + tr(
        "{ahead} has {ahead_ten} of the held-out {items} in its true top ten, {behind} {behind_ten}; in the top "
        "{wide:,.0f} they have {ahead_wide} and {behind_wide}, and sampled ranking sees only that.",
        wide=wide,
        ahead=plain(run.model_title(ahead)),
        behind=plain(run.model_title(behind)),
        ahead_ten=_share(ranks.within(ahead, core.DEPTH)),
        behind_ten=_share(ranks.within(behind, core.DEPTH)),
        ahead_wide=_share(ranks.within(ahead, wide)),
        behind_wide=_share(ranks.within(behind, wide)),
        **nouns,
    )


def _why_released(found: _Compared) -> str:
    ours, other, sizes, nouns = (
        found.boards[OURS],
        found.boards[RELEASED],
        found.ranks.n_candidates,
        plain_nouns(found.run),
    )
    most = max(ours, key=lambda model: other[model] - ours[model])
    return tr(
        "{share} of the candidates were issued in a later month than the {playlist} was last changed in, so they "
        "cannot be in it. {model} gains most without them: {metric} {before:.3f} becomes {after:.3f}.",
        share=_share(1 - sizes["released"] / max(sizes["full"], 1)),
        model=plain(found.run.model_title(most)),
        metric=_METRICS[found.metric],
        before=ours[most],
        after=other[most],
        **nouns,
    )


def _why_ties(found: _Compared, ties: Ties) -> str:
    moved = {model: found.ranks.moved_by_ties(model, ties) for model in found.boards[OURS]}
    most, nouns = max(moved, key=moved.__getitem__), plain_nouns(found.run)
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
    if not moved[most]:
        return f"{text} " + tr("No model has such ties at the edge of its top ten, so nothing changes.")
    return f"{text} " + tr(
        "{model} is affected most: the rule decides whether {share} of the held-out {items} are in the top ten, "
        "because many {items} have equal scores or none.",
        model=plain(found.run.model_title(most)),
        share=_share(moved[most]),
        **nouns,
    )


def _why_part(found: _Compared, protocol: Protocol) -> str:
    run, ranks, metric, nouns = found.run, found.ranks, found.metric, plain_nouns(found.run)
    text = tr(
        "Only {n} of the {all} {playlists}, chosen at random: another split of the same data.",
        n=len(ranks.values(next(iter(found.boards[OURS])), protocol, metric)),
        all=len(ranks.rows),
        **nouns,
    )
    if not found.swaps[protocol]:
        return f"{text} " + tr("The order does not change here.")
    significant = 0
    for pair in found.swaps[protocol]:
        ahead, behind = (ranks.values(model, OURS, metric) for model in pair)
        resamples = min(run.config.evaluation.resamples, 200)
        significant += paired_difference(ahead, behind, seed=run.config.seed, resamples=resamples).excludes_zero
    if significant:
        return f"{text} " + trn(
            "{n} of the swapped pairs was significantly different on all {playlists}: with so few, even a clear lead "
            "can turn.",
            "{n} of the swapped pairs were significantly different on all {playlists}: with so few, even a clear lead "
            "can turn.",
            significant,
            **nouns,
        )
    return f"{text} " + tr(
        "None of the swapped pairs was significantly different on all {playlists} (paired bootstrap): their order was "
        "not established before either.",
        **nouns,
    )


def _share(value: float) -> str:
    return f"{100 * np.round(value, 3):.1f} %"
