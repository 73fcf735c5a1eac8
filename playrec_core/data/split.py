"""Splits into training data and held-out playlists: the contest organisers' split, leave-out, and given files.

All randomness comes from the generator passed in, so the same seed gives the same split.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from playrec_core.config import GivenSplit, KakaoSplit, LeaveOutSplit
from playrec_core.errors import DataError
from playrec_core.schema import TITLE, UPDATED

from .dataset import Dataset
from .held_out import HeldOut, Record, hold_out, read_questions

_KAKAO_KINDS = ((0.30, True, False), (0.80, True, True), (0.95, False, True), (1.00, False, False))
"""Kinds of queries: cumulative share of the held-out playlists, whether songs are shown, whether tags are shown."""
_HIDDEN_SONGS, _HIDDEN_TAGS = 100, 10
"""A column that is hidden completely is cut to the length of a list of recommendations."""


def split(
    config: KakaoSplit | LeaveOutSplit | GivenSplit, dataset: Dataset, folder: Path, rng: np.random.Generator
) -> tuple[Dataset, HeldOut]:
    """Split a data set into the training part and held-out playlists, in the numbering of the training part.

    Args:
        config: the kind of split.
        dataset: the whole data set.
        folder: the data folder, which contains the files of a given split.
        rng: the only source of randomness.

    Raises:
        DataError: the data is too small to split, or a given file is missing or damaged, or a query has no answer.
    """
    if isinstance(config, KakaoSplit):
        return _kakao(config, dataset, folder, rng)
    if isinstance(config, LeaveOutSplit):
        return _leave_out(config, dataset, folder, rng)
    return _given(config, dataset, folder)


def _kakao(config: KakaoSplit, dataset: Dataset, folder: Path, rng: np.random.Generator) -> tuple[Dataset, HeldOut]:
    """The split of the contest organisers, https://github.com/kakao-arena/melon-playlist-continuation, reproducible.

    Playlists are shuffled, and the last ``share`` of them is held out. Of those, by position, 30 % show songs, 50 %
    songs and tags, 15 % tags, 5 % neither. Of a shown column a random half, rounded down, is visible, in the original
    order; the rest is hidden. A column that is hidden completely is cut to its first 100 songs, or its 10 most frequent
    tags (a `Dataset` has no order of tags). As in the contest's files, the title is blank if a song is visible; so a
    playlist of one song, which cannot be visible, becomes a query by title.
    """
    order = rng.permutation(dataset.n_playlists)
    n_training = int(dataset.n_playlists * (1 - config.share))
    training_rows, held_rows = np.sort(order[:n_training]), order[n_training:]
    if not len(training_rows) or not len(held_rows):
        raise DataError(folder, "", f"{dataset.n_playlists} {dataset.nouns.playlists} are too few for a split")
    training = dataset.with_playlists(training_rows)
    bounds = [int(len(held_rows) * share) for share, _, _ in _KAKAO_KINDS]
    titles, updated = (dataset.playlist_table[column].to_pylist() for column in (TITLE, UPDATED))
    pairs = []
    for position, row in enumerate(held_rows.tolist()):
        _, show_songs, show_tags = _KAKAO_KINDS[int(np.searchsorted(bounds, position, side="right"))]
        songs = dataset.items.outside(dataset.ordered_songs(row))
        tags = dataset.tags.outside(dataset.tags_of(row))
        seen_songs, hidden_songs = _halves(songs, rng) if show_songs else ([], songs[:_HIDDEN_SONGS])
        seen_tags, hidden_tags = _halves(tags, rng) if show_tags else ([], tags[:_HIDDEN_TAGS])
        identity = dataset.playlists.outside([row])[0]
        title = "" if seen_songs else titles[row]
        pairs.append(
            (
                Record(identity, tuple(seen_songs), tuple(seen_tags), title, updated=updated[row]),
                Record(identity, tuple(hidden_songs), tuple(hidden_tags), titles[row]),
            )
        )
    shuffled = [pairs[position] for position in rng.permutation(len(pairs))]
    return training, hold_out(shuffled, training.items, training.tags)


def _halves(values: list, rng: np.random.Generator) -> tuple[list, list]:
    """A random half of the values, rounded down, and the rest; both in the original order."""
    visible = np.zeros(len(values), dtype=bool)
    visible[rng.permutation(len(values))[: len(values) // 2]] = True
    return list(itertools.compress(values, visible)), list(itertools.compress(values, ~visible))


def _leave_out(
    config: LeaveOutSplit, dataset: Dataset, folder: Path, rng: np.random.Generator
) -> tuple[Dataset, HeldOut]:
    """Hide ``count`` items of each playlist, or the fraction ``share`` of them (rounded down): the last ``last`` by
    time (by position if there are no times), and a random choice of the items before those.

    A playlist that would keep fewer than ``min_left`` items, or of which nothing would be hidden, is used for training
    only. A query shows the remaining items, their confidence, and the title. It shows no tags: tags made from the items
    (the genres of MovieLens) would reveal hidden items.
    """
    hidden = np.zeros(dataset.interactions.nnz, dtype=bool)
    held_out = []
    times = dataset.times if dataset.times is not None else dataset.positions
    for row, entries in enumerate(_entries(dataset, by=times)):
        n_hidden = config.count if config.share is None else int(len(entries) * config.share)
        if not n_hidden or len(entries) - n_hidden < config.min_left:
            continue
        n_last = min(config.last, n_hidden)
        earlier = entries[: len(entries) - n_last]
        hidden[entries[len(earlier) :]] = True
        hidden[rng.choice(earlier, n_hidden - n_last, replace=False)] = True
        held_out.append(row)
    if not held_out:
        raise DataError(
            folder, "", f"no {dataset.nouns.playlist} is long enough to hide items and keep {config.min_left}"
        )
    training = dataset.with_interactions(~hidden)
    return training, hold_out(_leave_out_pairs(dataset, hidden, held_out), training.items, training.tags)


def _entries(dataset: Dataset, by: np.ndarray) -> list[np.ndarray]:
    """For each playlist, the indices of its stored values in the order of ``by`` (nnz,), ties by position."""
    bounds = dataset.interactions.indptr.tolist()
    return [
        start + np.lexsort((dataset.positions[start:end], by[start:end])) for start, end in itertools.pairwise(bounds)
    ]


def _leave_out_pairs(dataset: Dataset, hidden: np.ndarray, held_out: list[int]) -> Iterator[tuple[Record, Record]]:
    interactions = dataset.interactions
    titles, updated = (dataset.playlist_table[column].to_pylist() for column in (TITLE, UPDATED))
    weighted = bool((interactions.data != 1).any())
    in_playlist_order = _entries(dataset, by=dataset.positions)
    for row in held_out:
        entries = in_playlist_order[row]
        shown, removed = entries[~hidden[entries]], entries[hidden[entries]]
        identity = dataset.playlists.outside([row])[0]
        yield (
            Record(
                identity,
                tuple(dataset.items.outside(interactions.indices[shown])),
                (),
                titles[row],
                tuple(interactions.data[shown].tolist()) if weighted else (),
                updated[row],
            ),
            Record(identity, tuple(dataset.items.outside(interactions.indices[removed])), (), titles[row]),
        )


def _given(config: GivenSplit, dataset: Dataset, folder: Path) -> tuple[Dataset, HeldOut]:
    """Questions and answers in the contest's format, with the same ids; the whole data set is training data."""
    question_file, answer_file = folder / config.questions, folder / config.answers
    questions, answers = read_questions(question_file), read_questions(answer_file)
    if not questions:
        raise DataError(question_file, "", "contains no question")
    partners = {str(answer.id): answer for answer in answers}
    for question in questions:
        if str(question.id) not in partners:
            raise DataError(question_file, f"id {question.id}", f"has no answer in {answer_file.name}")
    if len(partners) > len(questions):
        ids = {str(question.id) for question in questions}
        unmatched = next(answer.id for answer in answers if str(answer.id) not in ids)
        raise DataError(answer_file, f"id {unmatched}", f"has no question in {question_file.name}")
    known = int((dataset.playlists.index(question.id for question in questions) >= 0).sum())
    if known:
        note = (
            f"{known:,} questions have ids of training {dataset.nouns.playlists}: if they are the same playlists, the "
            "answers are part of the training data and the scores mean nothing."
        )
        dataset = replace(dataset, notes=(*dataset.notes, note))
    pairs = ((question, partners[str(question.id)]) for question in questions)
    return dataset, hold_out(pairs, dataset.items, dataset.tags)
