"""Movie Rec: the six files of the competition in the Movie Rec team report (docs/sources/movie-rec-report.md).

A user becomes a playlist, and the movies that the user watched become its items, by time.
"""

from pathlib import Path

import numpy as np

from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.dates import year_in_title
from playrec_core.data.io.delimited import CSV, TSV, Kind, read_columns
from playrec_core.i18n import mark
from playrec_core.schema import Nouns, Progress

from .base import Reader
from .user_histories import user_histories

# Catalogue column, file and its value column.
_FACETS = (
    ("genres", "genres.tsv", "genre"),
    ("directors", "directors.tsv", "director"),
    ("writers", "writers.tsv", "writer"),
)


class MovieRec(Reader):
    """Reads ``train_ratings.csv`` (``user,item,time``) and the metadata of the movies: ``titles.tsv``, ``years.tsv``,
    ``directors.tsv``, ``genres.tsv``, ``writers.tsv``, each optional and keyed by ``item``, one row per value.

    Genres, directors and writers are facets of the catalogue. A movie that is not in ``years.tsv`` gets the year at the
    end of its title.
    """

    name = "movie-rec"
    files = "train_ratings.csv and optionally titles.tsv, years.tsv, directors.tsv, genres.tsv, writers.tsv"

    def read(self, folder: Path, *, progress: Progress) -> Dataset:
        nouns = Nouns(mark("movie"), mark("movies"), mark("user"), mark("users"))
        builder = DatasetBuilder(self.name, nouns, folder, numeric_ids=True)
        views = read_columns(
            folder / "train_ratings.csv",
            {"user": "whole number", "item": "whole number", "time": "whole number"},
            CSV,
        )
        progress(0.3)
        _describe(builder, folder)
        progress(0.4)
        for user, rows in user_histories(views["user"], views["time"]):
            builder.add_playlist(user, views["item"][rows].tolist(), times=views["time"][rows].tolist())
        progress(0.9)
        dataset = builder.build()
        progress(1.0)
        return dataset


def _describe(builder: DatasetBuilder, folder: Path) -> None:
    """Add every movie that occurs in one of the optional files."""
    titles, years = _values(folder / "titles.tsv", "title"), _values(folder / "years.tsv", "year", "whole number")
    facets = {facet: _values(folder / file, column) for facet, file, column in _FACETS}
    absent = [
        file for file in ("titles.tsv", "years.tsv", *(file for _, file, _ in _FACETS)) if not (folder / file).is_file()
    ]
    if absent:
        builder.note(f"There is no {', '.join(absent)}: these facts are unknown for all movies.")
    for item in dict.fromkeys(item for values in (titles, years, *facets.values()) for item in values):
        title = str(next(iter(titles.get(item, ())), ""))
        year = next(iter(years.get(item, ())), None)
        builder.add_item(
            item,
            title,
            released=year_in_title(title) if year is None else f"{year:04}",
            **{facet: values.get(item, []) for facet, values in facets.items()},  # type: ignore[arg-type]
        )


def _values(file: Path, column: str, kind: Kind = "text") -> dict[int, list]:
    """The values of each item in one file; empty if there is no such file."""
    if not file.is_file():
        return {}
    table = read_columns(file, {"item": "whole number", column: kind}, TSV)
    found: dict[int, list] = {}
    for item, value in zip(table["item"].tolist(), np.asarray(table[column]).tolist(), strict=True):
        found.setdefault(item, []).append(value)
    return found
