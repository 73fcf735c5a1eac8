"""What the comparison grid shows: names, agreement, hits, and which path the recommendations come from."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from playrec_core.i18n import tr
from playrec_core.schema import Nouns, Ranked, Source
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.wording import terms
from playrec_core.ui.wording.escape import shorten
from playrec_core.ui.wording.item_facts import items_of_lists
from playrec_core.ui.wording.run import in_nouns


def path_names(nouns: Nouns) -> dict[int, str]:
    """Name of each `Source` on screen."""
    return {
        Source.MODEL: tr("the model"),
        Source.TAGS: tr("{items} that co-occur most with the tags", items=nouns.items),
        Source.TITLE: tr("{items} of {playlists} with a similar title", items=nouns.items, playlists=nouns.playlists),
        Source.POPULAR: tr("the most popular {items}", items=nouns.items),
    }


def path_in_words(sources: np.ndarray, nouns: Nouns) -> str:
    """Where recommendations come from, in order: "Scored by the model"."""
    if not len(sources):
        return tr("No {item} is left to recommend", item=nouns.item)
    names = path_names(nouns)
    parts = [(names[int(source)], len(list(run))) for source, run in groupby(sources.tolist())]
    if len(parts) > 1:
        steps = [tr("{path} ({n})", path=name, n=count) for name, count in parts]
        return tr("From {paths}", paths=tr(", then ").join(steps))
    if sources[0] == Source.MODEL:
        return tr("Scored by the model")
    return tr("No prediction from this model; fallback: {paths}", paths=parts[0][0])


def recommended_by(lists: Sequence[Ranked]) -> dict[int, list[int]]:
    """For each recommended item, the positions (in ``lists``) of the models that score it.

    Items of the fallback are the same for all models: that is no agreement.
    """
    found: dict[int, list[int]] = {}
    for place, ranked in enumerate(lists):
        for item, source in zip(ranked.items.tolist(), ranked.sources.tolist(), strict=True):
            models = found.setdefault(item, [])
            if source == Source.MODEL:
                models.append(place)
    return found


def score_text(score: float) -> str:
    """A score in a few characters. Scores of different models are on different scales and are not compared."""
    return f"{score:,.0f}" if abs(score) >= 1000 else f"{score:.3g}"


def grid_data(
    run: LoadedRun,
    found: Mapping[str, Ranked],
    *,
    hidden: frozenset[int] = frozenset(),
    figures: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What `grid` draws: recommendations by model, with a line of figures each; held-out items are marked."""
    by_item = recommended_by(list(found.values()))
    colours = model_colours(run)
    paths = path_names(run.nouns)
    return {
        "columns": [
            {
                "name": name,
                "title": run.model_title(name),
                "colour": colours[name],
                "path": path_in_words(ranked.sources, run.nouns),
                "fallback": bool(len(ranked.sources)) and bool(ranked.sources[0] != Source.MODEL),
                "figures": (figures or {}).get(name, ""),
                "tags": [
                    [tag, shorten(text, 40)]
                    for tag, text in zip(ranked.tags.tolist(), terms.tags(run.dataset, ranked.tags), strict=True)
                ],
                "entries": [
                    [item, score_text(score)]
                    for item, score in zip(ranked.items.tolist(), ranked.scores.tolist(), strict=True)
                ],
                "turns": {
                    str(place): tr("Fallback from here: {path}", path=paths[int(ranked.sources[place])])
                    for place in (np.flatnonzero(np.diff(ranked.sources)) + 1).tolist()
                },
            }
            for name, ranked in found.items()
        ],
        "items": items_of_lists(run, list(by_item)),
        "among": {str(item): places for item, places in by_item.items()},
        "hits": [item for item in by_item if item in hidden],
        "words": _words(run.nouns),
    }


def _words(nouns: Nouns) -> dict[str, str]:
    """Texts of the grid; its script fills in ``{name}``, ``{model}``, ``{tag}`` and ``{models}``."""
    return {
        "answers": tr("Recommendations"),
        "add": tr("Add to the seed: {name}"),
        "ban": tr("Exclude {name}"),
        "why": tr("Why does {model} recommend {name}?"),
        "tag": tr("Add the tag to the seed: {tag}"),
        "hit": in_nouns(tr("Held-out song of this playlist, recommended"), nouns),
        "score": tr("Score, on the scale of the model"),
        "among": tr("Recommended by: {models}"),
        "list": tr("Recommendations: {model}"),
        "earlier": tr("Move left: {model}"),
        "later": tr("Move right: {model}"),
        "hide": tr("Hide: {model}"),
        "about": tr("About {model}"),
    }
