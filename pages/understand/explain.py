"""Explain: why a model gives an item its score, and the vectors it is computed from."""

import streamlit as st

from playrec_core.explain.attribution import vectors
from playrec_core.i18n import tr
from playrec_core.models.factorisation.als import Als
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.components import html_table
from playrec_core.ui.components.item_lists import ItemList, Row, item_lists
from playrec_core.ui.components.one_model import one_model
from playrec_core.ui.components.search_box import search_box
from playrec_core.ui.components.seed.current_playlist import current_with_songs
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
query = current_with_songs(
    run,
    "explain.first",
    tr(
        "The {playlist} has no {item} to attribute a recommendation to. Add one on Continue, or below.",
        item=plain(nouns.item),
        playlist=plain(collection(nouns)),
    ),
).query

model = one_model(run)
ranked = run.recommend(query, [model], k=run.config.ranking.depth)[model]
item = item_focus.current(dataset, ITEM)
if item is None:
    item = int(ranked.items[0]) if len(ranked.items) else 0

left, right = st.columns([3, 5], gap="medium")
with left:
    rows = [
        Row(one, number(score, 4))
        for one, score in zip(ranked.items[:TOP].tolist(), ranked.scores[:TOP].tolist(), strict=True)
    ]
    colour = model_colours(run)[model]
    n_songs = len(query.seed.songs)
    noun = nouns.item if n_songs == 1 else nouns.items
    note = tr("for {n} {items}; click one to see why", n=n_songs, items=noun)
    item_lists(
        dataset,
        [ItemList(tr("{model} recommendations", model=run.model_title(model)), rows, note, colour)],
        f"explain.answers.{run.id}",
        lambda act, chosen: item_focus.put(dataset, ITEM, chosen),
        open_label=tr("Explain"),
        chosen=(item,),
        wide=True,
        heading=2,
    )
    label = tr("Or any other {item}, recommended or not", item=nouns.item)
    search_box(
        run,
        "explain.search",
        lambda picked: item_focus.put(dataset, ITEM, picked),
        label=label,
        icon=":material/balance:",
    )
with right, st.container(border=True):
    why(run, model, query, item)
trace(run, model, query, item)

st.page_link(
    page_files.WHAT_IF,
    label=tr("What if: remove, reweight or add {items}", items=plain(nouns.items)),
    icon=":material/alt_route:",
    query_params=why_dialog.link(run, query, model, item),
)

fitted = run.model(model)
behind = vectors(fitted, query.seed, item)
if behind is not None:
    st.markdown("## " + tr("The vectors"))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        factor_chart(
            behind,
            nouns,
            label=tr("Vector of the seed, vector of the item, and their product, factor by factor"),
            key=f"explain.vectors.{run.id}",
        )
        st.caption(
            tr(
                "{n} factors, sorted by magnitude. The products sum to {dot:.6f}, the score. A single factor has no "
                "meaning of its own: rotating all vectors together changes no score.",
                n=len(behind.item),
                dot=behind.dot,
            )
        )
    with right:
        if isinstance(fitted, Als):
            als_lesson(nouns, fitted.config.regularization, fitted.config.alpha)
        with st.expander(tr("The numbers")):
            html_table.show_frame(vector_table(behind), box=tr("The numbers"), number="{:.6g}")
