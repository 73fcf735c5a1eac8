"""Why one item has its score: its rank, the waterfall, and the numbers."""

import numpy as np
import pandas as pd
import streamlit as st

from playrec_core.explain.attribution import rank_of
from playrec_core.i18n import tr
from playrec_core.models.explanation import Explanation
from playrec_core.schema import Query
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from . import waterfall


def why(run: LoadedRun, model: str, query: Query, item: int) -> Explanation:
    """Draw the explanation of one item for a query with at least one song, and return it."""
    explanation = run.explain(model, query.seed, item)
    exact = explanation.kind == "exact"
    st.markdown(f"## {items.markdown(run.dataset, item)}")
    st.markdown(standing(run, model, query, item))
    if explanation.contributions.any():
        names = items.labels(run.dataset, query.seed.songs)
        shown = waterfall.bars(explanation, names, run.nouns.items)
        st.plotly_chart(
            waterfall.waterfall(shown, explanation.score, exact),
            key=f"explain.waterfall.{run.id}",
            config=waterfall.CONFIG,
            alt=tr("Contribution of each seed to the score; the table below has the same numbers"),
        )
    st.caption(_in_words(run, explanation))
    with st.expander(tr("The numbers")):
        html_table.show_frame(number_table(run, explanation), box=tr("The numbers"), number="{:.8f}")
    return explanation


def standing(run: LoadedRun, model: str, query: Query, item: int) -> str:
    """Markdown: score, and rank among all items that can be recommended."""
    nouns, title = run.nouns, plain(run.model_title(model))
    scores = run.model(model).cached_scores([query.seed])[0][0]
    masked = {*query.seed.songs, *run.closed(query)}
    rank = rank_of(scores, item, list(masked))
    if rank is None:
        return tr(
            "{model} has no score for this {item}; only the fallback can recommend it.",
            model=title,
            item=plain(nouns.item),
        )
    score = waterfall.number(scores[item], 6)
    if item in query.seed.songs:
        return tr(
            "{model} scores it **{score}**. It is in the {playlist} already, so it is not recommended.",
            model=title,
            score=score,
            playlist=plain(items.collection(nouns)),
        )
    if item in masked:
        return tr(
            "{model} scores it **{score}**. It is excluded, or was issued after the {playlist} was last changed, so it "
            "is not recommended.",
            model=title,
            score=score,
            playlist=plain(nouns.playlist),
        )
    depth = run.config.ranking.depth
    return tr(
        "{model} scores it **{score}**, rank **{rank:,}** of {n:,} ({verdict}).",
        model=title,
        score=score,
        rank=rank,
        n=run.dataset.n_items - len(masked),
        verdict=tr("in the top {depth}", depth=depth) if rank <= depth else tr("not in the top {depth}", depth=depth),
    )


def _in_words(run: LoadedRun, explanation: Explanation) -> str:
    item, items = plain(run.nouns.item), plain(run.nouns.items)
    if explanation.kind == "exact":
        text = tr(
            "Contributions sum exactly to the score (float32): the bars sum to {total:.8f}, the score is {score:.8f}, "
            "a difference of {gap:.1g}.",
            total=explanation.total,
            score=explanation.score,
            gap=abs(explanation.total - explanation.score),
        )
    else:
        text = tr(
            "Leave-one-out: each bar is the change of the score when that {item} is removed. The bars need not sum to "
            "the score, {score}.",
            item=item,
            score=waterfall.number(explanation.score, 6),
        )
    if explanation.contributions.any():
        colours = tr("Blue raises the score, orange lowers it.")
    else:
        colours = tr("Removing any single one of the {items} does not change this score.", items=items)
    return f"{text} {colours}"


def number_table(run: LoadedRun, explanation: Explanation) -> pd.DataFrame:
    """Contribution of every seed, largest magnitude first, with the baseline and the sum."""
    order = np.argsort(-np.abs(explanation.contributions), kind="stable")
    names = [shorten(name) for name in items.labels(run.dataset, explanation.songs[order])]
    rows = [*zip(names, explanation.contributions[order].tolist(), strict=True)]
    if explanation.kind == "exact":
        rows += [
            (tr("baseline"), explanation.baseline),
            (tr("sum"), explanation.total),
            (tr("score"), explanation.score),
        ]
    return pd.DataFrame(rows, columns=[run.nouns.item, tr("contribution")])
