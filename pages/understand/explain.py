"""Explain: why a model gives an item its score, and the vectors behind it."""

import streamlit as st

from playrec_core.explain.attribution import vectors
from playrec_core.i18n import tr
from playrec_core.models.factorisation.als import Als
from playrec_core.schema import Query
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.item_lists import Row, Shelf, shelves
from playrec_core.ui.components.one_model import one_model
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.components.seed.current_playlist import playlist_with_songs
from playrec_core.ui.components.why import why_dialog
from playrec_core.ui.components.why.factor_chart import factor_chart
from playrec_core.ui.components.why.trace import trace
from playrec_core.ui.components.why.vectors import als_lesson, vector_table
from playrec_core.ui.components.why.waterfall import number
from playrec_core.ui.components.why.why import why
from playrec_core.ui.session import item_focus, opened_run, page_files
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection

ITEM = why_dialog.ITEM
TOP = 10

run = opened_run.current()
dataset, nouns = run.dataset, run.nouns

st.title(tr("Why this {item}?", item=plain(nouns.item)))
playlist = playlist_with_songs(
    run,
    "explain.first",
    tr(
        "There is no {item} in the {playlist} that could explain anything. Add one on the page Continue, or below.",
        item=plain(nouns.item),
        playlist=plain(collection(nouns)),
    ),
)

model = one_model(run)
answer = run.recommend(Query(playlist.seed, playlist.banned), [model], k=run.config.ranking.depth)[model]
item = item_focus.current(dataset, ITEM)
if item is None:
    item = int(answer.items[0]) if len(answer.items) else 0

left, right = st.columns([3, 5], gap="medium")
with left:
    rows = [
        Row(one, number(score, 4))
        for one, score in zip(answer.items[:TOP].tolist(), answer.scores[:TOP].tolist(), strict=True)
    ]
    colour = model_colours(run)[model]
    n_songs = len(playlist.seed.songs)
    noun = nouns.item if n_songs == 1 else nouns.items
    note = tr("to {n} {items}; click one to see why", n=n_songs, items=noun)
    shelves(
        dataset,
        [Shelf(tr("{model} answers", model=run.model_title(model)), rows, note, colour)],
        f"explain.answers.{run.id}",
        lambda act, chosen: item_focus.put(dataset, ITEM, chosen),
        open_label=tr("Explain"),
        chosen=(item,),
        wide=True,
        heading=2,
    )
    label = tr("Or any other {item}, recommended or not", item=nouns.item)
    picked = search_box(run, "explain.search", label=label, icon=":material/balance:")
    if picked is not None:
        item_focus.put(dataset, ITEM, picked)
        st.rerun()
with right, st.container(border=True):
    why(run, model, playlist, item)
trace(run, model, playlist, item)

st.page_link(
    page_files.WHAT_IF,
    label=tr("What if: take {items} away, weigh them, or add others", items=plain(nouns.items)),
    icon=":material/alt_route:",
    query_params=why_dialog.link(run, playlist, model, item),
)

fitted = run.model(model)
behind = vectors(fitted, playlist.seed, item)
if behind is not None:
    st.markdown("## " + tr("The vectors"))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        factor_chart(
            behind,
            nouns,
            label=tr("The seed's vector, the item's vector, and their product, factor by factor"),
            key=f"explain.vectors.{run.id}",
        )
        st.caption(
            tr(
                "{n} factors, those that move the score most first. The products add up to {dot:.6f}, the score. A "
                "factor has no meaning of its own: turning all vectors alike changes no score.",
                n=len(behind.item),
                dot=behind.dot,
            )
        )
    with right:
        if isinstance(fitted, Als):
            als_lesson(nouns, fitted.config.regularization, fitted.config.alpha)
        with st.expander(tr("The numbers")):
            html_table.show_frame(vector_table(behind), box=tr("The numbers"), number="{:.6g}")
