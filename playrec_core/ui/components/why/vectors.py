"""The two vectors whose product is a score, in numbers, and the formula for them."""

import numpy as np
import pandas as pd
import streamlit as st

from playrec_core.explain.attribution import Vectors
from playrec_core.i18n import tr
from playrec_core.schema import Nouns
from playrec_core.ui.wording.escape import plain
from playrec_core.ui.wording.items import collection


def factor_order(vectors: Vectors) -> np.ndarray:
    """(n_factors,) the factors by the magnitude of their product."""
    return np.argsort(-np.abs(vectors.product), kind="stable")


def vector_table(vectors: Vectors) -> pd.DataFrame:
    """The numbers of a `factor_chart`, all factors."""
    order = factor_order(vectors)
    columns = {tr("factor"): order, "x": vectors.seed[order], "y": vectors.item[order], "x · y": vectors.product[order]}
    return pd.DataFrame(columns)


def als_lesson(nouns: Nouns, regularization: float, alpha: float, weight: float = 1.0) -> None:
    """The formulas of Hu, Koren & Volinsky, in words and symbols. The items' confidence is alpha times weight."""
    confidence = f"{alpha:g}" if weight == 1 else f"{alpha:g} \\cdot {weight:g} = {alpha * weight:g}"
    symbols = "\\alpha" if weight == 1 else "\\alpha \\, r_j"
    item, items, playlist = plain(nouns.item), plain(nouns.items), plain(collection(nouns))
    st.markdown(
        tr(
            "Training gives every {item} a vector $y_i$. A new {playlist} gets a vector $x$ by least squares: its "
            "{items} should score 1 and all others 0, the former with confidence $c_j = {symbols} = {confidence}$, the "
            "latter with 1, with an L2 penalty of $\\lambda = {regularization:g}$.",
            item=item,
            playlist=playlist,
            items=items,
            symbols=symbols,
            confidence=confidence,
            regularization=regularization,
        )
    )
    st.latex(r"x = W \sum_{j \in \mathrm{seed}} c_j \, y_j \qquad W = (Y^\top C \, Y + \lambda I)^{-1}")
    st.markdown(
        tr(
            "A score is the dot product with the vector of the {item}. It decomposes into one term per seed {item}:",
            item=item,
        )
    )
    st.latex(r"\mathrm{score}(i) = x^\top y_i = \sum_{j \in \mathrm{seed}} c_j \; y_i^\top W \, y_j")
    st.caption(
        tr(
            "$y_i^\\top W y_j$ is the similarity of the {items} $i$ and $j$, given this {playlist}. "
            "Hu, Koren & Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008, section 5.",
            items=items,
            playlist=playlist,
        )
    )
