"""Why one item has its score: where it stands, the waterfall, and the numbers."""

import numpy as np
import pandas as pd
import streamlit as st

from playrec_core.explain.attribution import rank_of
from playrec_core.i18n import tr
from playrec_core.models.explanation import Explanation
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components import html_table
from playrec_core.ui.session.playlist import OpenPlaylist
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import plain, shorten

from . import waterfall


def why(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int) -> Explanation:
    """Draw the explanation of one item.

    Args:
        run: with the model.
        model: its name.
        playlist: what it answers; holds at least one item.
        item: item_idx.

    Returns:
        The explanation drawn.
    """
    explanation = run.explain(model, playlist.seed, item)
    exact = explanation.kind == "exact"
    st.markdown(f"## {items.markdown(run.dataset, item)}")
    st.markdown(standing(run, model, playlist, item))
    if explanation.contributions.any():
        names = items.labels(run.dataset, playlist.seed.songs)
        shown = waterfall.bars(explanation, names, run.nouns.items)
        st.plotly_chart(
            waterfall.waterfall(shown, explanation.score, exact),
            key=f"explain.waterfall.{run.id}",
            config=waterfall.CONFIG,
            alt=tr("What each seed adds to the score; the same numbers stand in the table below"),
        )
    st.caption(_in_words(run, explanation))
    with st.expander(tr("The numbers")):
        html_table.show_frame(number_table(run, explanation), box=tr("The numbers"), number="{:.8f}")
    return explanation


def standing(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int) -> str:
    """Markdown: score and place among all that may be answered."""
    nouns, title = run.nouns, plain(run.model_title(model))
    scores = run.model(model).cached_scores([playlist.seed])[0][0]
    place = rank_of(scores, item, [*playlist.seed.songs, *playlist.banned])
    if place is None:
        return tr(
            "{model} has no score for this {item}: it can only be answered by the fallback.",
            model=title,
            item=plain(nouns.item),
        )
    score = waterfall.number(scores[item], 6)
    if item in playlist.seed.songs:
        return tr(
            "{model} gives it the score **{score}**. It is in the {playlist} already, so it is never answered.",
            model=title,
            score=score,
            playlist=plain(items.collection(nouns)),
        )
    depth = run.config.ranking.depth
    return tr(
        "{model} gives it the score **{score}** and place **{place:,}** of {n:,}: {verdict}.",
        model=title,
        score=score,
        place=place,
        n=run.dataset.n_items - len(playlist.seed.songs),
        verdict=tr("recommended") if place <= depth else tr("not among the first {depth}", depth=depth),
    )


def _in_words(run: LoadedRun, explanation: Explanation) -> str:
    item, items = plain(run.nouns.item), plain(run.nouns.items)
    if explanation.kind == "exact":
        text = tr(
            "Exact: {total:.8f} is the sum of the bars, {score:.8f} the score the model shows (they differ by "
            "{gap:.1g}, the rounding of 32-bit numbers).",
            total=explanation.total,
            score=explanation.score,
            gap=abs(explanation.total - explanation.score),
        )
    else:
        text = tr(
            "By occlusion: each bar is the score less the score without that {item}. The bars need not add up to the "
            "score, which is {score}.",
            item=item,
            score=waterfall.number(explanation.score, 6),
        )
    if explanation.contributions.any():
        speaks = tr("Blue bars speak for this {item}, orange ones against it.", item=item)
    else:
        speaks = tr("No single one of the seed's {items} changes this score.", items=items)
    return f"{text} {speaks}"


def number_table(run: LoadedRun, explanation: Explanation) -> pd.DataFrame:
    """Every seed's contribution, strongest first, with the baseline and the sum."""
    order = np.argsort(-np.abs(explanation.contributions), kind="stable")
    names = [shorten(name) for name in items.labels(run.dataset, explanation.songs[order])]
    rows = [*zip(names, explanation.contributions[order].tolist(), strict=True)]
    if explanation.kind == "exact":
        rows += [
            (tr("without any seed"), explanation.baseline),
            (tr("sum"), explanation.total),
            (tr("score"), explanation.score),
        ]
    return pd.DataFrame(rows, columns=[run.nouns.item, tr("contribution")])
