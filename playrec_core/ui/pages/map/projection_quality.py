"""How far a map can be believed, in words: of the whole map, and of what is chosen on it."""

import numpy as np
import streamlit as st

from playrec_core.i18n import tr, trn
from playrec_core.projection.quality import MISLEADING, looked_at
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.wording.escape import plain


def map_words(run: LoadedRun, name: str, layout: str) -> None:
    """Draw the figures of one map; nothing for a run without."""
    found, trust = _measured(run, name, layout), run.maps.trustworthiness(name, layout)
    if found is None or trust is None or not len(found):
        return
    k = looked_at(len(found))
    misled = int((found <= MISLEADING + 1e-6).sum())
    st.caption(
        tr(
            "**What the map of {model} keeps:** {kept:.1f} of the {k} nearest {items} of each on average (by chance "
            "{chance:.2f}); trustworthiness {trust:.3f}. {n:,} of {all:,} are misplaced: {few} or fewer of their {k} "
            "nearest are near them.",
            model=plain(run.model_title(name)),
            kept=k * float(found.mean()),
            k=k,
            items=plain(run.nouns.items),
            chance=k * k / max(len(found) - 1, 1),
            trust=trust,
            n=misled,
            all=len(found),
            few=round(k * MISLEADING),
        ),
        help=tr(
            "Nearest by the cosine of the model's vectors, in all their dimensions. Trustworthiness (Venna & Kaski "
            "2001) is 1 if nobody near on the map is far in the model's space, and about 0.5 on a shuffled map. "
            "Colour by “what the map keeps” to see where."
        ),
    )


def chosen_words(run: LoadedRun, chosen: np.ndarray, name: str, layout: str) -> None:
    """Draw what one map keeps of some items' neighbourhoods, with a warning where it misleads.

    Args:
        run: with a map.
        chosen: item_idx on the map, at least one.
        name: whose space.
        layout: which layout of it.
    """
    everybody = run.maps.neighbours_kept(name, layout)
    if everybody is None:
        return
    k = looked_at(int(np.isfinite(everybody).sum()))
    found = everybody[chosen]
    found = found[np.isfinite(found)]
    model, items = plain(run.model_title(name)), plain(run.nouns.items)
    if not len(found):
        return
    misled = int((found <= MISLEADING + 1e-6).sum())
    if len(chosen) == 1:
        near = round(k * float(found[0]))
        text = trn(
            "On the map of {model}, {n} of its {k} nearest {items} is near it.",
            "On the map of {model}, {n} of its {k} nearest {items} are near it.",
            near,
            model=model,
            k=k,
            items=items,
        )
        if misled:
            warning = tr("Two dimensions mislead here: what lies around it says little about what it is like.")
            st.warning(f"{text} {warning}", icon=":material/warning:")
            return
    else:
        text = tr(
            "On the map of {model} they keep {kept:.1f} of their {k} nearest {items} on average.",
            model=model,
            kept=k * float(found.mean()),
            k=k,
            items=items,
        )
        if misled:
            text += " " + trn(
                "Of {all:,} measured, {n:,} lies where two dimensions mislead.",
                "Of {all:,} measured, {n:,} lie where two dimensions mislead.",
                misled,
                all=len(found),
            )
        if misled > len(found) / 2:
            st.warning(text, icon=":material/warning:")
            return
    st.markdown(text)


def _measured(run: LoadedRun, name: str, layout: str) -> np.ndarray | None:
    found = run.maps.neighbours_kept(name, layout)
    return None if found is None else found[np.isfinite(found)]
