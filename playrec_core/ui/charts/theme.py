"""One font of truth for colours: every model keeps its colour on every page, in light and in dark."""

from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb
from functools import cache

from playrec_core.serving.loaded_run import LoadedRun

# Okabe & Ito's palette (2008) without black and yellow, which vanish on a dark or a light page, and four colours found
# to lie as far from these and from one another as these six do, whether seen with all cones or without one kind of
# them (tests/ui/charts/test_colours.py). A run gives them to the models it shows first.
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"),
    *("#9977FF", "#884422", "#99AA55", "#665555"),
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
# writes white on the primary colour, which in the dark theme has to be light enough to be read as text. A formula wider
# than its column goes on in a further line: it would scroll, which no key does. A link in a caption, which fades all it
# holds, is told by its line; of the colours of code some are too pale.
STYLE = """<style>
[data-testid=stMainBlockContainer] { padding: 2.25rem 2rem 4rem; }
[class*=st-key-card-] h2 { font-size: 1.2rem; padding: 0 0 0.25rem; }
[data-testid^=stBaseButton-primary], [data-testid=stMultiSelect] [data-tag] { color: light-dark(#ffffff, #0e1117); }
[data-testid=stMultiSelect] [data-tag] * { color: inherit; }
[data-testid=stMarkdownContainer] .katex-display { overflow: visible; }
[data-testid=stMarkdownContainer] .katex-display > .katex { white-space: normal; }
[data-testid=stCaptionContainer] a { color: inherit; text-decoration: underline; }
[data-testid=stPageLink] [data-testid=stMarkdownContainer] p { overflow: hidden; text-overflow: ellipsis; }
[data-testid=stCode] code .token.token { color: inherit; }
</style>"""


def card(name: str) -> str:
    """The key of a container whose heading is a small one."""
    return f"card-{name}"


def model_colours(run: LoadedRun) -> Mapping[str, str]:
    """The colour of each model of a run."""
    return assigned(run.model_names, run.first_shown)


@cache
def assigned(names: tuple[str, ...], first: tuple[str, ...]) -> Mapping[str, str]:
    """A colour of its own for each model: those shown first have the first of `PALETTE`, the others what is left.

    Args:
        names: of all models; one more at their end, a saved mix, changes no other's colour.
        first: those to be told apart best, in the order of the configuration.
    """
    ordered = dict.fromkeys([*first, *names])
    return dict(zip(ordered, _distinct(len(ordered)), strict=True))


def _distinct(n: int) -> Sequence[str]:
    """Colours that are all different: named ones, then hues a golden section apart, which never meet again."""
    further = [_hue(place) for place in range(n - len(PALETTE) - len(MORE))]
    return [*PALETTE, *MORE, *further][:n]


def _hue(place: int) -> str:
    red, green, blue = hls_to_rgb(place * 0.618034 % 1, (0.45, 0.58, 0.36)[place % 3], 0.6)
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"
