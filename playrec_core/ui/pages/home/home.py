"""Sections of Home: data set, first steps, leaderboard and provenance."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import streamlit as st

from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation.intervals import Interval, paired_difference
from playrec_core.i18n import moment, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.session import model_view, page_files
from playrec_core.ui.session.playlist import EMPTY_PLAYLIST, OpenPlaylist, to_address
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.figures import decimals, figures
from playrec_core.ui.wording.items import collection, label
from playrec_core.ui.wording.run import evidence, split_in_words, tags_are_measurable, why_no_tags


def what_it_is(run: LoadedRun) -> None:
    """Draw the introduction, one sentence."""
    nouns = run.nouns
    st.markdown(
        tr(
            "Look inside recommenders that continue {collections}: what each model recommends and why, which {items} "
            "it finds similar, and how many held-out {items} it recovers.",
            collections=plain(collection(nouns, several=True)),
            items=plain(nouns.items),
        )
    )


def sizes(run: LoadedRun) -> None:
    """Draw the sizes of the data set."""
    data, nouns = run.dataset, run.nouns
    created = datetime.fromisoformat(run.run.manifest.created)
    cells = {
        nouns.items.capitalize(): f"{data.n_items:,}",
        tr("Training {playlists}", playlists=nouns.playlists): f"{data.n_playlists:,}",
        tr("{items} per {playlist}", items=nouns.items.capitalize(), playlist=nouns.playlist): (
            f"{data.interactions.nnz / max(data.n_playlists, 1):.1f}"
        ),
        tr("Tags"): f"{len(data.tags):,}",
        tr("Held out"): f"{len(run.held_out):,}",
    }
    with st.container(horizontal=True, gap="large"):
        for name, value in cells.items():
            st.metric(plain(name), value, width="content")
    st.caption(
        tr(
            "Data: {data}. Trained on {date} UTC, seed {seed}.",
            data=plain(data.name),
            date=moment(created),
            seed=run.run.manifest.seed,
        )
    )
    for note in run.run.manifest.notes:
        st.caption(plain(note, 500))


def who_wins(run: LoadedRun) -> None:
    """Draw one sentence: the best model by the main metric, and by how much."""
    metric, title = next(iter(_columns(run).items()))
    found = figures(run)
    order = _best_first(run, metric)
    if len(order) < 2:
        return
    best, second = order[:2]
    gap = _gap(run, metric, best, second)
    digits = decimals([found[best, metric], gap])
    facts = {
        "best": plain(run.model_title(best)),
        "second": plain(run.model_title(second)),
        "metric": title,
        "mean": f"{found[best, metric].mean:.{digits}f}",
        "gap": f"{gap.mean:.{digits}f}",
        "low": f"{gap.low:.{digits}f}",
        "high": f"{gap.high:.{digits}f}",
        "n": len(run.held_out),
        "playlists": plain(run.nouns.playlists),
        "models": len(order),
    }
    st.markdown(
        tr(
            "**Of {models} models, {best} recommends best:** {metric} {mean} on {n:,} held-out {playlists}, {gap} more "
            "than {second} (95 % CI {low} to {high}).",
            **facts,
        )
        if gap.excludes_zero
        else tr(
            "**Of {models} models, {best} is ahead, but not clearly:** {metric} {mean} on {n:,} held-out {playlists}; "
            "the difference from {second} is {gap} (95 % CI {low} to {high}) and may be chance.",
            **facts,
        )
    )


@per_run(64)
def _gap(run: LoadedRun, metric: str, model: str, other: str) -> Interval:
    """How far one model is ahead of another on the same playlists."""
    seed, resamples = run.config.seed, run.config.evaluation.resamples
    values = [run.held_out_values(name)[metric] for name in (model, other)]
    return paired_difference(*values, seed=seed, resamples=resamples)


def _columns(run: LoadedRun) -> dict[str, str]:
    """The metrics of the leaderboard and their titles, the main one first."""
    ndcg = tr("{item} nDCG", item=run.nouns.item.capitalize())
    columns = {"ndcg": ndcg, "recall@100": "Recall@100", "hit_rate@10": tr("Hit rate@{k}", k=10)}
    if tags_are_measurable(run):
        columns = {"score": tr("Score"), "ndcg": ndcg, "tag_ndcg": tr("Tag nDCG"), "recall@100": "Recall@100"}
    found = figures(run)
    return {metric: title for metric, title in columns.items() if (run.model_names[0], metric) in found}


def _best_first(run: LoadedRun, metric: str) -> list[str]:
    found = figures(run)
    return sorted(run.model_names, key=lambda name: -np.nan_to_num(found[name, metric].mean))


def scores(run: LoadedRun) -> None:
    """Draw the leaderboard: main metrics with intervals, best first. Models that are not shown are folded,
    but for the best one."""
    st.header(tr("Leaderboard"))
    columns = _columns(run)
    order = _best_first(run, next(iter(columns)))
    shown = {*model_view.current(run).shown, order[0]}
    if len(shown) < len(order):
        st.caption(tr("The models shown by default or chosen by you, and the best one; the others are below."))
    _score_table(run, columns, [name for name in order if name in shown], tr("Leaderboard"))
    if others := [name for name in order if name not in shown]:
        with st.expander(tr("{n} more models", n=len(others))):
            _score_table(run, columns, others, tr("More models"))
    st.caption(evidence(run) + ".")
    if not tags_are_measurable(run):
        st.caption(why_no_tags(run))
    st.caption(plain(split_in_words(run), 1000))


def _score_table(run: LoadedRun, columns: Mapping[str, str], order: Sequence[str], box: str) -> None:
    found, colours = figures(run), model_colours(run)
    lines: list[list[str | html_table.Cell]] = [
        [html_table.Cell(run.model_title(name), colour=colours[name])] for name in order
    ]
    for metric in columns:
        intervals = [found[name, metric] for name in order]
        digits = decimals(intervals)
        for line, each in zip(lines, intervals, strict=True):
            line.append(f"{each.mean:.{digits}f}  ({each.low:.{digits}f} – {each.high:.{digits}f})")
    html_table.show([tr("Model"), *columns.values()], lines, box=box)


def first_steps(run: LoadedRun) -> None:
    """Draw links to pages with something to see."""
    nouns = run.nouns
    st.header(tr("Start here"))
    steps: list[tuple[str, str, str, OpenPlaylist]] = []
    example, titled = held_out.example(run), _titled(run)
    if example is not None:
        says = tr(
            "A held-out {playlist}, {shown} {items} shown and {hidden} hidden: which model finds them?",
            playlist=nouns.playlist,
            shown=len(example.seed.songs),
            items=nouns.items,
            hidden=len(example.hidden),
        )
        name = tr("Continue a {collection}", collection=collection(nouns))
        steps.append((page_files.CONTINUE, name, says, held_out.playlist_of(example)))
    if titled is not None:
        says = tr(
            "“{title}” and no {items}. Models that ignore titles use a fallback and say so.",
            title=titled.seed.title,
            items=nouns.items,
        )
        steps.append((page_files.CONTINUE, tr("Start from a title"), says, titled))
    if len(run.dataset.tags):
        says = tr(
            "Only “{tag}”, the most frequent tag. Compare what the models recommend.",
            tag=terms.tags(run.dataset, [0])[0],
        )
        steps.append((page_files.CONTINUE, tr("Start from a tag"), says, EMPTY_PLAYLIST.with_tag(0)))
    says = tr("Start at “{item}”, the most popular, and move from neighbour to neighbour.", item=label(run.dataset, 0))
    steps.append((page_files.SIMILAR, tr("Find similar {items}", items=nouns.items), says, EMPTY_PLAYLIST))
    for column, (page, name, says, playlist) in zip(st.columns(len(steps)), steps, strict=True):
        with column.container(border=True, height="stretch"):
            address = to_address(playlist, run.dataset) or None
            st.page_link(page, label=plain(name, 70), icon=":material/arrow_forward:", query_params=address)
            st.caption(plain(says, 300))


def _titled(run: LoadedRun) -> OpenPlaylist | None:
    """The first held-out playlist that shows only its title."""
    kinds = run.held_out.table[HeldOut.KIND].to_pylist()
    row = next((row for row, kind in enumerate(kinds) if kind == "title" and run.held_out.seeds[row].title), None)
    return None if row is None else held_out.playlist_of(run.held_out_playlist(row))


def provenance(run: LoadedRun) -> None:
    """Draw the run's provenance and how to check its files."""
    manifest = run.run.manifest
    with st.expander(tr("About this run")):
        lines = (
            tr("Run {run}", run=manifest.run_id),
            tr("Seed {seed}", seed=manifest.seed),
            tr("Trained in {seconds:.0f} s", seconds=sum(manifest.timings.values())),
            tr("Data fingerprint {fingerprint}", fingerprint=manifest.dataset.fingerprint),
            ", ".join(f"{name} {version}" for name, version in manifest.versions.items()),
        )
        st.text("\n".join(lines))
        st.caption(tr("To check every file of the run against its hash:"))
        st.code("python -m playrec_core check", language="bash")
