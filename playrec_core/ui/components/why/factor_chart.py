"""The two vectors whose product is a score, as bars: of the seed, of the item, and their product by factor.

A component of its own: plotly took 60 to 80 ms for three rows of 64 bars, and shows the hovered value of one row only.
"""

from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from playrec_core.explain.attribution import Vectors
from playrec_core.i18n import tr
from playrec_core.schema import Nouns
from playrec_core.ui.charts.theme import NEGATIVE, POSITIVE, TOTAL
from playrec_core.ui.frontend.assets import PICTURE, SHAPE, joined
from playrec_core.ui.wording.items import collection

from .vectors import factor_order

MOST_FACTORS = 64
_HERE = Path(__file__).parent
_factors = component(
    "playrec_factors",
    js=joined(SHAPE, _HERE / "factor_chart.js"),
    css=joined(PICTURE, _HERE / "factor_chart.css"),
)


def factor_chart(vectors: Vectors, nouns: Nouns, label: str, key: str) -> None:
    """Draw the factors of the largest magnitude first, at most `MOST_FACTORS`; the label is for screen readers."""
    _factors(data=chart(vectors, nouns, label), key=key)


def chart(vectors: Vectors, nouns: Nouns, label: str) -> dict[str, Any]:
    """What `factor_chart.js` draws: values of the same factors in every row, a colour for those above 0 and one for
    those below.
    """
    order = factor_order(vectors)[:MOST_FACTORS]
    rows = (
        (tr("x, the {playlist}", playlist=collection(nouns)), vectors.seed, (TOTAL, TOTAL)),
        (tr("y, the {item}", item=nouns.item), vectors.item, (TOTAL, TOTAL)),
        (tr("x · y, by factor"), vectors.product, (POSITIVE, NEGATIVE)),
    )
    return {
        "factors": order.tolist(),
        "factor": tr("factor"),
        "label": label,
        "rows": [
            {"title": title, "values": [round(value, 7) for value in values[order].tolist()], "colours": colours}
            for title, values, colours in rows
        ],
    }
