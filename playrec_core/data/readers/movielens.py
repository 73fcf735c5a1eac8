"""MovieLens: users who rated movies (https://grouplens.org/datasets/movielens).

A user becomes a playlist, and the movies that the user liked become its items, by timestamp. The rating is the
confidence of the interaction. Harper and Konstan, "The MovieLens Datasets: History and Context", 2015.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

from pydantic import Field

from playrec_core.config import Frozen
from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.dates import year_in_title
from playrec_core.data.io.delimited import CSV, DAT, Layout, read_columns
from playrec_core.errors import DataError
from playrec_core.i18n import mark
from playrec_core.schema import Nouns, Progress

from .base import Reader
from .user_histories import user_histories

_NO_GENRES = "(no genres listed)"


class MovieLensOptions(Frozen):
    """Which ratings are interactions, and the number of tags per user.

    Args:
        min_rating: lower ratings are dropped (the ALS notebook keeps 3 and more, docs/sources/als-notebook.md).
        genre_tags: number of tags per user: the most frequent genres among the user's movies.
    """

    min_rating: Annotated[float, Field(gt=0)]
    genre_tags: Annotated[int, Field(ge=0)]


class MovieLens(Reader):
    """Reads ``ratings.csv`` and ``movies.csv``, or ``ratings.dat`` and ``movies.dat`` (``::`` between values, Latin-1).

    Genres are a facet of the catalogue, and also the tags: the tags of a user are the ``genre_tags`` most frequent
    genres of the user's movies (ties by name). They are counted over the whole history, before a split hides part of
    it, so tags reveal a little about hidden items. The year of a movie is the one at the end of its title.
    """

    name = "movielens"
    files = "ratings.csv and movies.csv, or ratings.dat and movies.dat"
    Options = MovieLensOptions
    options: MovieLensOptions

    def read(self, folder: Path, *, progress: Progress) -> Dataset:
        nouns = Nouns(mark("movie"), mark("movies"), mark("user"), mark("users"))
        builder = DatasetBuilder(self.name, nouns, folder, numeric_ids=True)
        ratings_file, movies_file, layout = _files(folder)
        movies = read_columns(movies_file, {"movieId": "whole number", "title": "text", "genres": "text"}, layout)
        genres = [_genres(text) for text in movies["genres"]]
        for movie, title, names in zip(movies["movieId"].tolist(), movies["title"], genres, strict=True):
            builder.add_item(movie, title, released=year_in_title(title), genres=names)
        progress(0.2)
        ratings = read_columns(
            ratings_file,
            {"userId": "whole number", "movieId": "whole number", "rating": "number", "timestamp": "whole number"},
            layout,
        )
        progress(0.4)
        kept = ratings["rating"] >= self.options.min_rating
        if not kept.all():
            builder.note(
                f"{(~kept).sum():,} ratings below {self.options.min_rating:g} were left out; "
                f"{kept.sum():,} of {len(kept):,} ({kept.mean():.2%}) are kept."
            )
        genres_of = dict(zip(movies["movieId"].tolist(), genres, strict=True))
        for user, rows in user_histories(ratings["userId"], ratings["timestamp"], kept):
            liked = ratings["movieId"][rows].tolist()
            builder.add_playlist(
                user,
                liked,
                tags=_most_frequent((genres_of.get(movie, ()) for movie in liked), self.options.genre_tags),
                weights=ratings["rating"][rows].tolist(),
                times=ratings["timestamp"][rows].tolist(),
            )
        progress(0.9)
        dataset = builder.build()
        progress(1.0)
        return dataset


def _files(folder: Path) -> tuple[Path, Path, Layout]:
    """The ratings file, the movies file and their layout."""
    for layout, ending in ((CSV, "csv"), (DAT, "dat")):
        ratings = folder / f"ratings.{ending}"
        if ratings.is_file():
            return ratings, folder / f"movies.{ending}", layout
    raise DataError(folder, "", f"contains no ratings; put {MovieLens.files} there")


def _genres(text: str) -> list[str]:
    return [] if text == _NO_GENRES else [name for name in text.split("|") if name]


def _most_frequent(genres: Iterable[Sequence[str]], n: int) -> list[str]:
    """The n most frequent names, ties by name."""
    counts = Counter(chain.from_iterable(genres))
    return sorted(counts, key=lambda name: (-counts[name], name))[:n]
