"""Tables of untrusted text: everything is shown as text."""

import re

import pytest

from playrec_core.ui.components.html_table import Cell, markup

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</table><script>x</script>",
    "![](http://x.test/a.png)",
    '"><b>',
    "&lt;b&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_cannot_become_markup(text: str):
    cell = Cell(text, below=text, colour=text, note=text)
    html = markup([cell, text], [[cell, text]], caption=text)
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z]+)", html))
    assert tags <= {"style", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "small", "i"}
    assert html.count("</table>") == 1


def test_rows_are_named_and_figures_are_aligned_right():
    html = markup(["model", "nDCG", "remark"], [["ALS", Cell("0.15", mark="best"), "fine"]], text_columns=(2,))
    assert '<th scope="row" class="pr-text">ALS</th>' in html
    assert '<td  class="pr-best">0.15</td>' in html
    assert '<td  class="pr-text">fine</td>' in html
    assert html.count('scope="col"') == 3
