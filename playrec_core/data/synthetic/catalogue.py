"""The built-in world's catalogue: genres, scenes, artists, albums and songs, with what is planted in them.

A *scene* is a hidden group of songs that people play together. Its home is one genre, but on the mainland it
reaches into two others, so nothing written in the catalogue gives it away: only playlists do. Within its scene
every song has a *mood* (or none) and a *position* between 0 and 1 along which playlists walk.
"""

from dataclasses import dataclass

import numpy as np

from .names import ENGLISH_SHARE, base_genre
from .words import MOODS

FIRST_YEAR, LAST_YEAR, LAST_MONTH = 1970, 2026, 6
"""Releases lie between January of the first year and this month of the last, when the world was recorded."""

HOME_GENRE_SHARE = (0.74, 0.16, 0.1)
"""How a mainland scene's songs divide over its home detail genre and the two it reaches into."""


@dataclass(frozen=True)
class Catalogue:
    """The songs and what was planted in them. `S` scenes, `A` artists, `B` albums, `N` songs, `G` genres.

    Song arrays are in order of song id, which are 0..N-1 and say nothing about the song.
    """

    detail_genre: np.ndarray  # (D,) genre of each detail genre
    scene_genre: np.ndarray  # (S,) home genre
    scene_details: np.ndarray  # (S, 3) detail genres, home first
    scene_neighbours: np.ndarray  # (S, 2) the scenes whose listeners overlap with this one's
    scene_season: np.ndarray  # (S,) index into SEASON_TAGS
    artist_english: np.ndarray  # (A,) bool
    album_artist: np.ndarray  # (B,)
    song_album: np.ndarray  # (N,)
    song_guest: np.ndarray  # (N,) a second artist, or -1
    song_scene: np.ndarray  # (N,)
    song_detail: np.ndarray  # (N,)
    song_mood: np.ndarray  # (N,) index into MOODS, or -1
    position: np.ndarray  # (N,) in [0, 1)
    popularity: np.ndarray  # (N,) the weight with which listeners meet the song; sums to 1
    true_date: np.ndarray  # (N,) YYYYMMDD
    written_date: np.ndarray  # (N,) the same, with the faults of the real file


def moods_by_genre(genres: int) -> list[list[int]]:
    """For each genre, the moods (indices into `MOODS`) that its playlists can have."""
    return [
        [number for number, mood in enumerate(MOODS) if base_genre(genre).key in mood.kinds] for genre in range(genres)
    ]


def choose(rng: np.random.Generator, weights: np.ndarray, size: int | tuple[int, ...]) -> np.ndarray:
    """Indices drawn with probability proportional to `weights`."""
    cumulative = np.cumsum(weights)
    drawn = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    return np.minimum(drawn, len(weights) - 1)


def same_group(group: np.ndarray, member: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each of `member` (n,), a random one of the same group; `group` gives every candidate's group."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 2))
    mine = group[member]
    size = starts[mine + 1] - starts[mine]
    return order[starts[mine] + np.floor(rng.random(len(member)) * size).astype(np.int64)]


def choose_columns(rng: np.random.Generator, table: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """From each row of `table` (n, c) one value (n,), column j with probability `shares[j]`."""
    return table[np.arange(len(table)), choose(rng, np.array(shares), len(table))]


def build_catalogue(
    *,
    songs: int,
    artists: int,
    albums: int,
    genres: int,
    detail_genres: int,
    scenes: int,
    rng: np.random.Generator,
) -> Catalogue:
    """Plant a catalogue of the given sizes.

    Needs `scenes <= artists <= albums <= songs` and `12 <= genres <= detail_genres, scenes`: then every album
    holds a song, every artist has an album, every genre a detail genre and a scene, and every scene a song.
    """
    detail_genre = np.sort(np.arange(detail_genres) % genres)
    scene_genre = _scene_genres(scenes, genres)
    scene_details = _scene_details(scene_genre, detail_genre, rng)

    artist_scene = np.concatenate([np.arange(scenes), choose(rng, _zipf(scenes, 0.4), artists - scenes)])
    rng.shuffle(artist_scene)
    artist_weight = rng.permutation(_zipf(artists, 0.55))
    artist_detail = choose_columns(rng, scene_details[artist_scene], HOME_GENRE_SHARE)

    album_artist = np.sort(np.concatenate([np.arange(artists), choose(rng, artist_weight**0.6, albums - artists)]))
    album_scene_year = _scene_years(scenes, rng)[artist_scene]
    album_date = _dates(album_scene_year[album_artist], rng)

    song_album = np.sort(np.concatenate([np.arange(albums), choose(rng, rng.random(albums), songs - albums)]))
    song_artist = album_artist[song_album]
    first_of_artist = np.r_[True, song_artist[1:] != song_artist[:-1]]

    # One song in five strays into another scene of its artist's genre; an artist's first song never does, so
    # that no scene stands empty.
    strays = (rng.random(songs) < 0.2) & ~first_of_artist
    home = artist_scene[song_artist]
    song_scene = np.where(strays, same_group(scene_genre, home, rng), home)
    song_detail = np.where(
        rng.random(songs) < 0.85,
        artist_detail[song_artist],
        choose_columns(rng, scene_details[song_scene], HOME_GENRE_SHARE),
    )
    # Only a scene's home songs carry moods: that is what makes one tag sound of electronic here and of hip-hop there.
    at_home = detail_genre[song_detail] == scene_genre[song_scene]
    song_mood = np.where(at_home, _song_moods(scene_genre[song_scene], genres, rng), -1)
    guest = same_group(artist_scene, song_artist, rng)
    song_guest = np.where((rng.random(songs) < 0.07) & (guest != song_artist), guest, -1)

    popularity = artist_weight[song_artist] * _rank_within(song_artist, rng) ** -0.7
    popularity *= np.array([0.25 if _is_island(genre) else 1.0 for genre in range(genres)])[scene_genre[song_scene]]
    true_date = album_date[song_album]
    ids = rng.permutation(songs)  # the song at internal place p is written under id q where ids[q] == p
    return Catalogue(
        detail_genre=detail_genre,
        scene_genre=scene_genre,
        scene_details=scene_details,
        scene_neighbours=_scene_neighbours(scene_genre, rng),
        scene_season=rng.integers(0, 5, scenes),
        artist_english=rng.permutation(artists) < ENGLISH_SHARE * artists,
        album_artist=album_artist,
        song_album=song_album[ids],
        song_guest=song_guest[ids],
        song_scene=song_scene[ids],
        song_detail=song_detail[ids],
        song_mood=song_mood[ids],
        position=rng.random(songs)[ids],
        popularity=(popularity / popularity.sum())[ids],
        true_date=true_date[ids],
        written_date=_with_faults(true_date, song_album, rng)[ids],
    )


def _zipf(count: int, exponent: float) -> np.ndarray:
    return np.arange(1, count + 1, dtype=np.float64) ** -exponent


def _is_island(genre: int) -> bool:
    return base_genre(genre).island


def _scene_genres(scenes: int, genres: int) -> np.ndarray:
    """(S,) home genres: every genre gets a scene, mainland genres more of them."""
    mainland = [genre for genre in range(genres) if not _is_island(genre)]
    cycle = [*range(genres), *mainland, *mainland]
    return np.array([cycle[scene % len(cycle)] for scene in range(scenes)])


def _scene_details(scene_genre: np.ndarray, detail_genre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(S, 3) detail genres of each scene: one of its home's, then two of other mainland genres or, for an
    island, of its own."""
    island = np.array([_is_island(int(genre)) for genre in detail_genre])
    rows = []
    for genre in scene_genre:
        own = np.flatnonzero(detail_genre == genre)
        reach = own if _is_island(int(genre)) else np.flatnonzero(~island & (detail_genre != genre))
        rows.append([rng.choice(own), *rng.choice(reach, 2)])
    return np.array(rows)


def _scene_neighbours(scene_genre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(S, 2) one scene of the same genre and, on the mainland, one of any other mainland genre."""
    mainland = np.array([not _is_island(int(genre)) for genre in scene_genre])
    rows = []
    for genre in scene_genre:
        same = np.flatnonzero(scene_genre == genre)
        other = np.flatnonzero(mainland & (scene_genre != genre)) if not _is_island(int(genre)) else same
        rows.append([rng.choice(same), rng.choice(other)])
    return np.array(rows)


def _scene_years(scenes: int, rng: np.random.Generator) -> np.ndarray:
    """(S,) the year around which a scene's artists begin; recent ones are more frequent."""
    return FIRST_YEAR + (LAST_YEAR - FIRST_YEAR) * rng.beta(1.8, 1.2, scenes)


def _dates(begin: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Release dates YYYYMMDD of albums whose artists began around the years `begin` (both (B,))."""
    count = len(begin)
    year = np.floor(begin + rng.normal(0, 4, count) + rng.exponential(4, count)).astype(np.int64)
    # What would fall outside the recorded years is spread over them, so that neither end piles up.
    year = np.where(year < FIRST_YEAR, rng.integers(FIRST_YEAR, FIRST_YEAR + 15, count), year)
    year = np.where(year > LAST_YEAR, rng.integers(LAST_YEAR - 12, LAST_YEAR + 1, count), year)
    month = rng.integers(1, 13, count)
    month = np.where(year == LAST_YEAR, (month - 1) % LAST_MONTH + 1, month)
    return year * 10_000 + month * 100 + rng.integers(1, 29, count)


def _rank_within(artist: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N,) a random rank, from 1, of each song among its artist's; `artist` (N,) is sorted."""
    order = np.lexsort((rng.random(len(artist)), artist))
    starts = np.searchsorted(artist, np.arange(artist[-1] + 1))
    rank = np.empty(len(artist))
    rank[order] = np.arange(len(artist)) - starts[artist] + 1
    return rank


def _song_moods(genre: np.ndarray, genres: int, rng: np.random.Generator) -> np.ndarray:
    """(N,) a mood of the song's home genre, or -1 for one song in five."""
    moods = moods_by_genre(genres)
    table = np.full((genres, max(map(len, moods))), -1)
    for row, numbers in zip(table, moods, strict=True):
        row[: len(numbers)] = numbers
    size = np.array([len(numbers) for numbers in moods])[genre]
    drawn = table[genre, np.floor(rng.random(len(genre)) * size).astype(np.int64)]
    return np.where(rng.random(len(genre)) < 0.2, -1, drawn)


def _with_faults(date: np.ndarray, album: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N,) the dates as the file has them: about two in a hundred with month 00, month 51, year 0000 or nothing.

    Half of the faults strike one song, whose date another song of its album may still tell; half strike a
    whole album. Every kind occurs if there are at least eight albums and songs.
    """
    count, albums = len(date), int(album[-1]) + 1
    kind = np.zeros(count, dtype=np.int64)
    struck_album = np.zeros(albums, dtype=np.int64)
    shares = np.array([0.7, 0.1, 0.1, 0.1])  # months are missing most often
    for target, struck in ((struck_album, _at_least_four(albums)), (kind, _at_least_four(count))):
        where = rng.permutation(len(target))[:struck]
        target[where] = 1 + np.concatenate([np.arange(4), choose(rng, shares, struck - 4)])[:struck]
    kind = np.where(kind > 0, kind, struck_album[album])
    year, day = date // 10_000, date % 100
    return np.choose(kind, [date, year * 10_000, year * 10_000 + 5100 + day, date % 10_000, np.zeros_like(date)])


def _at_least_four(count: int) -> int:
    return max(4, count // 100)
