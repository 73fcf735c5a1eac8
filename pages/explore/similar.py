"""Similar: the nearest neighbours of an item in each model, with evidence."""

from functools import partial

import streamlit as st

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.held_out import held_out
from playrec_core.ui.components.item_card import add, add_button, item_card
from playrec_core.ui.components.item_lists import OPEN, Action, item_lists
from playrec_core.ui.components.model_select import model_select
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.components.why.evidence import evidence
from playrec_core.ui.pages.similar import breadcrumbs
from playrec_core.ui.pages.similar.neighbour_lists import choice_of_similarity, neighbour_lists
from playrec_core.ui.session import item_focus, model_view, opened_run, playlist
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

ITEM, WITH = "item", "with"
DEPTHS = (10, 20, 50)


def example(run: LoadedRun) -> int:
    """Where to start: the most popular song of the open playlist, of the held-out example, or of all."""
    question = held_out.example(run)
    seeds = [playlist.current(run.dataset).seed, *([question.seed] if question else [])]
    return next((min(seed.songs) for seed in seeds if seed.songs), 0)


def hop(dataset: Dataset, item: int) -> None:
    item_focus.put(dataset, ITEM, item)
    item_focus.put(dataset, WITH, None)


def act(run: LoadedRun, name: str, item: int) -> None:
    if name == OPEN:
        hop(run.dataset, item)
    elif name == WITH:
        item_focus.put(run.dataset, WITH, item)
    else:
        add(run, item)


run = opened_run.current()
dataset, nouns = run.dataset, run.nouns

st.title(tr("Similar {items}", items=plain(nouns.items)))
if not run.spaces():
    st.info(tr("No model of this run has item similarities. Train one that does, for example item-kNN, ALS or EASE."))
    st.stop()
anchor = item_focus.current(dataset, ITEM)
if anchor is None:
    anchor = example(run)
    item_focus.put(dataset, ITEM, anchor)

breadcrumbs.crumbs(dataset, anchor, partial(hop, dataset))
left, right = st.columns([3, 2], gap="medium")
with left, st.container(border=True):
    item_card(run, anchor)
    add_button(run, anchor, "similar")
with right:
    search_box(
        run,
        "similar.search",
        partial(hop, dataset),
        label=tr("Start from another {item}", item=nouns.item),
        icon=":material/location_searching:",
    )

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.markdown("## " + tr("Nearest {items} by model", items=plain(nouns.items)))
    with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
        looking = model_view.current(run)
        model_select(run, looking, "similar.models", run.spaces())
        similarity = choice_of_similarity(run, "similar.by")
        depth = st.segmented_control(
            tr("Neighbours"), DEPTHS, default=DEPTHS[0], required=True, key="similar.depth", persist_state="session"
        )

spaces = [name for name in looking.shown if name in run.spaces()]
if not spaces:
    st.info(
        tr(
            "None of the models shown has similarities between {items}. Choose others under “Models”.",
            items=plain(nouns.items),
        )
    )
found = neighbour_lists(run, spaces, anchor, depth, similarity)
chosen = item_focus.current(dataset, WITH)
if chosen is None or chosen == anchor:
    chosen = next((one.rows[0].item for one in found if one.rows), None)
item_lists(
    dataset,
    found,
    f"similar.shelves.{run.id}",
    partial(act, run),
    open_label=tr("Jump to this {item}", item=nouns.item),
    actions=(
        Action(WITH, "≡", tr("Show {playlists} containing both", playlists=nouns.playlists)),
        Action("add", "+", tr("Add to your {collection}", collection=collection(nouns))),
    ),
    chosen=() if chosen is None else (chosen,),
)
st.caption(
    tr(
        "Click a title to jump to it; ≡ shows the evidence below; + adds it to your {collection}. Each model has its "
        "own scale; the bar is relative to the top score.",
        collection=plain(collection(nouns)),
    )
)
if chosen is not None:
    st.markdown("## " + tr("Evidence: {playlists} containing both", playlists=plain(nouns.playlists)))
    evidence(run, anchor, chosen)
