"""The words everything else speaks: column names, `Seed`, `Ranked`.

Outside ids (a Melon song id, a Spotify URI) become row numbers (``item_idx``, ``tag_idx``) at the boundary, in
readers, uploads and exports; everything between speaks row numbers only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from .i18n import mark

# Columns of the catalogue table: one row an item, row number = item_idx.
ITEM_ID = "item_id"
TITLE = "title"
ARTIST = "artist"  # all artists, joined by ", "
ALBUM = "album"
GENRES = "genres"  # list<string>, the item's main genre first
DETAIL_GENRES = "detail_genres"  # list<string>
YEAR = "year"  # int16, 0 = not known
MONTH = "month"  # int8, 0 = not known
DATE_SOURCE = "date_source"  # int8, a DateSource

# Columns of the playlist table: one row a playlist, row number = playlist_idx.
PLAYLIST_ID = "playlist_id"
LIKES = "likes"
UPDATED = "updated"

Progress = Callable[[float], None]
"""Called with the finished fraction of the work, 0 to 1, never falling."""


def no_progress(_fraction: float) -> None:
    """The `Progress` of work that nobody watches."""


class DateSource(IntEnum):
    """Where an item's release date comes from."""

    GIVEN = 0
    ALBUM = 1
    """The item's own date was missing and was taken from another item of the same album (row M1)."""
    MISSING = 2


@dataclass(frozen=True)
class Nouns:
    """What the data set calls its things, so that no page says "song" to somebody who looks at movies."""

    item: str = mark("song")
    items: str = mark("songs")
    playlist: str = mark("playlist")
    playlists: str = mark("playlists")


@dataclass(frozen=True)
class Seed:
    """The visible part of an open playlist.

    Args:
        songs: item_idx in playlist order, distinct.
        tags: tag_idx, distinct.
        title: the playlist's title, "" when hidden.
        weights: confidence of each song, in the order of ``songs``; empty means 1 for all.
        other_tags: tags that training does not know, as they were written: a row number they have not, but a model
            that reads titles can read them as words.
    """

    songs: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    title: str = ""
    weights: tuple[float, ...] = ()
    other_tags: tuple[str, ...] = ()

    def __post_init__(self):
        if self.weights and len(self.weights) != len(self.songs):
            raise ValueError(f"{len(self.weights)} weights for {len(self.songs)} songs")

    @property
    def kind(self) -> str:
        """The kind of question: "songs", "songs+tags", "tags" or "title" (Kakao Arena's four)."""
        if self.songs:
            return "songs+tags" if self.tags else "songs"
        return "tags" if self.tags else "title"

    @property
    def words(self) -> str:
        """The title and the tags that training does not know, as one text."""
        return " ".join(part for part in (self.title, *self.other_tags) if part)

    @property
    def song_weights(self) -> np.ndarray:
        """(n_songs,) float32, ones where no weights were given."""
        if self.weights:
            return np.asarray(self.weights, dtype=np.float32)
        return np.ones(len(self.songs), dtype=np.float32)


@dataclass(frozen=True)
class HeldOutPlaylist:
    """A playlist that models are evaluated on.

    Args:
        row: its row among the held-out playlists of the run.
        id: its outside id.
        seed: what the models see.
        hidden: item_idx of the held-out items; those that training does not know lie beyond the catalogue.
    """

    row: int
    id: str
    seed: Seed
    hidden: frozenset[int]


@dataclass(frozen=True)
class Query:
    """What models are asked: to continue a seed, without some items.

    Args:
        seed: the visible part of a playlist.
        excluded: item_idx of items that must not be recommended, besides those of the seed.
        held_out: the held-out playlist that the seed came from, None for none. Its hidden items are what a model should
            find.
    """

    seed: Seed = Seed()
    excluded: tuple[int, ...] = ()
    held_out: HeldOutPlaylist | None = None

    @property
    def unchanged(self) -> bool:
        """Whether this is a held-out playlist as it was evaluated: then the metrics of the evaluation hold."""
        if self.held_out is None or self.excluded:
            return False
        mine, its = self.seed, self.held_out.seed
        return (mine.songs, mine.tags, mine.title) == (its.songs, its.tags, its.title)


class Source(IntEnum):
    """Which path gave an answer: the model itself, or a step of the cold-start chain."""

    MODEL = 0
    TAGS = 1
    TITLE = 2
    POPULAR = 3


@dataclass(frozen=True)
class Ranked:
    """A continuation: the answer of one model to one seed, best first.

    Args:
        items: (k,) int32 item_idx, distinct, none of them in the seed.
        scores: (k,) float32, on the scale of the path that gave the answer (`sources`).
        sources: (k,) int8, a `Source` each.
        tags: (n,) int32 tag_idx, distinct, none of them in the seed.
        tag_scores: (n,) float32 votes, or the model's own scores.
    """

    items: np.ndarray
    scores: np.ndarray
    sources: np.ndarray
    tags: np.ndarray
    tag_scores: np.ndarray
