"""Several models' answers to one seed, put together for the board: names, agreement, hits, and which path answered."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from ..schema import ARTIST, TITLE, Nouns, Ranked, Source
from ..serving import LoadedRun
from . import items
from .text import shorten
from .theme import model_colours


def path_names(nouns: Nouns) -> dict[int, str]:
    """What each `Source` is called on screen."""
    return {
        Source.MODEL: "the model itself",
        Source.TAGS: f"{nouns.items} most often matched with the tags",
        Source.TITLE: f"{nouns.items} of {nouns.playlists} with a similar title",
        Source.POPULAR: f"the most popular {nouns.items}",
    }


def path_in_words(sources: np.ndarray, nouns: Nouns) -> str:
    """Which path gave an answer, and where another took over: "Answered by the model itself"."""
    if not len(sources):
        return f"No {nouns.item} is left to answer"
    names = path_names(nouns)
    parts = [(names[int(source)], len(list(run))) for source, run in groupby(sources.tolist())]
    if len(parts) == 1:
        only = "" if sources[0] == Source.MODEL else "The model knows nothing of this; "
        return f"{only}answered by {parts[0][0]}" if only else f"Answered by {parts[0][0]}"
    return "Answered by " + ", then ".join(f"{name} ({count})" for name, count in parts)


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
    """What `playrec_core.ui.board.board` draws.

    Args:
        run: names and colours.
        answers: by model name, in the order shown.
        hidden: item_idx that were held out of this playlist, to be marked.
        figures: a line of measured figures for each model.
    """
    found = among(list(answers.values()))
    named = items.table(run.dataset, list(found))
    names = zip(named[TITLE], named[ARTIST], strict=True)
    colours = model_colours(run.model_names)
    noun = run.nouns.item
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
                    str(place): f"From here on: {path_names(run.nouns)[int(ranked.sources[place])]}"
                    for place in (np.flatnonzero(np.diff(ranked.sources)) + 1).tolist()
                },
            }
            for name, ranked in answers.items()
        ],
        "items": {str(item): list(texts) for item, texts in zip(found, names, strict=True)},
        "among": {str(item): places for item, places in found.items()},
        "hits": [item for item in found if item in hidden],
        "words": {
            "add": f"Add this {noun} to the seed",
            "ban": f"Never answer this {noun}",
            "why": f"Why does the model answer this {noun}?",
            "tag": "Add the tag to the seed:",
            "hit": "Held out of this playlist, and found",
            "score": "Score, on the model's own scale",
            "earlier": "Move to the front:",
            "later": "Move to the back:",
            "hide": "Hide",
        },
    }
