"""Write submission files: for Kakao Arena, exactly 100 distinct songs and 10 distinct tags per question; for the Movie
Rec format, k items per user.
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
"""Scores in memory at once in `answer_everybody`: 64 MB, whatever the number of playlists."""


def answer_file(run: LoadedRun, model: str, questions: Path, output: Path, *, progress: Progress = no_progress) -> int:
    """Write the recommendations of one model for every question of a file, excluding its visible songs and tags.

    If there are fewer than ten training tags, the list is filled with the most frequent visible tags of the questions.

    Args:
        run: an opened run.
        model: name in the configuration.
        questions: JSON list of ``{"id", "songs", "tags", "plylst_title"}``.
        output: written atomically.

    Returns:
        The number of questions.

    Raises:
        ConfigError: the run has no such model.
        DataError: the question file is invalid.
        RunError: the catalogue has too few songs, or training and questions too few tags, for the format.
    """
    _check_model(run, model)
    records = read_questions(questions)
    dataset = run.dataset
    shown = [tag for tag, _ in Counter(tag for record in records for tag in dict.fromkeys(record.tags)).most_common()]
    results = []
    for start in range(0, len(records), _BATCH):
        batch = records[start : start + _BATCH]
        seeds = [seed_from(record, dataset.items, dataset.tags) for record in batch]
        # More tags than needed: visible tags that are unknown in training are not in the seed, so not excluded.
        answers = run.ranker.rank(run.model(model), seeds, k=N_SONGS, n_tags=2 * N_TAGS)
        for record, ranked in zip(batch, answers, strict=True):
            songs = dataset.items.outside(ranked.items)
            tags = _ten(dataset.tags.outside(ranked.tags), shown, record)
            if len(songs) < N_SONGS or len(tags) < N_TAGS:
                raise RunError(
                    f"question {record.id}: the format requires {N_SONGS} songs and {N_TAGS} tags, but only "
                    f"{len(songs)} songs and {len(tags)} tags are available; train on more data"
                )
            results.append({"id": record.id, "songs": songs, "tags": tags})
        progress(min(start + _BATCH, len(records)) / len(records))
    text = json.dumps(results, ensure_ascii=False)
    _atomically(output, lambda aside: aside.write_text(text, encoding="utf-8"))
    return len(results)


def _ten(ranked: Iterable[str], shown: Iterable[str], record: Record) -> list[str]:
    visible = set(record.tags)
    distinct = dict.fromkeys(tag for tag in (*ranked, *shown) if tag not in visible)
    return list(distinct)[:N_TAGS]


def answer_everybody(run: LoadedRun, model: str, output: Path, *, k: int, progress: Progress = no_progress) -> int:
    """Write the top k items for every training playlist, excluding its own, as a CSV of ``user,item``.

    Scoring all pairs at once ran out of memory for the Movie Rec team (docs/sources/movie-rec-report.md). Here as many
    playlists are scored at once as fit into 64 MB, and written before the next ones.

    Args:
        run: an opened run.
        model: name in the configuration.
        output: written atomically, after `check_pairs` has validated it.
        k: number of items per playlist.

    Returns:
        The number of playlists.

    Raises:
        ConfigError: the run has no such model, or k is not above 0.
        SubmissionError: fewer than k items remain for a playlist.
    """
    _check_model(run, model)
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

    _atomically(output, write)
    return len(names)


def check_everybody(run: LoadedRun, file: Path, *, k: int) -> int:
    """Check that a CSV of ``user,item`` has k new items for every training playlist of a run.

    Returns:
        The number of playlists.

    Raises:
        SubmissionError: names the invalid line.
    """
    histories = Histories(run)
    items = {str(item) for item in run.dataset.items.ids.tolist()}
    return check_pairs(file, histories.rows, items, lambda user: histories.owned(histories.rows[user]), k=k)


class Histories:
    """Complete histories of the training playlists, including the items held out by a leave-out split.

    Items are held out for evaluation only. Final recommendations continue the whole history, and held-out items are
    excluded as the user's own.

    Args:
        run: an opened run.
    """

    def __init__(self, run: LoadedRun):
        self._dataset = run.dataset
        self.rows = {str(name): row for row, name in enumerate(self._dataset.playlists.ids.tolist())}
        """Row numbers by outside id, as text."""
        ids = run.held_out.table[run.held_out.ID].to_pylist() if run.config.split.kind == "leave-out" else []
        self._question = {self.rows[name]: question for question, name in enumerate(ids) if name in self.rows}
        self._hidden = run.held_out.hidden_songs

    def seed(self, row: int) -> Seed:
        """Return a complete playlist as a seed; held-out items come last, with the mean weight of the others."""
        seed = self._dataset.seed_of(row)
        hidden = self._hidden_items(row)
        weights = seed.weights and (*seed.weights, *[float(np.mean(seed.weights))] * len(hidden))
        return Seed((*seed.songs, *hidden), seed.tags, seed.title, weights)

    def owned(self, row: int) -> set[str]:
        """Return the outside ids, as text, of all items of a playlist."""
        return {str(item) for item in self._dataset.items.outside(self.seed(row).songs)}

    def _hidden_items(self, row: int) -> list[int]:
        if row not in self._question:
            return []
        start, end = self._hidden.indptr[self._question[row] : self._question[row] + 2]
        # Larger indices are items that do not occur in training, which no model can recommend.
        return [item for item in self._hidden.indices[start:end].tolist() if item < self._dataset.n_items]


def _check_model(run: LoadedRun, model: str) -> None:
    if model not in run.model_names:
        raise ConfigError(f"--model {model}: the run {run.id} has {', '.join(run.model_names)}")


def _atomically(output: Path, write: Callable[[Path], object]) -> None:
    """Write a temporary file, then replace: no partial output remains."""
    output.parent.mkdir(parents=True, exist_ok=True)
    aside = output.with_name(f".{output.name}.partial")
    try:
        write(aside)
        aside.replace(output)
    finally:
        aside.unlink(missing_ok=True)
