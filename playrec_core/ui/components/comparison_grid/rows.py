"""Several models' answers to one seed, put together for the board: names, agreement, hits, and which path answered."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from playrec_core.i18n import tr
from playrec_core.schema import Nouns, Ranked, Source
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.charts.theme import model_colours
from playrec_core.ui.wording import items
from playrec_core.ui.wording.escape import shorten
from playrec_core.ui.wording.run import in_nouns


def path_names(nouns: Nouns) -> dict[int, str]:
    """What each `Source` is called on screen."""
    return {
        Source.MODEL: tr("the model itself"),
        Source.TAGS: tr("{items} most often matched with the tags", items=nouns.items),
        Source.TITLE: tr("{items} of {playlists} with a similar title", items=nouns.items, playlists=nouns.playlists),
        Source.POPULAR: tr("the most popular {items}", items=nouns.items),
    }


def path_in_words(sources: np.ndarray, nouns: Nouns) -> str:
    """Which path gave an answer, and where another took over: "Answered by the model itself"."""
    if not len(sources):
        return tr("No {item} is left to answer", item=nouns.item)
    names = path_names(nouns)
    parts = [(names[int(source)], len(list(run))) for source, run in groupby(sources.tolist())]
    if len(parts) > 1:
        steps = [tr("{path} ({n})", path=name, n=count) for name, count in parts]
        return tr("Answered by {paths}", paths=tr(", then ").join(steps))
    if sources[0] == Source.MODEL:
        return tr("Answered by {paths}", paths=parts[0][0])
    return tr("The model knows nothing of this; answered by {paths}", paths=parts[0][0])


def among(answers: Sequence[Ranked]) -> dict[int, list[int]]:
    """For each answered item, the places (in ``answers``) of the models that answer it themselves.

    Where the cold-start chain answered in a model's stead, all models have the same items: that is no agreement.
    """
    found: dict[int, list[int]] = {}
    for place, ranked in enumerate(answers):
        for item, source in zip(ranked.items.tolist(), ranked.sources.tolist(), strict=True):
            models = found.setdefault(item, [])
            if source == Source.MODEL:
                models.append(place)
    return found


def score_text(score: float) -> str:
    """A score in a few characters. Scores of different models are on different scales and are not compared."""
    return f"{score:,.0f}" if abs(score) >= 1000 else f"{score:.3g}"


def board_data(
    run: LoadedRun,
    answers: Mapping[str, Ranked],
    *,
    hidden: frozenset[int] = frozenset(),
    figures: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What `playrec_core.ui.components.comparison_grid.grid.board` draws.

    Args:
        run: names and colours.
        answers: by model name, in the order shown.
        hidden: item_idx that were held out of this playlist, to be marked.
        figures: a line of measured figures for each model.
    """
    found = among(list(answers.values()))
    names = items.names(run.dataset, list(found))
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
                    for tag, text in zip(ranked.tags.tolist(), run.dataset.tags.outside(ranked.tags), strict=True)
                ],
                "entries": [
                    [item, score_text(score)]
                    for item, score in zip(ranked.items.tolist(), ranked.scores.tolist(), strict=True)
                ],
                "turns": {
                    str(place): tr("From here on: {path}", path=paths[int(ranked.sources[place])])
                    for place in (np.flatnonzero(np.diff(ranked.sources)) + 1).tolist()
                },
            }
            for name, ranked in answers.items()
        ],
        "items": {str(item): list(texts) for item, texts in zip(found, names, strict=True)},
        "among": {str(item): places for item, places in found.items()},
        "hits": [item for item in found if item in hidden],
        "words": _words(run.nouns),
    }


def _words(nouns: Nouns) -> dict[str, str]:
    """What the board says, with ``{name}``, ``{model}``, ``{tag}`` and ``{models}`` where it puts one."""
    return {
        "answers": tr("Answers"),
        "add": tr("Add to the seed: {name}"),
        "ban": tr("Never answer: {name}"),
        "why": tr("Why does {model} answer this? {name}"),
        "tag": tr("Add the tag to the seed: {tag}"),
        "hit": in_nouns(tr("Held out of this playlist, and found"), nouns),
        "score": tr("Score, on the model's own scale"),
        "among": tr("Answered by: {models}"),
        "list": tr("Answers: {model}"),
        "earlier": tr("One place earlier: {model}"),
        "later": tr("One place later: {model}"),
        "hide": tr("Hide: {model}"),
    }
