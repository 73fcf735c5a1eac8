"""Training data and held-out questions: the organisers' split, leave-some-out, and given files.

Everything drawn is drawn from the generator given, so the same seed makes the same split.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from playrec_core.config import GivenSplit, KakaoSplit, LeaveOutSplit
from playrec_core.errors import DataError
from playrec_core.schema import TITLE

from .dataset import Dataset
from .held_out import HeldOut, Record, hold_out, read_questions

_KAKAO_KINDS = ((0.30, True, False), (0.80, True, True), (0.95, False, True), (1.00, False, False))
"""Up to which share of the held-out playlists songs, and tags, are shown."""
_HIDDEN_SONGS, _HIDDEN_TAGS = 100, 10
"""A column hidden whole is cut to as many as an answer may hold."""


def split(
    config: KakaoSplit | LeaveOutSplit | GivenSplit, dataset: Dataset, folder: Path, rng: np.random.Generator
) -> tuple[Dataset, HeldOut]:
    """The training part of a data set, and questions in its numbering.

    Args:
        config: which split.
        dataset: everything that was read.
        folder: where the data came from; the files of a given split lie there.
        rng: the only source of randomness.

    Raises:
        DataError: the data is too small to split, or a given file is missing, damaged or without its partner.
    """
    if isinstance(config, KakaoSplit):
        return _kakao(config, dataset, folder, rng)
    if isinstance(config, LeaveOutSplit):
        return _leave_out(config, dataset, folder, rng)
    return _given(config, dataset, folder)


def _kakao(config: KakaoSplit, dataset: Dataset, folder: Path, rng: np.random.Generator) -> tuple[Dataset, HeldOut]:
    """The rule of the organisers' splitter, https://github.com/kakao-arena/melon-playlist-continuation, reproducible.

    Playlists are shuffled and the last ``share`` of them held out. Of those, by position, 30 % show songs, 50 % songs
    and tags, 15 % tags, 5 % neither. Of a shown column half, rounded down, is visible: which half is drawn, the order
    stays; the rest is the answer. A column hidden whole is cut to its first 100 songs, or 10 tags (a `Dataset` keeps
    no order of tags: the 10 most frequent). As in the contest's own files the title is blank where a song is visible;
    so a playlist of one song, of which none can be visible, is a question by title.
    """
    order = rng.permutation(dataset.n_playlists)
    n_training = int(dataset.n_playlists * (1 - config.share))
    training_rows, held_rows = np.sort(order[:n_training]), order[n_training:]
    if not len(training_rows) or not len(held_rows):
        raise DataError(folder, "", f"{dataset.n_playlists} {dataset.nouns.playlists} are too few to hold some out")
    training = dataset.with_playlists(training_rows)
    bounds = [int(len(held_rows) * share) for share, _, _ in _KAKAO_KINDS]
    titles = dataset.playlist_table[TITLE].to_pylist()
    pairs = []
    for place, row in enumerate(held_rows.tolist()):
        _, show_songs, show_tags = _KAKAO_KINDS[int(np.searchsorted(bounds, place, side="right"))]
        songs = dataset.items.outside(dataset.ordered_songs(row))
        tags = dataset.tags.outside(_tag_rows(dataset, row))
        seen_songs, hidden_songs = _halves(songs, rng) if show_songs else ([], songs[:_HIDDEN_SONGS])
        seen_tags, hidden_tags = _halves(tags, rng) if show_tags else ([], tags[:_HIDDEN_TAGS])
        identity = dataset.playlists.outside([row])[0]
        title = "" if seen_songs else titles[row]
        pairs.append(
            (
                Record(identity, tuple(seen_songs), tuple(seen_tags), title),
                Record(identity, tuple(hidden_songs), tuple(hidden_tags), titles[row]),
            )
        )
    shuffled = [pairs[place] for place in rng.permutation(len(pairs))]
    return training, hold_out(shuffled, training.items, training.tags)


def _halves(values: list, rng: np.random.Generator) -> tuple[list, list]:
    """Half of the values, rounded down, and the rest; both in their own order."""
    visible = np.zeros(len(values), dtype=bool)
    visible[rng.permutation(len(values))[: len(values) // 2]] = True
    return (
        [value for value, shown in zip(values, visible, strict=True) if shown],
        [value for value, shown in zip(values, visible, strict=True) if not shown],
    )


def _leave_out(
    config: LeaveOutSplit, dataset: Dataset, folder: Path, rng: np.random.Generator
) -> tuple[Dataset, HeldOut]:
    """Of each playlist, ``count`` items or the fraction ``share`` of them (rounded down) are hidden: the last ``last``
    by time (by position where there are no times), the others drawn from what comes before.

    A playlist that would keep fewer than ``min_left`` items, or of which nothing would be hidden, stays whole and asks
    nothing. A question shows what is left, with its confidence, and the title. It shows no tags: where they are made
    from the items (MovieLens' genres), they know of the hidden ones.
    """
    hidden = np.zeros(dataset.interactions.nnz, dtype=bool)
    asked = []
    times = dataset.times if dataset.times is not None else dataset.positions
    for row, entries in enumerate(_entries(dataset, by=times)):
        n_hidden = config.count if config.share is None else int(len(entries) * config.share)
        if not n_hidden or len(entries) - n_hidden < config.min_left:
            continue
        n_last = min(config.last, n_hidden)
        earlier = entries[: len(entries) - n_last]
        hidden[entries[len(earlier) :]] = True
        hidden[rng.choice(earlier, n_hidden - n_last, replace=False)] = True
        asked.append(row)
    if not asked:
        raise DataError(
            folder, "", f"no {dataset.nouns.playlist} is long enough to hide something and keep {config.min_left}"
        )
    training = dataset.with_interactions(~hidden)
    return training, hold_out(_leave_out_pairs(dataset, hidden, asked), training.items, training.tags)


def _entries(dataset: Dataset, by: np.ndarray) -> list[np.ndarray]:
    """For each playlist, where its stored values are, in the order of ``by`` (nnz,), ties by position."""
    bounds = dataset.interactions.indptr.tolist()
    return [
        start + np.lexsort((dataset.positions[start:end], by[start:end])) for start, end in itertools.pairwise(bounds)
    ]


def _leave_out_pairs(dataset: Dataset, hidden: np.ndarray, asked: list[int]) -> Iterator[tuple[Record, Record]]:
    interactions, titles = dataset.interactions, dataset.playlist_table[TITLE].to_pylist()
    weighted = bool((interactions.data != 1).any())
    in_playlist_order = _entries(dataset, by=dataset.positions)
    for row in asked:
        entries = in_playlist_order[row]
        shown, gone = entries[~hidden[entries]], entries[hidden[entries]]
        identity = dataset.playlists.outside([row])[0]
        yield (
            Record(
                identity,
                tuple(dataset.items.outside(interactions.indices[shown])),
                (),
                titles[row],
                tuple(interactions.data[shown].tolist()) if weighted else (),
            ),
            Record(identity, tuple(dataset.items.outside(interactions.indices[gone])), (), titles[row]),
        )


def _tag_rows(dataset: Dataset, playlist: int) -> np.ndarray:
    """tag_idx of one playlist, the most frequent first."""
    start, end = dataset.playlist_tags.indptr[playlist : playlist + 2]
    return dataset.playlist_tags.indices[start:end]


def _given(config: GivenSplit, dataset: Dataset, folder: Path) -> tuple[Dataset, HeldOut]:
    """Two files in the contest's format with the same ids; training is the data as it was read."""
    question_file, answer_file = folder / config.questions, folder / config.answers
    questions, answers = read_questions(question_file), read_questions(answer_file)
    if not questions:
        raise DataError(question_file, "", "holds no question")
    partners = {str(answer.id): answer for answer in answers}
    for question in questions:
        if str(question.id) not in partners:
            raise DataError(question_file, f"id {question.id}", f"has no answer in {answer_file.name}")
    if len(partners) > len(questions):
        asked = {str(question.id) for question in questions}
        lonely = next(answer.id for answer in answers if str(answer.id) not in asked)
        raise DataError(answer_file, f"id {lonely}", f"has no question in {question_file.name}")
    known = int((dataset.playlists.index(question.id for question in questions) >= 0).sum())
    if known:
        note = (
            f"{known:,} questions have the ids of training {dataset.nouns.playlists}: if they are the same ones, "
            "training has seen the answers and the scores say nothing."
        )
        dataset = replace(dataset, notes=(*dataset.notes, note))
    pairs = ((question, partners[str(question.id)]) for question in questions)
    return dataset, hold_out(pairs, dataset.items, dataset.tags)
