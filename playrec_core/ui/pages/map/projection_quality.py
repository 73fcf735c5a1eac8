"""Projection quality in words, for the whole map and for a selection."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.projection.quality import MISLEADING, n_neighbours
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording.escape import plain


def map_words(run: LoadedRun, name: str, layout: str) -> None:
    """Draw the quality of one map; nothing for a run that did not measure it."""
    found, trustworthiness = run.maps.neighbours_kept(name, layout), run.maps.trustworthiness(name, layout)
    if found is None or trustworthiness is None or not np.isfinite(found).any():
        return
    found = found[np.isfinite(found)]
    k = n_neighbours(len(found))
    st.caption(
        tr(
            "**Projection quality of {model}:** {kept:.1f} of the {k} nearest {items} of each are preserved on average "
            "(by chance {chance:.2f}); trustworthiness {trust:.3f}. {n:,} of {all:,} positions are unreliable: at most "
            "{few} of the {k} nearest are preserved.",
            model=plain(run.model_title(name)),
            kept=k * float(found.mean()),
            k=k,
            items=plain(run.nouns.items),
            chance=k * k / max(len(found) - 1, 1),
            trust=trustworthiness,
            n=_unreliable(found),
            all=len(found),
            few=round(k * MISLEADING),
        ),
        help=tr(
            "Nearest by cosine similarity of the model's vectors, in all dimensions; preserved if they are among the "
            "nearest on the map too. Trustworthiness (Venna & Kaski 2001) is 1 if all neighbours on the map are "
            "neighbours in the embedding, and about 0.5 on a shuffled map. Colour by “projection quality” to see where."
        ),
    )


def chosen_words(run: LoadedRun, chosen: np.ndarray, name: str, layout: str) -> None:
    """Draw how well one map preserves the neighbourhoods of some items, (n,) item_idx with n > 0."""
    preserved = run.maps.neighbours_kept(name, layout)
    if preserved is None:
        return
    k = n_neighbours(int(np.isfinite(preserved).sum()))
    found = preserved[chosen]
    found = found[np.isfinite(found)]
    if not len(found):
        return
    facts = {"model": plain(run.model_title(name)), "items": plain(run.nouns.items), "k": k}
    mean, unreliable = k * float(found.mean()), _unreliable(found)
    if len(chosen) == 1:
        text = trn(
            "On the map of {model}, {n} of its {k} nearest {items} is near it.",
            "On the map of {model}, {n} of its {k} nearest {items} are near it.",
            round(mean),
            **facts,
        )
        doubt = tr("The 2-D projection is unreliable here: few of its neighbours on the map are true ones.")
    else:
        text = tr(
            "On the map of {model}, {kept:.1f} of their {k} nearest {items} are near them on average.",
            kept=mean,
            **facts,
        )
        doubt = tr("Unreliable for {n:,} of the {all:,} measured.", n=unreliable, all=len(found))
    if unreliable:
        text = f"{text} {doubt}"
    if unreliable > len(found) / 2:
        st.warning(text, icon=":material/warning:")
    else:
        st.markdown(text)


def _unreliable(found: np.ndarray) -> int:
    return int((found <= MISLEADING + 1e-6).sum())
