"""Single source of truth for colours: a model has the same colour on every page, in the light and the dark theme."""

from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb
from functools import cache

from playrec_core.serving.loaded_run import LoadedRun

# Okabe & Ito's palette (2008) without black and yellow, which have no contrast on a dark or a light page, and four
# colours as distinct from these and from each other, also with colour vision deficiency
# (tests/ui/charts/test_colours.py). They go to the models a run shows first.
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"),
    *("#9977FF", "#884422", "#99AA55", "#665555"),
)
# More than ten colours cannot be told apart; a model's name is always shown beside its mark.
MORE = (
    *("#C51B7D", "#4D9221", "#5E3C99", "#B2182B", "#35978F"),
    *("#BF812D", "#3288BD", "#7B3294", "#66A61E", "#A6761D"),
)
POSITIVE, NEGATIVE, TOTAL, MUTED = "#0072B2", "#D55E00", "#7F7F7F", "#9A9A9A"

SIDEBAR_PIXELS = 230
# Streamlit leaves a quarter of a 1280-pixel window empty; tables side by side need it. Headings keep their level for
# screen readers, so those in a card (`card`) are made smaller here. The toolbar lies over the page where the sidebar is
# closed, as on narrow windows, and two components of the sidebar draw nothing. Streamlit writes white on the primary
# colour, which is light in the dark theme to be readable as text. A formula wider than its column wraps: scrolling it
# would need a mouse. Links in captions are underlined because captions fade their colour; some colours of code are too
# pale.
STYLE = """<style>
[data-testid=stMainBlockContainer] { padding: 2.25rem 2rem 4rem; }
[data-testid=stApp]:has([data-testid=stToolbar]) [data-testid=stMainBlockContainer] { padding-top: 4.25rem; }
@media (max-width: 768px) { [data-testid=stMainBlockContainer] { padding-top: 4.25rem; } }
.st-key-navigation-lists, .st-key-language-told { position: absolute; }
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
    """The key of a container with a small heading."""
    return f"card-{name}"


def model_colours(run: LoadedRun) -> Mapping[str, str]:
    """The colour of each model of a run."""
    return assigned(run.model_names, run.first_shown)


@cache
def assigned(names: tuple[str, ...], first: tuple[str, ...]) -> Mapping[str, str]:
    """A distinct colour for each model: those shown first get the first of `PALETTE`, the others the rest. Appending a
    name, such as a saved vote, changes no other colour.
    """
    ordered = dict.fromkeys([*first, *names])
    return dict(zip(ordered, _distinct(len(ordered)), strict=True))


def _distinct(n: int) -> Sequence[str]:
    """Different colours: named ones, then hues a golden section apart, which never repeat."""
    further = [_hue(index) for index in range(n - len(PALETTE) - len(MORE))]
    return [*PALETTE, *MORE, *further][:n]


def _hue(index: int) -> str:
    red, green, blue = hls_to_rgb(index * 0.618034 % 1, (0.45, 0.58, 0.36)[index % 3], 0.6)
    return f"#{round(red * 255):02X}{round(green * 255):02X}{round(blue * 255):02X}"
