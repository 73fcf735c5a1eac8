"""Writes submission files. Kakao Arena's: exactly 100 distinct songs and 10 distinct tags for every question. Movie
Rec's: k items for everybody.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from playrec_core.data.held_out import Record, read_questions, seed_from
from playrec_core.errors import ConfigError, RunError
from playrec_core.evaluation.contest import N_SONGS, N_TAGS
from playrec_core.evaluation.user_item_submission import HEADER, check_pairs
from playrec_core.schema import Progress, Seed, no_progress

from .loaded_run import LoadedRun

_BATCH = 128
_CELLS = 2**24
"""Scores in memory at once when everybody is answered: 64 MB, however many there are."""


def answer_file(run: LoadedRun, model: str, questions: Path, output: Path, *, progress: Progress = no_progress) -> int:
    """Answer every question of a file with one model, none of the visible songs and tags among the answers.

    Tags that training did not know may still be needed to make ten (a training set without tags): then the tags
    that the questions themselves show most often fill the list.

    Args:
        run: an opened run.
        model: the model's name in the configuration.
        questions: JSON list of ``{"id", "songs", "tags", "plylst_title"}``.
        output: written whole or not at all.

    Returns:
        How many questions were answered.

    Raises:
        ConfigError: the run has no such model.
        DataError: the question file is not what it should be.
        RunError: the catalogue has too few songs, or training and questions too few tags, for the format.
    """
    _known(run, model)
    records = read_questions(questions)
    dataset = run.dataset
    shown = [tag for tag, _ in Counter(tag for record in records for tag in dict.fromkeys(record.tags)).most_common()]
    results = []
    for start in range(0, len(records), _BATCH):
        batch = records[start : start + _BATCH]
        seeds = [seed_from(record, dataset.items, dataset.tags) for record in batch]
        # More tags than needed are asked for: those the question shows but training did not know are no seed of
        # the model's.
        answers = run.ranker.rank(run.model(model), seeds, k=N_SONGS, n_tags=2 * N_TAGS)
        for record, ranked in zip(batch, answers, strict=True):
            songs = dataset.items.outside(ranked.items)
            tags = _ten(dataset.tags.outside(ranked.tags), shown, record)
            if len(songs) < N_SONGS or len(tags) < N_TAGS:
                raise RunError(
                    f"question {record.id}: the format asks for {N_SONGS} songs and {N_TAGS} tags, and only "
                    f"{len(songs)} songs and {len(tags)} tags are left to answer with; train on more data"
                )
            results.append({"id": record.id, "songs": songs, "tags": tags})
        progress(min(start + _BATCH, len(records)) / len(records))
    _write(output, results)
    return len(results)


def _ten(ranked: Iterable[str], shown: Iterable[str], record: Record) -> list[str]:
    visible = set(record.tags)
    distinct = dict.fromkeys(tag for tag in (*ranked, *shown) if tag not in visible)
    return list(distinct)[:N_TAGS]


def answer_everybody(run: LoadedRun, model: str, output: Path, *, k: int, progress: Progress = no_progress) -> int:
    """The best k items for every training playlist, none of those it has, as a CSV of ``user,item``.

    The Movie Rec team's inference over all pairs of user and item was killed for its memory, and they had to leave
    features out for it (document 004). Here as many playlists are scored at once as fit into 64 MB, their lines go to
    the file, and nothing of them is kept.

    Args:
        run: an opened run.
        model: the model's name in the configuration.
        output: written whole or not at all, after `check_pairs` has read it.
        k: how many items each playlist gets.

    Returns:
        How many playlists were answered.

    Raises:
        ConfigError: the run has no such model, or k is not above 0.
        SubmissionError: a playlist has so much of the catalogue that k items are not left.
    """
    _known(run, model)
    if k < 1:
        raise ConfigError(f"--k {k}: at least 1")
    dataset, histories = run.dataset, Histories(run)
    names = list(histories.rows)
    batch = max(1, min(_BATCH, _CELLS // max(dataset.n_items, 1)))

    def write(aside: Path) -> None:
        with aside.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(HEADER)
            for start in range(0, len(names), batch):
                rows = range(start, min(start + batch, len(names)))
                answers = run.ranker.rank(run.model(model), [histories.seed(row) for row in rows], k=k, n_tags=0)
                for row, ranked in zip(rows, answers, strict=True):
                    lines.writerows((names[row], item) for item in dataset.items.outside(ranked.items))
                progress(rows.stop / len(names))
        check_everybody(run, aside, k=k)

    _aside(output, write)
    return len(names)


def check_everybody(run: LoadedRun, file: Path, *, k: int) -> int:
    """Refuse a CSV of ``user,item`` that does not answer every training playlist of a run with k items it lacks.

    Returns:
        The number of playlists.

    Raises:
        SubmissionError: names the line at fault.
    """
    histories = Histories(run)
    items = {str(item) for item in run.dataset.items.ids.tolist()}
    return check_pairs(file, histories.rows, items, lambda user: histories.owned(histories.rows[user]), k=k)


class Histories:
    """All that is known of each training playlist: what models learnt from, and what a leave-out split hid of it.

    The hidden part is hidden for measuring only. Whoever answers everybody wants what comes after the whole history,
    and an item that was hidden is one that the user has.

    Args:
        run: an opened run.
    """

    def __init__(self, run: LoadedRun):
        self._dataset = run.dataset
        self.rows = {str(name): row for row, name in enumerate(self._dataset.playlists.ids.tolist())}
        """Row numbers by outside id."""
        ids = run.held_out.table[run.held_out.ID].to_pylist() if run.config.split.kind == "leave-out" else []
        self._question = {self.rows[name]: question for question, name in enumerate(ids) if name in self.rows}
        self._hidden = run.held_out.hidden_songs

    def seed(self, row: int) -> Seed:
        """One playlist whole; what was hidden comes last, with the mean confidence of the rest."""
        seed = self._dataset.seed_of(row)
        hidden = self._hidden_items(row)
        weights = seed.weights and (*seed.weights, *[float(np.mean(seed.weights))] * len(hidden))
        return Seed((*seed.songs, *hidden), seed.tags, seed.title, weights)

    def owned(self, row: int) -> set[str]:
        """Outside ids, as text, of everything that the playlist has."""
        return {str(item) for item in self._dataset.items.outside(self.seed(row).songs)}

    def _hidden_items(self, row: int) -> list[int]:
        if row not in self._question:
            return []
        start, end = self._hidden.indptr[self._question[row] : self._question[row] + 2]
        # Beyond the catalogue stand items that training never saw: no model could answer them.
        return [item for item in self._hidden.indices[start:end].tolist() if item < self._dataset.n_items]


def _known(run: LoadedRun, model: str) -> None:
    if model not in run.model_names:
        raise ConfigError(f"--model {model}: the run {run.id} has {', '.join(run.model_names)}")


def _write(output: Path, results: list[dict]) -> None:
    _aside(output, lambda aside: aside.write_text(json.dumps(results, ensure_ascii=False), encoding="utf-8"))


def _aside(output: Path, write: Callable[[Path], object]) -> None:
    """Aside first, then in place: nothing half-written stays."""
    output.parent.mkdir(parents=True, exist_ok=True)
    aside = output.with_name(f".{output.name}.partial")
    try:
        write(aside)
        aside.replace(output)
    finally:
        aside.unlink(missing_ok=True)
