"""Answers a question file in the contest's format: exactly 100 distinct songs and 10 distinct tags for every id."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from .data.questions import Record, read_questions, seed_from
from .errors import ConfigError, RunError
from .evaluation.contest import N_SONGS, N_TAGS
from .schema import Progress, no_progress
from .serving import LoadedRun

_BATCH = 128


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
    if model not in run.model_names:
        raise ConfigError(f"--model {model}: the run {run.id} has {', '.join(run.model_names)}")
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


def _write(output: Path, results: list[dict]) -> None:
    """Aside first, then in place: nothing half-written stays."""
    output.parent.mkdir(parents=True, exist_ok=True)
    aside = output.with_name(f".{output.name}.partial")
    try:
        aside.write_text(json.dumps(results, ensure_ascii=False), encoding="utf-8")
        aside.replace(output)
    finally:
        aside.unlink(missing_ok=True)
