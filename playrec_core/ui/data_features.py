"""The data page's part on features: what content models are told of an item, column by column (row M1)."""

import numpy as np
import streamlit as st

from ..data.features import FeatureConfig, SongFeatures, lacking, song_features
from ..models.cluster_mf import ClusterMf
from ..serving import LoadedRun
from . import html_table, items
from .html_table import Cell
from .search_box import search_box
from .text import plain, shorten

_PUBLISHED_WIDTHS = {"year": 96, "genre": 30, "detail genre": 224, "tag": 110}
"""Document 000's columns: 96 of years and months together; it gives 457 in all, and its parts make 460."""
_PUBLISHED_WIDTH = 457
_PUBLISHED_DIMENSIONS, _PUBLISHED_VARIANCE = 180, 0.9438
_MEANING = {
    "year": "the year of release alone: “songs of the eighties”",
    "month": "the month alone: dance songs in June, carols in December, in any year",
    "genre": "the catalogue's genres",
    "detail genre": "and their finer kinds",
    "tag": "the most frequent tags of the training playlists around it",
    "playlist": "the training playlists that hold it",
}


@st.cache_resource(max_entries=4, show_spinner="Making the features …")
def features_of(_run: LoadedRun, run_id: str) -> SongFeatures | None:
    """The features as the first model of the run that has any is told; None where no model or no data has some."""
    for name in _run.model_names:
        config = getattr(_run.model(name).config, "features", None)
        if isinstance(config, FeatureConfig) and not lacking(_run.dataset, config):
            return song_features(_run.dataset, config)
    return None


def features(run: LoadedRun) -> None:
    """Draw the tab."""
    found, nouns = features_of(run, run.id), run.nouns
    if found is None:
        st.info(f"No model of this run reads what the catalogue says of its {plain(nouns.items)}.")
        return
    n_items, width = found.matrix.shape
    st.markdown(
        f"What the catalogue and the tags say of a {plain(nouns.item)}, as zeros and ones: **{width:,}** columns, of "
        f"which a {plain(nouns.item)} has {found.matrix.nnz / max(n_items, 1):.1f} on average."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _widths(run, found)
        for name in run.model_names:
            model = run.model(name)
            if isinstance(model, ClusterMf):
                st.caption(
                    f"{plain(run.model_title(name))} keeps {len(model.explained_variance)} principal components, which "
                    f"hold {float(model.explained_variance.sum()):.2%} of the variance. Published, on other data: "
                    f"{_PUBLISHED_VARIANCE:.2%} at {_PUBLISHED_DIMENSIONS}."
                )
    with right:
        one_item(run, found)


def _widths(run: LoadedRun, found: SongFeatures) -> None:
    rows = []
    for kind, width in found.widths.items():
        ones = found.matrix[:, np.flatnonzero(found.columns(kind))].sum() / max(found.matrix.shape[0], 1)
        published = Cell(str(_PUBLISHED_WIDTHS.get(kind, "–")), below="with months" if kind == "year" else "")
        words = _MEANING[kind].replace("songs", run.nouns.items).replace("playlists", run.nouns.playlists)
        rows.append([Cell(kind, below=words), f"{width:,}", f"{ones:.1f}", published])
    rows.append([Cell("together"), f"{found.matrix.shape[1]:,}", "", f"{_PUBLISHED_WIDTH:,}"])
    head = ["kind", "columns", Cell("ones", below=f"per {run.nouns.item}"), Cell("published", below="Melon in full")]
    html_table.show(head, rows)
    st.caption(
        "Published: 96 columns are years and months together. The parts make 460, the document says 457, and no width "
        "here is taken from it. A date that is not known is a column of its own; see the tab on dates."
    )


@st.fragment
def one_item(run: LoadedRun, found: SongFeatures) -> None:
    """One item's features by name; at first an item that is neither a hit, which has met every tag, nor unknown."""
    chosen = f"data.features.item.{run.id}"
    picked = search_box(run, "data.features", label=f"Look at a {run.nouns.item}", icon=":material/visibility:")
    if picked is not None:
        st.session_state[chosen] = picked
    item = st.session_state.get(chosen, int((run.dataset.item_counts > 0).sum()) // 10)
    by_kind: dict[str, list[str]] = {}
    for name in found.of(item):
        kind, _, text = name.partition(": ")
        by_kind.setdefault(kind, []).append(shorten(text, 40))
    html_table.show(
        ["kind", "features"],
        [[kind, Cell(", ".join(texts))] for kind, texts in by_kind.items()],
        caption=items.label(run.dataset, item),
        text_columns=(1,),
    )
