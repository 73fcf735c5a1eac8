"""What the invented names of the demo data set are composed of, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass


def words(text: str) -> tuple[str, ...]:
    """Split a text at slashes into words or phrases."""
    return tuple(word.strip() for word in text.split("/"))


@dataclass(frozen=True)
class MoodWords:
    """The words of one mood: playlist titles, and nouns for the titles of its songs."""

    titles: tuple[str, ...]
    nouns: tuple[str, ...]


@dataclass(frozen=True)
class NameWords:
    """The words and patterns of one language.

    Args:
        adjectives, artist_nouns: 50 each; an artist is one of their pairs.
        first_names, last_names: 50 each or none; some artists are people.
        artist_tails: endings of artists after every pair was used once.
        places, plain_nouns, worship_nouns: for songs and albums.
        forms, keys: for classical pieces.
        moods: words by key of the mood.
        moments, tails: for playlist titles.
        scenes: the word that the playlists of a scene have in common, by number of the scene.
        songs, classical, albums, titles: patterns for `str.format`.
        casual: whether one playlist title in three is lower case.
    """

    adjectives: tuple[str, ...]
    artist_nouns: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    artist_tails: tuple[str, ...]
    places: tuple[str, ...]
    plain_nouns: tuple[str, ...]
    worship_nouns: tuple[str, ...]
    forms: tuple[str, ...]
    keys: tuple[str, ...]
    moods: Mapping[str, MoodWords]
    moments: tuple[str, ...]
    tails: tuple[str, ...]
    scenes: tuple[str, ...]
    songs: tuple[str, ...]
    classical: str
    albums: tuple[str, ...]
    titles: tuple[str, ...]
    casual: bool
