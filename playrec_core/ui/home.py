"""Home's parts: what is loaded, how the models do, what to try first, and what the run notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from ..data.questions import HeldOut
from ..serving import LoadedRun
from . import held_out
from .items import collection, label
from .measured import decimals, figures
from .run_words import evidence, split_in_words, tags_are_measurable, why_no_tags
from .state import EMPTY_PLAYLIST, OpenPlaylist, to_address
from .text import plain
from .theme import model_colours


def what_it_is(run: LoadedRun) -> None:
    """One sentence for somebody who has never been here."""
    nouns = run.nouns
    st.markdown(
        f"Look inside recommenders that continue {plain(collection(nouns, several=True))}: what each model would add, "
        f"why, what it finds alike, and how much it finds of what {plain(nouns.playlists)} hid from it."
    )


def sizes(run: LoadedRun) -> None:
    """The data set in figures."""
    data, nouns = run.dataset, run.nouns
    links = data.interactions.nnz
    created = datetime.fromisoformat(run.run.manifest.created)
    cells = {
        nouns.items.capitalize(): f"{data.n_items:,}",
        f"{nouns.playlists.capitalize()} trained on": f"{data.n_playlists:,}",
        f"{nouns.items.capitalize()} a {nouns.playlist}": f"{links / max(data.n_playlists, 1):.1f}",
        "Tags": f"{len(data.tags):,}",
        "Held out": f"{len(run.held_out):,}",
    }
    with st.container(horizontal=True, gap="large"):
        for name, value in cells.items():
            st.metric(name, value, width="content")
    st.caption(f"Data: {plain(data.name)}. Trained on {created:%d %B %Y, %H:%M} UTC, seed {run.run.manifest.seed}.")
    for note in run.run.manifest.notes:
        st.caption(plain(note, 500))


def scores(run: LoadedRun) -> None:
    """Every model's main figures, best first, each with its interval."""
    st.subheader("The models, measured")
    with_tags = tags_are_measurable(run)
    columns = {"ndcg": f"{run.nouns.item.capitalize()} nDCG", "recall@100": "Recall@100", "hit_rate@10": "A hit in 10"}
    if with_tags:
        columns = {"score": "Score", "ndcg": columns["ndcg"], "tag_ndcg": "Tag nDCG", "recall@100": "Recall@100"}
    st.dataframe(
        _score_table(run, columns), hide_index=True, key=f"home.scores.{run.id}", column_config={"": {"width": 30}}
    )
    st.caption(evidence(run) + ".")
    if not with_tags:
        st.caption(why_no_tags(run))
    st.caption(plain(split_in_words(run), 1000))


def _score_table(run: LoadedRun, columns: Mapping[str, str]) -> Styler:
    found = figures(run, run.id)
    known = {metric: title for metric, title in columns.items() if (run.model_names[0], metric) in found}
    main = next(iter(known))
    order = sorted(run.model_names, key=lambda name: -np.nan_to_num(found[name, main].mean))
    table = pd.DataFrame({"": "●", "Model": [run.model_title(name) for name in order]})
    for metric, title in known.items():
        intervals = [found[name, metric] for name in order]
        places = decimals(intervals)
        table[title] = [
            f"{each.mean:.{places}f}  ({each.low:.{places}f} – {each.high:.{places}f})" for each in intervals
        ]
    colours = model_colours(run.model_names)
    return table.style.apply(lambda _: [f"color: {colours[name]}" for name in order], subset=[""])


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
    st.subheader("Try first")
    steps: list[Step] = []
    example, titled = held_out.example(run), _titled(run)
    if example is not None:
        steps.append(
            Step(
                "pages/1_Continue.py",
                f"Continue a {collection(nouns)}",
                f"A held-out {nouns.playlist}, {len(example.seed.songs)} {nouns.items} shown and {len(example.hidden)} "
                "hidden: which model finds them?",
                example.playlist(),
            )
        )
    if titled is not None:
        says = f"“{titled.seed.title}”, and no {nouns.item} at all. A model that reads none is helped, and says so."
        steps.append(Step("pages/1_Continue.py", "Start from a title", says, titled))
    if len(run.dataset.tags):
        says = f"“{run.dataset.tags.ids[0]}”, the most frequent, and nothing else. Compare what the models make of it."
        steps.append(Step("pages/1_Continue.py", "Start from a tag", says, OpenPlaylist().with_tag(0)))
    says = f"Begin at “{label(run.dataset, 0)}”, the most popular, and hop from neighbour to neighbour."
    steps.append(Step("pages/2_Similar.py", f"Look for similar {nouns.items}", says))
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
    with st.expander("About this run"):
        versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
        st.text(
            f"Run {manifest.run_id}\nSeed {manifest.seed}\nTrained in {sum(manifest.timings.values()):.0f} s"
            f"\nData fingerprint {manifest.dataset.fingerprint}\n{versions}"
        )
        st.code("python -m playrec_core check", language="bash")
        st.caption("reads every file of the run again and compares its hash.")
