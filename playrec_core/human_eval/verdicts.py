"""Verdicts of people on lists of anonymous models, in shuffled order, stored in an SQLite file.

Offline metrics count only the held-out items; a person can judge whether any item fits. Model names are hidden and the
order of the lists is shuffled for every case, to avoid position and name bias.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from playrec_core.data.builder import clean
from playrec_core.data.io.spreadsheet import to_csv
from playrec_core.errors import RunError
from playrec_core.i18n import tr

TIE = ""
"""The choice of a judge who prefers no list."""
LONGEST_JUDGE = 40
_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS lists (
    judge TEXT NOT NULL, run TEXT NOT NULL, question TEXT NOT NULL, models TEXT NOT NULL, depth INTEGER NOT NULL,
    shown TEXT NOT NULL, choice TEXT NOT NULL, seed INTEGER NOT NULL, playlist TEXT NOT NULL, saved TEXT NOT NULL,
    PRIMARY KEY (judge, run, question, models, depth)
);
CREATE TABLE IF NOT EXISTS songs (
    judge TEXT NOT NULL, run TEXT NOT NULL, question TEXT NOT NULL, item TEXT NOT NULL,
    fits INTEGER NOT NULL CHECK (fits IN (0, 1)), models TEXT NOT NULL, seed INTEGER NOT NULL, saved TEXT NOT NULL,
    PRIMARY KEY (judge, run, question, item)
);
"""


@dataclass(frozen=True)
class ListVerdict:
    """One judge's choice among the lists of one case.

    Args:
        judge, run, question: cleaned name, id of the run, id of the held-out playlist.
        shown: the models in the order shown, from the left.
        choice: the model with the best list, or `TIE`.
        depth: length of the lists.
        seed: random seed of the order.
        playlist: the visible part of the held-out playlist, as a contest record.
    """

    judge: str
    run: str
    question: str
    shown: tuple[str, ...]
    choice: str
    depth: int
    seed: int
    playlist: str = "{}"

    @property
    def case(self) -> tuple[str, tuple[str, ...], int]:
        """Key of a case: equal for two judges who judged the same lists."""
        return self.question, tuple(sorted(self.shown)), self.depth


@dataclass(frozen=True)
class SongVerdict:
    """One judge's verdict on whether a recommended song (its outside id, as text) fits the playlist, and the models
    whose lists contain it; the rest as in `ListVerdict`.
    """

    judge: str
    run: str
    question: str
    item: str
    fits: bool
    models: tuple[str, ...]
    seed: int


def judge_name(text: str) -> str:
    """Return a judge's name as stored: cleaned, truncated, "anonymous" if empty."""
    return " ".join(clean(text[:1000]).split())[:LONGEST_JUDGE] or "anonymous"


def case_order(n: int, seed: int) -> np.ndarray:
    """Return the order of n cases, (n,): the same for every judge with this seed, so that they share cases."""
    return np.random.default_rng(seed).permutation(n)


def blind_order(models: Sequence[str], question: str, seed: int) -> tuple[str, ...]:
    """Return the order in which the lists of a case are shown; independent of the order of ``models``."""
    rng = np.random.default_rng([seed, zlib.crc32(question.encode("utf-8", "replace"))])
    return tuple(rng.permutation(sorted(models)).tolist())


class Panel:
    """The verdicts of one artifacts folder, in an SQLite file that is created on first use. Each call opens it, so
    threads and processes may share it.

    Raises:
        RunError: (every method) the file is not a panel, or cannot be written.
    """

    def __init__(self, path: Path):
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.path, timeout=10)
        except sqlite3.Error as error:
            raise self._unusable(error) from None
        try:
            # A write-ahead log allows reading while another judge writes.
            connection.execute("PRAGMA journal_mode=WAL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                problem = tr(
                    "schema version {version}; this playrec reads version {own}", version=version, own=_VERSION
                )
                raise self._unusable(problem)
            if version == 0:
                connection.executescript(f"{_TABLES}PRAGMA user_version={_VERSION};")
            with connection:
                yield connection
        except sqlite3.Error as error:
            raise self._unusable(error) from None
        finally:
            connection.close()

    def _unusable(self, problem: object) -> RunError:
        return RunError(
            tr(
                "{path}: the panel's verdicts cannot be used ({problem}). Move the file away to start over.",
                path=self.path,
                problem=problem,
            )
        )

    def _execute(self, statement: str, values: tuple) -> list[tuple[Any, ...]]:
        with self._open() as connection:
            return connection.execute(statement, values).fetchall()

    def _of_run(self, columns: str, table: str, run: str) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        return self._execute(f"SELECT {columns} FROM {table} WHERE run = ? ORDER BY rowid", (run,))

    def judge_list(self, verdict: ListVerdict) -> None:
        """Store a verdict, replacing an earlier one by the judge on the same case."""
        if verdict.choice not in (TIE, *verdict.shown):
            raise ValueError(f"{verdict.choice!r} was not shown")
        rest = json.dumps(verdict.shown), verdict.choice, verdict.seed, verdict.playlist, _now()
        self._execute("INSERT OR REPLACE INTO lists VALUES (?,?,?,?,?,?,?,?,?,?)", (*_key(verdict), *rest))

    def withdraw_list(self, verdict: ListVerdict) -> None:
        """Delete a verdict on a list."""
        self._execute("DELETE FROM lists WHERE (judge, run, question, models, depth) = (?,?,?,?,?)", _key(verdict))

    def judge_song(self, verdict: SongVerdict) -> None:
        """Store a verdict on a song, replacing an earlier one."""
        row = (
            *(verdict.judge, verdict.run, verdict.question, verdict.item, int(verdict.fits)),
            *(json.dumps(verdict.models), verdict.seed, _now()),
        )
        self._execute("INSERT OR REPLACE INTO songs VALUES (?,?,?,?,?,?,?,?)", row)

    def withdraw_song(self, judge: str, run: str, question: str, item: str) -> None:
        """Delete a verdict on a song."""
        key = judge, run, question, item
        self._execute("DELETE FROM songs WHERE (judge, run, question, item) = (?,?,?,?)", key)

    def lists(self, run: str) -> list[ListVerdict]:
        """Return the verdicts on lists of one run, oldest first."""
        columns = "judge, run, question, shown, choice, depth, seed, playlist"
        return [
            ListVerdict(judge, run, question, tuple(json.loads(shown)), *rest)
            for judge, run, question, shown, *rest in self._of_run(columns, "lists", run)
        ]

    def songs(self, run: str) -> list[SongVerdict]:
        """Return the verdicts on songs of one run, oldest first."""
        columns = "judge, run, question, item, fits, models, seed"
        return [
            SongVerdict(judge, run, question, item, bool(fits), tuple(json.loads(models)), seed)
            for judge, run, question, item, fits, models, seed in self._of_run(columns, "songs", run)
        ]


def as_csv(lists: Sequence[ListVerdict], songs: Sequence[SongVerdict]) -> bytes:
    """Return all verdicts as CSV in UTF-8: ``about`` is "list" or "song"; lists of models are JSON."""
    columns = list(dict.fromkeys(field.name for kind in (ListVerdict, SongVerdict) for field in fields(kind)))
    rows = [
        [about, *(_cell(vars(verdict).get(name, "")) for name in columns)]
        for about, verdicts in (("list", lists), ("song", songs))
        for verdict in verdicts
    ]
    return to_csv(["about", *columns], rows)


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value


def _key(verdict: ListVerdict) -> tuple[str, str, str, str, int]:
    return verdict.judge, verdict.run, verdict.question, json.dumps(sorted(verdict.shown)), verdict.depth


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
