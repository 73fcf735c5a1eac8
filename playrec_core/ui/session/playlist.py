"""The playlists of a session: the open one is in the address, each has a history.

The address has outside ids, so a link works in another run of the same data, after a restart and on another machine.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from playrec_core.data.builder import clean
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import Record, seed_from
from playrec_core.data.types.vocabulary import UNKNOWN
from playrec_core.schema import Query, Seed
from playrec_core.serving.loaded_run import LoadedRun

from .history import History, Named
from .url_state import Parameters, UrlState

_PLAYLISTS = "playrec_playlists"
FIRST_NAME = ""
"""Of the playlist that a session begins with; screens show a word for it."""
SONGS, TAGS, TITLE, BANNED, QUESTION = "songs", "tags", "title", "ban", "question"
_KEYS = (SONGS, TAGS, TITLE, BANNED, QUESTION)

LONGEST_ADDRESS = 8000
"""Characters of the ids of songs, tags and exclusions each in the address: servers refuse longer ones."""
LONGEST_TITLE = 1000

EMPTY = Seed()


@dataclass(frozen=True)
class OpenPlaylist:
    """A seed, the songs excluded from recommendation, and the held-out playlist it came from ("" for none)."""

    seed: Seed = EMPTY
    banned: tuple[int, ...] = ()
    question: str = ""

    @classmethod
    def of(cls, query: Query) -> "OpenPlaylist":
        """The playlist of a query."""
        return cls(query.seed, query.excluded, query.held_out.id if query.held_out else "")

    def query(self, run: LoadedRun) -> Query:
        """What to ask the models of a run."""
        return run.query(self.seed, self.banned, self.question)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to continue."""
        return self.seed.empty

    def with_songs(self, items: Iterable[int]) -> "OpenPlaylist":
        """More seed songs, at the end; they are no longer excluded."""
        songs = tuple(dict.fromkeys((*self.seed.songs, *items)))
        return replace(self._with(songs=songs), banned=tuple(item for item in self.banned if item not in set(songs)))

    def with_song(self, item: int) -> "OpenPlaylist":
        """One more seed song, at the end."""
        return self.with_songs([item])

    def without_song(self, item: int) -> "OpenPlaylist":
        """The seed less one song."""
        return self._with(songs=tuple(song for song in self.seed.songs if song != item))

    def with_ban(self, item: int) -> "OpenPlaylist":
        """One more song that no model may recommend."""
        return replace(self.without_song(item), banned=tuple(dict.fromkeys((*self.banned, item))))

    def without_ban(self, item: int) -> "OpenPlaylist":
        """One song may be recommended again."""
        return replace(self, banned=tuple(banned for banned in self.banned if banned != item))

    def with_tag(self, tag: int) -> "OpenPlaylist":
        """One more seed tag."""
        return self._with(tags=tuple(dict.fromkeys((*self.seed.tags, tag))))

    def without_tag(self, tag: int) -> "OpenPlaylist":
        """The seed less one tag."""
        return self._with(tags=tuple(other for other in self.seed.tags if other != tag))

    def with_title(self, title: str) -> "OpenPlaylist":
        """The seed under another title, "" for none."""
        return self._with(title=clean(title)[:LONGEST_TITLE])

    def _with(self, **changes: Any) -> "OpenPlaylist":
        # Weights and unknown tags belong to the held-out playlist; in a changed seed all songs have weight 1.
        return replace(self, seed=replace(self.seed, weights=(), other_tags=(), **changes))


EMPTY_PLAYLIST = OpenPlaylist()
Playlists = Named[OpenPlaylist]


def current(dataset: Dataset) -> OpenPlaylist:
    """The open playlist of this session. Its address can be copied at any time."""
    return _state(dataset).get().current.now


def put(playlist: OpenPlaylist, dataset: Dataset) -> None:
    """Replace the open playlist; `undo` brings the earlier one back."""
    playlists = named(dataset)
    put_named(playlists.with_current(playlists.current.changed(playlist)), dataset)


def named(dataset: Dataset) -> Playlists:
    """Every playlist of this session, with its history."""
    return _state(dataset).get()


def put_named(playlists: Playlists, dataset: Dataset) -> None:
    """Replace the playlists of this session: open, add, rename or remove one."""
    _state(dataset).put(playlists)


def undo(dataset: Dataset) -> None:
    """Take the last change of the open playlist back."""
    playlists = named(dataset)
    put_named(playlists.with_current(playlists.current.undo()), dataset)


def redo(dataset: Dataset) -> None:
    """Make the last change that was taken back again."""
    playlists = named(dataset)
    put_named(playlists.with_current(playlists.current.redo()), dataset)


def _state(dataset: Dataset) -> UrlState[Playlists]:
    def read(values: Parameters) -> Playlists:
        """A link changes the open playlist, and that can be undone."""
        linked = from_address(values, dataset)
        known: Playlists | None = st.session_state.get(_PLAYLISTS)
        if known is None:
            return Named(FIRST_NAME, {FIRST_NAME: History(linked)})
        return known.with_current(known.current.changed(linked))

    return UrlState(_PLAYLISTS, _KEYS, read, lambda playlists: to_address(playlists.current.now, dataset))


def to_address(playlist: OpenPlaylist, dataset: Dataset) -> dict[str, str]:
    """Query parameters that `from_address` reads; ids cut at `LONGEST_ADDRESS` characters each."""
    seed = playlist.seed
    values = {
        SONGS: _joined(dataset.items.outside(seed.songs)),
        TAGS: _joined(dataset.tags.outside(seed.tags)),
        TITLE: seed.title,
        BANNED: _joined(dataset.items.outside(playlist.banned)),
        QUESTION: playlist.question,
    }
    return {key: value for key, value in values.items() if value}


def from_address(values: Mapping[str, str], dataset: Dataset) -> OpenPlaylist:
    """The playlist of some query parameters; what this data does not know is left out."""
    songs, tags = tuple(_split(values.get(SONGS, ""))), tuple(_split(values.get(TAGS, "")))
    title = clean(values.get(TITLE, "")[:LONGEST_TITLE])
    seed = seed_from(Record("", songs, tags, title), dataset.items, dataset.tags)
    banned = dataset.items.index(_split(values.get(BANNED, ""))).tolist()
    known = tuple(dict.fromkeys(row for row in banned if row != UNKNOWN and row not in seed.songs))
    return OpenPlaylist(seed, known, values.get(QUESTION, "")[:LONGEST_TITLE])


def _joined(ids: Iterable[object]) -> str:
    """Ids between commas, a comma or backslash in an id behind a backslash; whole ids only, up to the limit."""
    parts, length = [], 0
    for outside in ids:
        part = str(outside).replace("\\", "\\\\").replace(",", "\\,")
        length += len(part) + 1
        if length > LONGEST_ADDRESS:
            break
        parts.append(part)
    return ",".join(parts)


def _split(text: str) -> list[str]:
    """The ids that `_joined` joined; empty ones left out."""
    parts = re.findall(r"(?:[^,\\]|\\.)+", text[: 4 * LONGEST_ADDRESS], re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts]
