"""Which items a pasted list means. Nothing is guessed: what could mean two items is asked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from playrec_core.data.types.vocabulary import UNKNOWN
from playrec_core.schema import ARTIST
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.text_index.catalogue_search import normalise

MOST_LINES = 2000
MOST_CANDIDATES = 20
_BETWEEN = re.compile(r"\s+[-–—|/]\s+|\t+|\s+by\s+")


@dataclass(frozen=True)
class Question:
    """A pasted line that needs a person: the items it could mean exactly, or else the nearest finds, if any."""

    text: str
    candidates: tuple[int, ...]
    exact: bool


@dataclass(frozen=True)
class Matches:
    """What a list came to: the items that are certain, in the list's order, and the lines that are not."""

    found: tuple[int, ...]
    questions: tuple[Question, ...] = ()
    left_out: int = 0
    """Lines beyond `MOST_LINES`."""


def match(run: LoadedRun, lines: Iterable[object]) -> Matches:
    """Items meant by lines that each hold an id, a title, or "title - artist"; upper and lower case are one. Empty
    lines are skipped, repeats counted once.
    """
    wanted = list(dict.fromkeys(text for line in lines if (text := str(line).strip())))
    known = run.dataset.items.index(wanted[:MOST_LINES]).tolist()
    found: list[int] = []
    questions: list[Question] = []
    for text, by_id in zip(wanted, known, strict=False):
        fits = _fitting(run, text, by_id)
        if len(fits) == 1:
            found.append(fits[0])
        elif fits:
            questions.append(Question(text, tuple(fits[:MOST_CANDIDATES]), exact=True))
        else:
            questions.append(Question(text, tuple(run.search.search(text, 5).tolist()), exact=False))
    return Matches(tuple(dict.fromkeys(found)), tuple(questions), max(len(wanted) - MOST_LINES, 0))


def _fitting(run: LoadedRun, text: str, by_id: int) -> list[int]:
    """Every item that the whole line names: by id, by title, or by title and artist."""
    fits = [] if by_id == UNKNOWN else [by_id]
    fits += run.search.exact(text).tolist()
    for cut in _BETWEEN.finditer(text):
        before, after = text[: cut.start()], text[cut.end() :]
        fits += _by_artist(run, before, after) or _by_artist(run, after, before)
    return list(dict.fromkeys(fits))


def _by_artist(run: LoadedRun, title: str, artist: str) -> list[int]:
    rows = run.search.exact(title)
    wanted = normalise(artist)
    if not len(rows) or not wanted:
        return []
    artists = run.dataset.catalogue[ARTIST].take(np.asarray(rows)).to_pylist()
    return [
        row
        for row, names in zip(rows.tolist(), artists, strict=True)
        if wanted == normalise(names or "") or wanted in map(normalise, (names or "").split(","))
    ]
