"""The Features tab: the content features of an item, column by column (docs/sources/melon-systems.md)."""

from dataclasses import asdict

import numpy as np
import streamlit as st

from playrec_core.data.features import KINDS, NOT_KNOWN, FeatureConfig, SongFeatures, lacking, song_features
from playrec_core.i18n import mark, tr
from playrec_core.models.factorisation.cluster_mf import ClusterMf
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.result_cache import per_run
from playrec_core.ui.components import html_table
from playrec_core.ui.components.html_table import Cell
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.wording import items, terms
from playrec_core.ui.wording.escape import plain, shorten
from playrec_core.ui.wording.run import plain_nouns

_PUBLISHED_WIDTHS: dict[str, int] = {"year": 96, "genre": 30, "detail genre": 224, "tag": 110}
"""Columns published for the Melon systems: 96 of years and months together; 457 in total, though they sum to 460."""
_PUBLISHED_WIDTH = 457
_PUBLISHED_DIMENSIONS, _PUBLISHED_VARIANCE = 180, 0.9438
_MEANING: dict[str, str] = {
    "year": mark("release year: “{items} of the eighties”"),
    "month": mark("release month of any year: dance in June, carols in December"),
    "era": mark("release period in six bins"),
    "genre": mark("genres of the catalogue"),
    "detail genre": mark("subgenres"),
    "director": mark("directors"),
    "writer": mark("writers"),
    "tag": mark("most frequent tags of the training {playlists} that contain it"),
    "playlist": mark("training {playlists} that contain it"),
}


@per_run(4)
def features_of(run: LoadedRun) -> SongFeatures | None:
    """The features of the first model of the run that uses any; None if no model does or the data has none."""
    for name in run.model_names:
        config = getattr(run.model(name).config, "features", None)
        if isinstance(config, FeatureConfig) and not lacking(run.dataset, config):
            return song_features(run.dataset, config)
    return None


def features(run: LoadedRun) -> None:
    """Draw the tab."""
    with st.spinner(tr("Building features …")):
        found = features_of(run)
    nouns = plain_nouns(run)
    if found is None:
        st.info(tr("No model of this run uses content features of the {items}.", **nouns))
        return
    n_items, width = found.matrix.shape
    st.markdown(
        tr(
            "Binary content features of a {item}, from the catalogue and the tags: **{n:,}** columns, of which "
            "{ones:.1f} are set on average.",
            n=width,
            ones=found.matrix.nnz / max(n_items, 1),
            **nouns,
        )
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _widths(run, found)
        for name in run.model_names:
            model = run.model(name)
            if isinstance(model, ClusterMf):
                st.caption(
                    tr(
                        "{model} keeps {n} principal components, which explain {share:.2%} of the variance. Published, "
                        "on other data: {published:.2%} with {dimensions}.",
                        model=plain(run.model_title(name)),
                        n=len(model.explained_variance),
                        share=float(model.explained_variance.sum()),
                        published=_PUBLISHED_VARIANCE,
                        dimensions=_PUBLISHED_DIMENSIONS,
                    )
                )
    with right:
        one_item(run, found)


def _widths(run: LoadedRun, found: SongFeatures) -> None:
    rows = []
    for kind, width in found.widths.items():
        ones = found.matrix[:, np.flatnonzero(found.columns(kind))].sum() / max(found.matrix.shape[0], 1)
        published = Cell(str(_PUBLISHED_WIDTHS.get(kind, "–")), below=tr("with months") if kind == "year" else "")
        words = tr(_MEANING[kind], **asdict(run.nouns))
        rows.append([Cell(tr(KINDS[kind]), below=words), f"{width:,}", f"{ones:.1f}", published])
    rows.append([Cell(tr("total")), f"{found.matrix.shape[1]:,}", "", f"{_PUBLISHED_WIDTH:,}"])
    ones = Cell(tr("ones"), below=tr("per {item}", item=run.nouns.item))
    head = [tr("kind"), tr("columns"), ones, Cell(tr("published"), below=tr("full Melon data"))]
    html_table.show(head, rows)
    st.caption(
        tr(
            "Published for the Melon systems: 96 columns are years and months together; the parts sum to 460, though "
            "457 is stated. An unknown date is a column of its own; see the tab on dates."
        )
    )


@st.fragment
def one_item(run: LoadedRun, found: SongFeatures) -> None:
    """Draw the features of one item by name; by default one of medium popularity, as hits have every tag."""
    chosen = f"data.features.item.{run.id}"

    def put(picked: int) -> None:
        st.session_state[chosen] = picked

    label = tr("Show a {item}", item=run.nouns.item)
    search_box(run, "data.features", put, label=label, icon=":material/visibility:")
    item = st.session_state.get(chosen, int((run.dataset.item_counts > 0).sum()) // 10)
    by_kind: dict[str, list[str]] = {kind: [] for kind in found.widths}
    for name in found.of(item):
        kind, text = terms.feature(run.dataset, name)
        by_kind[kind].append(tr(NOT_KNOWN) if text == NOT_KNOWN else shorten(text, 40))
    html_table.show(
        [tr("kind"), tr("features")],
        [[tr(KINDS[kind]), Cell(", ".join(texts))] for kind, texts in by_kind.items() if texts],
        caption=items.label(run.dataset, item),
        text_columns=(1,),
    )
