"""The lists of one case side by side, without model names, with a verdict for every song.

A custom component: Streamlit's thumbs are one widget per row whose values the browser repeats with every message, so
for a song in two lists a stale second thumb would withdraw the verdict.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from playrec_core.i18n import tr
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.frontend.assets import lists_component
from playrec_core.ui.frontend.clicks import Click, clickable
from playrec_core.ui.wording.item_facts import items_of_lists

_lists = lists_component("playrec_blind_lists", Path(__file__).with_name("blind_lists.js"))
_VERDICTS = {"fits": True, "unfit": False, "unsaid": None}


def blind_lists(
    run: LoadedRun,
    lists: Mapping[str, Sequence[int]],
    common: Collection[int],
    fits: Mapping[int, bool],
    key: str,
    on_verdict: Callable[[int, bool | None], None],
) -> None:
    """Draw the lists.

    Args:
        run: the items.
        lists: by heading, item_idx, best first.
        common: item_idx of those in every list.
        fits: verdicts so far, by item_idx.
        key: of the component; different for each case.
        on_verdict: called before the rerun with an item_idx and whether it fits, None to withdraw the verdict.
    """
    shown = list(dict.fromkeys(item for listed in lists.values() for item in listed))
    names = items_of_lists(run, shown)
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

    def judge(click: Click) -> None:
        if click.value in names:
            on_verdict(int(click.value), _VERDICTS[click.action])

    clickable(_lists, data, key, _VERDICTS, judge)
