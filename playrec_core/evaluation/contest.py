"""Scores a results file as the Kakao Arena contest "Melon Playlist Continuation" does.

Written from the contest's rules and its published evaluator (kakao-arena/melon-playlist-continuation,
``evaluate.py``). Both files are JSON lists of objects with ``id``, ``songs`` and ``tags``; other keys are ignored.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playrec_core.errors import DataError, PlayrecError, SubmissionError
from playrec_core.evaluation.metrics.ndcg import discounts

N_SONGS = 100
N_TAGS = 10
MUSIC_WEIGHT = 0.85
TAG_WEIGHT = 0.15


@dataclass(frozen=True)
class ContestScore:
    """The three figures of the leaderboard, each between 0 and 1.

    Args:
        music_ndcg: mean nDCG of the 100 answered songs.
        tag_ndcg: mean nDCG of the 10 answered tags.
        score: what the contest ranked by, ``0.85 * music_ndcg + 0.15 * tag_ndcg``.
    """

    music_ndcg: float
    tag_ndcg: float
    score: float


def contest_score(music_ndcg: float, tag_ndcg: float) -> float:
    """The contest's mixture of its two figures."""
    return MUSIC_WEIGHT * music_ndcg + TAG_WEIGHT * tag_ndcg


def evaluate_files(answers: Path, results: Path) -> ContestScore:
    r"""The score of `results` against the hidden songs and tags of `answers`.

    .. math::
        nDCG = \frac{\sum_{\text{hits}} 1 / \ln(rank + 1)}{\sum_{r=1}^{|G|} 1 / \ln(r + 1)}

    with G the playlist's hidden songs (or tags), as many as there are: the ideal of 30 hidden tags runs over 30
    ranks though only 10 can be answered. Means over all playlists of the answers file. Songs and tags match when
    they are equal as they stand in the files.

    The contest's evaluator divides by zero where a playlist hides no song or no tag, and stops; so such an answers
    file is refused here, too. It also stops above 100 hidden songs, a size its own splitter never wrote; here the
    sum simply runs on.

    Args:
        answers: the hidden part of each playlist.
        results: for every playlist of `answers` exactly 100 distinct songs and 10 distinct tags, best first.

    Raises:
        SubmissionError: the results file is anything but that; names the first record at fault.
        DataError: the answers file cannot be scored against; names the first record at fault.
    """
    hidden = _read_answers(answers)
    answered = _read_results(results, hidden, answers)
    music = [_ndcg(answered[each]["songs"], record["songs"]) for each, record in hidden.items()]
    tags = [_ndcg(answered[each]["tags"], record["tags"]) for each, record in hidden.items()]
    music_ndcg, tag_ndcg = float(np.mean(music)), float(np.mean(tags))
    return ContestScore(music_ndcg, tag_ndcg, contest_score(music_ndcg, tag_ndcg))


def check_results(questions: Path, results: Path) -> int:
    """Refuse a results file that the contest would refuse, before anybody knows the answers.

    Args:
        questions: the playlists to be continued.
        results: for every playlist of `questions` exactly 100 distinct songs and 10 distinct tags.

    Returns:
        The number of playlists.

    Raises:
        SubmissionError, DataError: as `evaluate_files`; and a song or tag that its question shows is refused, too,
            for the contest counts it as a miss.
    """
    asked: dict[int | str, dict[str, Any]] = {}
    for position, record in enumerate(_read_list(questions, DataError), start=1):
        if not isinstance(record, dict) or type(record.get("id")) not in (int, str):
            raise DataError(questions, _describe(position, record), "expected an object with an id")
        asked[record["id"]] = {"songs": record.get("songs") or [], "tags": record.get("tags") or []}
    for each, record in _read_results(results, asked, questions).items():
        for column in ("songs", "tags"):
            shown = next((item for item in record[column] if item in asked[each][column]), None)
            if shown is not None:
                raise _refusal(results, f"id {_shown(each)}", f"answers {_shown(shown)}, which its question shows")
    return len(asked)


def _ndcg(ranked: Sequence[Any], hidden: Sequence[Any]) -> float:
    """nDCG of one list; `hidden` is not empty."""
    wanted = set(hidden)
    hits = np.array([item in wanted for item in ranked])
    return float(discounts(len(ranked))[hits].sum() / discounts(len(hidden)).sum())


def _read_answers(path: Path) -> dict[int | str, dict[str, Any]]:
    """The records of the answers file by id, each with at least one hidden song and tag."""
    hidden: dict[int | str, dict[str, Any]] = {}
    for position, record in enumerate(_read_list(path, DataError), start=1):
        where, fault = _describe(position, record), _shape_fault(record)
        if fault is None and record["id"] in hidden:
            fault = "this id already stood in the file"
        for column in ("songs", "tags"):
            if fault is None and not record[column]:
                fault = f"hides no {column}, so no answer can be right or wrong; leave the playlist out"
        if fault is not None:
            raise DataError(path, where, fault)
        hidden[record["id"]] = record
    if not hidden:
        raise DataError(path, "", "holds no playlists; expected a JSON list of {id, songs, tags}")
    return hidden


def _read_results(
    path: Path, hidden: dict[int | str, dict[str, Any]], answers: Path
) -> dict[int | str, dict[str, Any]]:
    """The records of the results file by id: exactly those of `hidden`, each complete."""
    song_types = {type(song) for record in hidden.values() for song in record["songs"]}
    answered: dict[int | str, dict[str, Any]] = {}
    for position, record in enumerate(_read_list(path, _refusal), start=1):
        fault = _shape_fault(record)
        if fault is None and record["id"] not in hidden:
            fault = f"{answers} asks for no such id"
        if fault is None and record["id"] in answered:
            fault = "this id was already answered; every id may stand once"
        fault = fault or _count_fault(record["songs"], N_SONGS, "songs")
        fault = fault or _count_fault(record["tags"], N_TAGS, "tags")
        fault = fault or _type_fault(record["songs"], song_types)
        if fault is not None:
            raise _refusal(path, _describe(position, record), fault)
        answered[record["id"]] = record
    for missing in hidden:
        if missing not in answered:
            raise _refusal(path, f"id {_shown(missing)}", f"is not answered, but {answers} asks for it")
    return answered


def _read_list(path: Path, refuse: Callable[[Path, str, str], PlayrecError]) -> list[Any]:
    """The JSON list in `path`; `refuse` makes the error where it is not one."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise refuse(path, "", f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise refuse(path, "", f"is not JSON in UTF-8 ({error}); expected a list of {{id, songs, tags}}") from error
    if not isinstance(content, list):
        raise refuse(path, "", "expected a JSON list of {id, songs, tags}, one object a playlist")
    return content


def _refusal(path: Path, record: str, fault: str) -> PlayrecError:
    return SubmissionError(f"{path}, {record}: {fault}" if record else f"{path}: {fault}")


def _shape_fault(record: Any) -> str | None:
    """What keeps `record` from being {id, songs, tags}, or None."""
    if not isinstance(record, dict):
        return "expected an object {id, songs, tags}"
    for key in ("id", "songs", "tags"):
        if key not in record:
            return f"has no {key!r}"
    if type(record["id"]) not in (int, str):
        return f"the id must be a whole number or text, not {_shown(record['id'])}"
    for key, types, wanted in (("songs", (int, str), "song ids"), ("tags", (str,), "texts")):
        if not isinstance(record[key], list):
            return f"{key!r} must be a list of {wanted}"
        for place, item in enumerate(record[key], start=1):
            # `type` and not `isinstance`: JSON's true is an int to Python, and would match song 1.
            if type(item) not in types:
                return f"place {place} of {key!r} is {_shown(item)}; expected a list of {wanted}"
    return None


def _count_fault(items: Sequence[Any], expected: int, column: str) -> str | None:
    """What is wrong with the number of `items`, or None."""
    if len(items) != expected:
        return f"has {len(items)} {column}; exactly {expected} are asked for"
    first_place: dict[Any, int] = {}
    for place, item in enumerate(items, start=1):
        if item in first_place:
            return f"places {first_place[item]} and {place} of {column!r} are both {_shown(item)}; they must differ"
        first_place[item] = place
    return None


def _type_fault(songs: Sequence[Any], expected: set[type]) -> str | None:
    """Song ids of another type than the answers' could never match: say so instead of scoring 0."""
    for place, song in enumerate(songs, start=1):
        # Questions may show no song at all, and then say nothing of their type.
        if expected and type(song) not in expected:
            kind = "whole numbers" if expected == {int} else "text"
            return f"place {place} of 'songs' is {_shown(song)}; the answers file's song ids are {kind}"
    return None


def _describe(position: int, record: Any) -> str:
    """ "record 3 (id 17)", as far as the record has a usable id."""
    if isinstance(record, dict) and type(record.get("id")) in (int, str):
        return f"record {position} (id {_shown(record['id'])})"
    return f"record {position}"


def _shown(value: Any) -> str:
    """`value` as JSON, cut short: it comes from a stranger's file and goes into an error message."""
    # A lone surrogate is legal JSON, but no terminal could print it.
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= 60 else f"{text[:57]}..."
