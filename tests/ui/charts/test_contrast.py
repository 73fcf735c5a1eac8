"""Text against its background reaches WCAG 2.2 AA in both themes: 4.5 : 1, and 3 : 1 for what only marks a place.

The colours are read from the theme and from our own styles, and mixed as a browser mixes them.
"""

import re
import tomllib
from pathlib import Path

import pytest

from playrec_core.ui.charts import theme
from playrec_core.ui.components import html_table
from playrec_core.ui.frontend.assets import LISTS, joined

ROOT = Path(__file__).parents[3]
BOARD = joined(LISTS, ROOT / "playrec_core/ui/components/comparison_grid/grid.css")
THEMES = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
TEXT, MARK = 4.5, 3.0
CAPTION, SELECTED = 0.6, 0.1  # Streamlit's shares: of the text in a caption, of the primary colour under what is chosen

Colour = tuple[float, float, float]


def colour(name: str) -> Colour:
    """sRGB of "#rrggbb", 0 to 255."""
    return (int(name[1:3], 16), int(name[3:5], 16), int(name[5:7], 16))


def mixed(share: float, top: Colour, bottom: Colour) -> Colour:
    """A share of one colour over another: what opacity and ``color-mix(in srgb, ...)`` show."""
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(top, bottom, strict=True))
    return (red, green, blue)


def contrast(one: Colour, other: Colour) -> float:
    """(L1 + 0.05) / (L2 + 0.05), WCAG 2.2, "contrast ratio"."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(of: Colour) -> float:
    parts = [part / 255 for part in of]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def share(pattern: str, text: str) -> float:
    """The number that a pattern finds in a style, a percentage as a share."""
    found = re.search(pattern, text)
    assert found, pattern
    return float(found[1]) / (100 if float(found[1]) > 1 else 1)


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> dict[str, Colour]:
    return {name: colour(value) for name, value in THEMES[request.param].items() if str(value).startswith("#")}


def test_the_formula_is_that_of_the_standard():
    assert contrast(colour("#000000"), colour("#ffffff")) == pytest.approx(21)
    assert contrast(colour("#777777"), colour("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("background", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_captions_and_links_are_read_on_page_and_sidebar(colours: dict[str, Colour], background: str):
    ground, text, primary = colours[background], colours["textColor"], colours["primaryColor"]
    assert contrast(text, ground) >= TEXT
    assert contrast(mixed(CAPTION, text, ground), ground) >= TEXT
    assert contrast(primary, ground) >= TEXT
    assert contrast(primary, mixed(SELECTED, primary, ground)) >= TEXT


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_primary_button_and_a_chosen_tag_are_read(name: str):
    written = re.search(
        r"stBaseButton-primary\], .*\[data-tag\] \{ color: light-dark\((#\w{6}), (#\w{6})\)", theme.STYLE
    )
    assert written
    text = colour(written[1 if name == "light" else 2])
    assert contrast(text, colour(THEMES[name]["primaryColor"])) >= TEXT


def test_what_the_board_says_is_read_on_every_row(colours: dict[str, Colour]):
    ground, text, primary = colours["backgroundColor"], colours["textColor"], colours["primaryColor"]
    faint = mixed(share(r"--faint: color-mix\(in srgb, var\(--st-text-color\) (\d+)%", BOARD), text, ground)
    agreed = mixed(share(r"var\(--agreed\) \* (\d+)%", BOARD), primary, ground)
    for row in (ground, agreed):
        assert contrast(text, row) >= TEXT
        assert contrast(faint, row) >= TEXT
        assert contrast(primary, row) >= MARK  # where the keyboard is
    assert contrast(text, colours["secondaryBackgroundColor"]) >= TEXT  # tags


def test_tables_are_read_in_their_marked_and_muted_cells(colours: dict[str, Colour]):
    ground, text = colours["backgroundColor"], colours["textColor"]
    below = share(r"small\{display:block;opacity:([\d.]+)", html_table._STYLE)
    muted = share(r"pr-muted\{opacity:([\d.]+)", html_table._STYLE)
    grounds = [ground]
    for red, green, blue, alpha in re.findall(r"background:rgba\((\d+),(\d+),(\d+),([\d.]+)\)", html_table._STYLE):
        grounds.append(mixed(float(alpha), (int(red), int(green), int(blue)), ground))
    assert len(grounds) == 4
    for cell in grounds:
        assert contrast(mixed(below, text, cell), cell) >= TEXT
    assert contrast(mixed(muted, text, ground), ground) >= TEXT
