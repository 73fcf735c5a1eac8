"""The two vectors behind a score as bars: the seed's, the item's, and their product, factor by factor.

A component of the app's own: three rows of 64 bars were 60 to 80 ms of plotly's time on a page's first view, and the
value under the pointer was one row's alone.
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
    """Draw the chart: the factors that add most (or take most) first, at most `MOST_FACTORS`.

    Args:
        vectors: from `playrec_core.explain.attribution.vectors`.
        nouns: what things are called.
        label: what a screen reader says of it.
        key: of the component.
    """
    _factors(data=chart(vectors, nouns, label), key=key)


def chart(vectors: Vectors, nouns: Nouns, label: str) -> dict[str, Any]:
    """What `factor_chart.js` draws: values of the same factors in every row, a colour for those above 0 and one for
    those below.
    """
    order = factor_order(vectors)[:MOST_FACTORS]
    rows = (
        (tr("x, the {playlist}", playlist=collection(nouns)), vectors.seed, (TOTAL, TOTAL)),
        (tr("y, the {item}", item=nouns.item), vectors.item, (TOTAL, TOTAL)),
        (tr("x · y, factor by factor"), vectors.product, (POSITIVE, NEGATIVE)),
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
