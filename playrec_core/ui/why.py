"""Why one item has its score: where it stands, the waterfall, and the numbers."""

import numpy as np
import pandas as pd
import streamlit as st

from ..explain import rank_of
from ..models.explanation import Explanation
from ..serving import LoadedRun
from . import items, waterfall
from .state import OpenPlaylist
from .text import plain, shorten


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
    st.markdown(f"#### {items.markdown(run.dataset, item)}")
    st.markdown(standing(run, model, playlist, item))
    if explanation.contributions.any():
        names = items.labels(run.dataset, playlist.seed.songs)
        shown = waterfall.bars(explanation, names, run.nouns.items)
        st.plotly_chart(
            waterfall.waterfall(shown, explanation.score, exact),
            key=f"explain.waterfall.{run.id}.{model}",
            config=waterfall.CONFIG,
            alt="What each seed adds to the score; the same numbers stand in the table below",
        )
    st.caption(_in_words(run, explanation))
    with st.expander("The numbers"):
        st.dataframe(
            number_table(run, explanation),
            hide_index=True,
            key=f"explain.numbers.{run.id}.{model}.{item}",
            column_config={"contribution": st.column_config.NumberColumn(format="%.8f")},
        )
    return explanation


def standing(run: LoadedRun, model: str, playlist: OpenPlaylist, item: int) -> str:
    """Markdown: score and place among all that may be answered."""
    nouns, title = run.nouns, plain(run.model_title(model))
    scores = run.model(model).score([playlist.seed])[0]
    place = rank_of(scores, item, [*playlist.seed.songs, *playlist.banned])
    if place is None:
        return f"{title} has no score for this {plain(nouns.item)}: it can only be answered by the fallback."
    text = f"{title} gives it the score **{waterfall.number(scores[item], 6)}**"
    if item in playlist.seed.songs:
        return f"{text}. It is in the {plain(items.collection(nouns))} already, so it is never answered."
    depth = run.config.ranking.depth
    verdict = "recommended" if place <= depth else f"not among the first {depth}"
    return f"{text} and place **{place:,}** of {run.dataset.n_items - len(playlist.seed.songs):,}: {verdict}."


def _in_words(run: LoadedRun, explanation: Explanation) -> str:
    item, items = plain(run.nouns.item), plain(run.nouns.items)
    if explanation.kind == "exact":
        text = (
            f"Exact: {explanation.total:.8f} is the sum of the bars, {explanation.score:.8f} the score the model shows "
            f"(they differ by {abs(explanation.total - explanation.score):.1g}, the rounding of 32-bit numbers). "
        )
    else:
        text = (
            f"By occlusion: each bar is the score less the score without that {item}. The bars need not add up to the "
            f"score, which is {waterfall.number(explanation.score, 6)}. "
        )
    if explanation.contributions.any():
        return text + f"Blue bars speak for this {item}, orange ones against it."
    return text + f"No single one of your {items} changes this score."


def number_table(run: LoadedRun, explanation: Explanation) -> pd.DataFrame:
    """Every seed's contribution, strongest first, with the baseline and the sum."""
    order = np.argsort(-np.abs(explanation.contributions), kind="stable")
    names = [shorten(name) for name in items.labels(run.dataset, explanation.songs[order])]
    rows = [*zip(names, explanation.contributions[order].tolist(), strict=True)]
    if explanation.kind == "exact":
        rows += [("without any seed", explanation.baseline), ("sum", explanation.total), ("score", explanation.score)]
    return pd.DataFrame(rows, columns=[run.nouns.item, "contribution"])
