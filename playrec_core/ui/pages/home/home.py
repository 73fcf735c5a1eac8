"""Home's parts: what is loaded, how the models do, what to try first, and what the run notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import streamlit as st

from playrec_core.data.held_out import HeldOut
from playrec_core.i18n import moment, tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.session import page_files
from playrec_core.ui.session.playlist import EMPTY_PLAYLIST, OpenPlaylist, to_address
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.figures import decimals, figures
from playrec_core.ui.wording.items import collection, label
from playrec_core.ui.wording.run import evidence, split_in_words, tags_are_measurable, why_no_tags


def what_it_is(run: LoadedRun) -> None:
    """One sentence for somebody who has never been here."""
    nouns = run.nouns
    st.markdown(
        tr(
            "Look inside recommenders that continue {collections}: what each model would add, why, what it finds "
            "alike, and how much it finds of what {playlists} hid from it.",
            collections=plain(collection(nouns, several=True)),
            playlists=plain(nouns.playlists),
        )
    )


def sizes(run: LoadedRun) -> None:
    """The data set in figures."""
    data, nouns = run.dataset, run.nouns
    links = data.interactions.nnz
    created = datetime.fromisoformat(run.run.manifest.created)
    cells = {
        nouns.items.capitalize(): f"{data.n_items:,}",
        tr("{playlists} trained on", playlists=nouns.playlists.capitalize()): f"{data.n_playlists:,}",
        tr("{items} a {playlist}", items=nouns.items.capitalize(), playlist=nouns.playlist): (
            f"{links / max(data.n_playlists, 1):.1f}"
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


def scores(run: LoadedRun) -> None:
    """Every model's main figures, best first, each with its interval."""
    st.header(tr("The models, measured"))
    with_tags = tags_are_measurable(run)
    ndcg = tr("{item} nDCG", item=run.nouns.item.capitalize())
    columns = {"ndcg": ndcg, "recall@100": "Recall@100", "hit_rate@10": tr("A hit in 10")}
    if with_tags:
        columns = {"score": tr("Score"), "ndcg": ndcg, "tag_ndcg": tr("Tag nDCG"), "recall@100": "Recall@100"}
    _score_table(run, columns)
    st.caption(evidence(run) + ".")
    if not with_tags:
        st.caption(why_no_tags(run))
    st.caption(plain(split_in_words(run), 1000))


def _score_table(run: LoadedRun, columns: Mapping[str, str]) -> None:
    found = figures(run)
    known = {metric: title for metric, title in columns.items() if (run.model_names[0], metric) in found}
    main = next(iter(known))
    order = sorted(run.model_names, key=lambda name: -np.nan_to_num(found[name, main].mean))
    colours = model_colours(run)
    lines: list[list[str | html_table.Cell]] = [
        [html_table.Cell(run.model_title(name), colour=colours[name])] for name in order
    ]
    for metric in known:
        intervals = [found[name, metric] for name in order]
        places = decimals(intervals)
        for line, each in zip(lines, intervals, strict=True):
            line.append(f"{each.mean:.{places}f}  ({each.low:.{places}f} – {each.high:.{places}f})")
    html_table.show([tr("Model"), *known.values()], lines, box=tr("The models, measured"))


@dataclass(frozen=True)
class Step:
    """Something to try: a page, opened with a playlist."""

    page: str
    name: str
    says: str
    playlist: OpenPlaylist = EMPTY_PLAYLIST


def first_steps(run: LoadedRun) -> None:
    """Links that show something at once."""
    nouns = run.nouns
    st.header(tr("Try first"))
    steps: list[Step] = []
    example, titled = held_out.example(run), _titled(run)
    if example is not None:
        steps.append(
            Step(
                page_files.CONTINUE,
                tr("Continue a {collection}", collection=collection(nouns)),
                tr(
                    "A held-out {playlist}, {shown} {items} shown and {hidden} hidden: which model finds them?",
                    playlist=nouns.playlist,
                    shown=len(example.seed.songs),
                    items=nouns.items,
                    hidden=len(example.hidden),
                ),
                example.playlist(),
            )
        )
    if titled is not None:
        says = tr(
            "“{title}”, and no {item} at all. A model that reads none is helped, and says so.",
            title=titled.seed.title,
            item=nouns.item,
        )
        steps.append(Step(page_files.CONTINUE, tr("Start from a title"), says, titled))
    if len(run.dataset.tags):
        says = tr(
            "“{tag}”, the most frequent, and nothing else. Compare what the models make of it.",
            tag=run.dataset.tags.ids[0],
        )
        steps.append(Step(page_files.CONTINUE, tr("Start from a tag"), says, OpenPlaylist().with_tag(0)))
    says = tr("Begin at “{item}”, the most popular, and hop from neighbour to neighbour.", item=label(run.dataset, 0))
    steps.append(Step(page_files.SIMILAR, tr("Look for similar {items}", items=nouns.items), says))
    for column, step in zip(st.columns(len(steps)), steps, strict=True):
        with column.container(border=True, height="stretch"):
            address = to_address(step.playlist, run.dataset)
            st.page_link(
                step.page, label=plain(step.name, 70), icon=":material/arrow_forward:", query_params=address or None
            )
            st.caption(plain(step.says, 300))


def _titled(run: LoadedRun) -> OpenPlaylist | None:
    """The first held-out question that shows its title alone."""
    kinds = run.held_out.table[HeldOut.KIND].to_pylist()
    row = next((row for row, kind in enumerate(kinds) if kind == "title" and run.held_out.seeds[row].title), None)
    return None if row is None else held_out.asked_at(run, row).playlist()


def provenance(run: LoadedRun) -> None:
    """What made the run, and how to check it."""
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
        st.caption(tr("This reads every file of the run again and compares its hash:"))
        st.code("python -m playrec_core check", language="bash")
