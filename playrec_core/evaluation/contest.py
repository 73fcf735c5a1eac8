"""Scores a results file like the Kakao Arena contest "Melon Playlist Continuation".

Written from the contest's rules and its published evaluator (kakao-arena/melon-playlist-continuation,
``evaluate.py``). Both files are JSON lists of objects with ``id``, ``songs`` and ``tags``; other keys are ignored.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
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
    """The three scores of the leaderboard, each between 0 and 1.

    Args:
        music_ndcg: mean nDCG of the 100 recommended songs.
        tag_ndcg: mean nDCG of the 10 recommended tags.
        score: the ranking criterion, ``0.85 * music_ndcg + 0.15 * tag_ndcg``.
    """

    music_ndcg: float
    tag_ndcg: float
    score: float


@dataclass(frozen=True)
class CheckedResults:
    """A results file that the contest accepts.

    Args:
        playlists: number of playlists.
        warnings: what it accepts although it can only count as misses, one sentence each.
    """

    playlists: int
    warnings: tuple[str, ...]


def contest_score(music_ndcg: float, tag_ndcg: float) -> float:
    """The contest's weighted sum of its two metrics."""
    return MUSIC_WEIGHT * music_ndcg + TAG_WEIGHT * tag_ndcg


def evaluate_files(answers: Path, results: Path) -> ContestScore:
    r"""The score of `results` against the hidden songs and tags of `answers`.

    .. math::
        nDCG = \frac{\sum_{\text{hits}} 1 / \ln(rank + 1)}{\sum_{r=1}^{|G|} 1 / \ln(r + 1)}

    with G the playlist's hidden songs (or tags), uncapped: the ideal of 30 hidden tags sums over 30 ranks although only
    10 can be recommended. Means are over all playlists of the answers file. Songs and tags are compared as written.

    The contest's evaluator divides by zero if a playlist hides no song or no tag, so such an answers file is refused
    here. It also fails above 100 hidden songs, which its splitter never wrote; here the sum continues.

    Args:
        answers: the hidden part of each playlist.
        results: for every playlist of `answers` exactly 100 distinct songs and 10 distinct tags, best first.

    Raises:
        SubmissionError: the results file is invalid; names the first invalid record.
        DataError: the answers file is invalid; names the first invalid record.
    """
    hidden = _read_answers(answers)
    submitted = _read_results(results, hidden, answers, _song_types(hidden))
    music_ndcg, tag_ndcg = (
        float(np.mean([_ndcg(submitted[each][column], record[column]) for each, record in hidden.items()]))
        for column in ("songs", "tags")
    )
    return ContestScore(music_ndcg, tag_ndcg, contest_score(music_ndcg, tag_ndcg))


def check_results(questions: Path, results: Path) -> CheckedResults:
    """Validate a results file without the answers, by the rules of the contest.

    The contest refuses neither a song or tag that the question shows nor a song id of another type; both count as
    misses and are warned of.

    Args:
        questions: the playlists to be continued.
        results: for every playlist of `questions` exactly 100 distinct songs and 10 distinct tags.

    Raises:
        SubmissionError, DataError: as in `evaluate_files`, but for the types of song ids.
    """
    queries: dict[int | str, dict[str, Any]] = {}
    for position, record in enumerate(_read_list(questions, DataError), start=1):
        if not isinstance(record, dict) or type(record.get("id")) not in (int, str):
            raise DataError(questions, _describe(position, record), "expected an object with an id")
        queries[record["id"]] = {"songs": record.get("songs") or [], "tags": record.get("tags") or []}
    submitted, types = _read_results(results, queries, questions), _song_types(queries)
    shown, others = [], []
    for position, (each, record) in enumerate(submitted.items(), start=1):
        where = _describe(position, record)
        for column in ("songs", "tags"):
            seen = set(queries[each][column])
            shown += [(position, f"{where}, {_shown(item)}") for item in record[column] if item in seen]
        if (fault := _type_fault(record["songs"], types, questions)) is not None:
            others.append(f"{where}, {fault}")
    warnings = []
    if shown:
        n_records = len({position for position, _ in shown})
        warnings.append(
            f"songs or tags that their question shows only count as misses: {len(shown):,} in {n_records:,} of "
            f"{len(queries):,} records; first: {shown[0][1]}"
        )
    if others:
        warnings.append(
            f"song ids of another type only count as misses: in {len(others):,} of {len(queries):,} records; "
            f"first: {others[0]}"
        )
    return CheckedResults(len(queries), tuple(warnings))


def _song_types(records: Mapping[int | str, Mapping[str, Any]]) -> set[type]:
    """The types of all song ids; empty if no record shows a song."""
    return {type(song) for record in records.values() for song in record["songs"]}


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
            fault = "duplicate id"
        for column in ("songs", "tags"):
            if fault is None and not record[column]:
                fault = f"hides no {column}, so nDCG is undefined; leave the playlist out"
        if fault is not None:
            raise DataError(path, where, fault)
        hidden[record["id"]] = record
    if not hidden:
        raise DataError(path, "", "contains no playlists; expected a JSON list of {id, songs, tags}")
    return hidden


def _read_results(
    path: Path, hidden: dict[int | str, dict[str, Any]], answers: Path, song_types: Collection[type] = ()
) -> dict[int | str, dict[str, Any]]:
    """The records of the results file by id, in its order: exactly those of `hidden`, each complete.

    With ``song_types``, song ids of other types are refused.
    """
    found: dict[int | str, dict[str, Any]] = {}
    for position, record in enumerate(_read_list(path, _refusal), start=1):
        fault = _shape_fault(record)
        if fault is None and record["id"] not in hidden:
            fault = f"{answers} has no such id"
        if fault is None and record["id"] in found:
            fault = "duplicate id; every id must occur once"
        fault = fault or _count_fault(record["songs"], N_SONGS, "songs")
        fault = fault or _count_fault(record["tags"], N_TAGS, "tags")
        fault = fault or _type_fault(record["songs"], song_types, answers)
        if fault is not None:
            raise _refusal(path, _describe(position, record), fault)
        found[record["id"]] = record
    for missing in hidden:
        if missing not in found:
            raise _refusal(path, f"id {_shown(missing)}", f"is missing, but {answers} has it")
    return found


def _read_list(path: Path, refuse: Callable[[Path, str, str], PlayrecError]) -> list[Any]:
    """The JSON list in `path`; `refuse` creates the error otherwise."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise refuse(path, "", f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise refuse(path, "", f"is not JSON in UTF-8 ({error}); expected a list of {{id, songs, tags}}") from error
    if not isinstance(content, list):
        raise refuse(path, "", "expected a JSON list of {id, songs, tags}, one object per playlist")
    return content


def _refusal(path: Path, record: str, fault: str) -> PlayrecError:
    return SubmissionError(f"{path}, {record}: {fault}" if record else f"{path}: {fault}")


def _shape_fault(record: Any) -> str | None:
    """Why `record` is not {id, songs, tags}, or None."""
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
        for position, item in enumerate(record[key], start=1):
            # `type` and not `isinstance`: JSON's true is an int in Python and would match song 1.
            if type(item) not in types:
                return f"position {position} of {key!r} is {_shown(item)}; expected a list of {wanted}"
    return None


def _count_fault(items: Sequence[Any], expected: int, column: str) -> str | None:
    """What is wrong with the number of `items`, or None."""
    if len(items) != expected:
        return f"has {len(items)} {column}; exactly {expected} are required"
    first: dict[Any, int] = {}
    for position, item in enumerate(items, start=1):
        if item in first:
            return f"positions {first[item]} and {position} of {column!r} are both {_shown(item)}; they must differ"
        first[item] = position
    return None


def _type_fault(songs: Sequence[Any], expected: Collection[type], source: Path) -> str | None:
    """What is wrong with the type of the song ids, or None: ids of another type could never match."""
    for position, song in enumerate(songs, start=1):
        # Questions that show no songs do not determine the type.
        if expected and type(song) not in expected:
            kind = "whole numbers" if int in expected else "text"
            return f"position {position} of 'songs' is {_shown(song)}; the song ids in {source} are {kind}"
    return None


def _describe(position: int, record: Any) -> str:
    """ "record 3 (id 17)", or "record 3" without a usable id."""
    if isinstance(record, dict) and type(record.get("id")) in (int, str):
        return f"record {position} (id {_shown(record['id'])})"
    return f"record {position}"


def _shown(value: Any) -> str:
    """`value` as JSON, shortened for an error message."""
    # A lone surrogate is valid JSON but cannot be printed.
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= 60 else f"{text[:57]}..."
