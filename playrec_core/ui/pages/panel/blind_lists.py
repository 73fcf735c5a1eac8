"""The lists of one case side by side, without names, and beside every song whether it fits.

A component of the app's own. Thumbs of Streamlit's are widgets, one a row, whose values the browser repeats with every
message: of a song in two lists the second thumb, which the server had set and the browser had not drawn yet, took the
verdict back. Here a click is a click.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from streamlit.components.v2 import component

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import tr
from playrec_core.ui.frontend.assets import CLICKS, LISTS, MAKE, joined
from playrec_core.ui.frontend.clicks import clickable
from playrec_core.ui.wording import items

_HERE = Path(__file__).parent
_lists = component(
    "playrec_blind_lists",
    js=joined(MAKE, CLICKS, _HERE / "blind_lists.js"),
    css=joined(LISTS, _HERE / "blind_lists.css"),
)
_VERDICTS = {"fits": True, "unfit": False, "unsaid": None}


def blind_lists(
    dataset: Dataset,
    lists: Mapping[str, Sequence[int]],
    common: Collection[int],
    fits: Mapping[int, bool],
    key: str,
    on_verdict: Callable[[int, bool | None], None],
) -> None:
    """Draw the lists.

    Args:
        dataset: whose items.
        lists: by heading, item_idx, best first.
        common: item_idx of those in every list, which tell none of them apart.
        fits: what is said so far, by item_idx.
        key: of the component; another for another case.
        on_verdict: called before the rerun with an item_idx of these and whether it fits; None takes it back.
    """
    shown = list(dict.fromkeys(item for listed in lists.values() for item in listed))
    names = {str(item): texts for item, texts in zip(shown, items.names(dataset, shown), strict=True)}
    data = {
        "lists": [[heading, list(listed)] for heading, listed in lists.items()],
        "items": names,
        "common": [item for item in shown if item in common],
        "fits": {str(item): fits[item] for item in shown if item in fits},
        "words": {
            "fits": tr("Fits: {name}"),
            "unfit": tr("Does not fit: {name}"),
            "common": tr("In every list"),
        },
    }

    def judge(verdict: str, value: str) -> None:
        if value in names:
            on_verdict(int(value), _VERDICTS[verdict])

    clickable(_lists, data, key, _VERDICTS, judge)
