"""Column names and the types that the layers exchange: `Seed`, `Ranked`.

External ids (a Melon song id, a Spotify URI) become row numbers (``item_idx``, ``tag_idx``) at the boundary, in
readers, uploads and exports; all code in between uses row numbers only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from .i18n import mark

# Columns of the catalogue table: one row per item, row number = item_idx.
ITEM_ID = "item_id"
TITLE = "title"
ARTIST = "artist"  # all artists, joined by ", "
ALBUM = "album"
GENRES = "genres"  # list<string>, the item's main genre first
DETAIL_GENRES = "detail_genres"  # list<string>
TAGS = "tags"  # no column: the tags of playlists
YEAR = "year"  # int16, 0 = unknown
MONTH = "month"  # int8, 0 = unknown
DATE_SOURCE = "date_source"  # int8, a DateSource

# Columns of the playlist table: one row per playlist, row number = playlist_idx.
PLAYLIST_ID = "playlist_id"
LIKES = "likes"
UPDATED = "updated"

Progress = Callable[[float], None]
"""Called with the finished fraction of the work, 0 to 1, never decreasing."""


def no_progress(_fraction: float) -> None:
    """Ignore the progress."""


class DateSource(IntEnum):
    """Where an item's release date comes from."""

    GIVEN = 0
    ALBUM = 1
    """The item's own date was missing and was taken from another item of the same album."""
    MISSING = 2


@dataclass(frozen=True)
class Nouns:
    """What the data set calls its items and playlists, so that no page says "song" where the items are movies."""

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
        other_tags: tags that do not occur in training, as text. They have no tag_idx, but models that read titles can
            read them as words.
        updated: month of the playlist's last change, as `playrec_core.data.dates.month_number`; 0 if unknown. Models do
            not read it; the ranker can (`playrec_core.config.RankingConfig.released_before_update`).
    """

    songs: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    title: str = ""
    weights: tuple[float, ...] = ()
    other_tags: tuple[str, ...] = ()
    updated: int = 0

    def __post_init__(self):
        if self.weights and len(self.weights) != len(self.songs):
            raise ValueError(f"{len(self.weights)} weights for {len(self.songs)} songs")

    @property
    def kind(self) -> str:
        """The kind of query: "songs", "songs+tags", "tags" or "title" (the four of Kakao Arena)."""
        if self.songs:
            return "songs+tags" if self.tags else "songs"
        return "tags" if self.tags else "title"

    @property
    def empty(self) -> bool:
        """Whether it has neither songs nor tags nor a title."""
        return not (self.songs or self.tags or self.title)

    @property
    def words(self) -> str:
        """The title and the tags that do not occur in training, as one text."""
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
    """What produced a recommendation: the model itself, or a step of the cold-start fallback."""

    MODEL = 0
    TAGS = 1
    TITLE = 2
    POPULAR = 3


@dataclass(frozen=True)
class Ranked:
    """A continuation: the recommendations of one model for one seed, best first.

    Args:
        items: (k,) int32 item_idx, distinct, none of them in the seed.
        scores: (k,) float32, on the scale of the source that produced each item (`sources`).
        sources: (k,) int8, a `Source` each.
        tags: (n,) int32 tag_idx, distinct, none of them in the seed.
        tag_scores: (n,) float32 votes, or the model's own scores.
    """

    items: np.ndarray
    scores: np.ndarray
    sources: np.ndarray
    tags: np.ndarray
    tag_scores: np.ndarray
