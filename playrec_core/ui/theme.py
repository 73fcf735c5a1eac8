"""One font of truth for colours: every model keeps its colour on every page, in light and in dark."""

from collections.abc import Sequence

# Okabe & Ito's palette (2008), told apart with every common kind of colour blindness; black and yellow are
# replaced because they vanish on a dark or a light page.
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9"),
    *("#D55E00", "#7F7F7F", "#9467BD", "#8C6D31", "#17A2A2"),
)
# Beyond ten no palette is told apart by colour alone; a model's name stands beside every mark of it.
MORE = (
    *("#C51B7D", "#4D9221", "#5E3C99", "#B2182B", "#35978F"),
    *("#BF812D", "#3288BD", "#7B3294", "#66A61E", "#A6761D"),
)
POSITIVE, NEGATIVE, TOTAL, MUTED = "#0072B2", "#D55E00", "#7F7F7F", "#9A9A9A"

SIDEBAR_PIXELS = 230
# Streamlit leaves a quarter of a 1280-pixel window empty; tables side by side need it.
# Headings keep their order for whoever listens to them; inside a card (`card`) the second is a small one. Streamlit
# writes white on the primary colour, which in the dark theme has to be light enough to be read as text.
STYLE = """<style>
[data-testid=stMainBlockContainer] { padding: 2.25rem 2rem 4rem; }
[class*=st-key-card-] h2 { font-size: 1.2rem; padding: 0 0 0.25rem; }
[data-testid^=stBaseButton-primary], [data-testid=stMultiSelect] [data-tag] { color: light-dark(#ffffff, #0e1117); }
[data-testid=stMultiSelect] [data-tag] * { color: inherit; }
</style>"""


def card(name: str) -> str:
    """The key of a container whose heading is a small one."""
    return f"card-{name}"


def model_colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each model of a run, by its place in the configuration."""
    colours = PALETTE + MORE
    return {name: colours[place % len(colours)] for place, name in enumerate(names)}
