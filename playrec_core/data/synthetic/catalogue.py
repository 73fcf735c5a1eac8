"""The catalogue of the demo data set: genres, scenes, artists, albums and songs, with their planted structure.

A *scene* is a hidden group of songs that people play together. It belongs to one genre, but a scene of a *connected*
genre also has songs of two other genres, so that it shows in playlists and not in the catalogue; a scene of an
*isolated* genre does not. Within its scene every song has a *mood* (or none) and a *position* between 0 and 1, which
determines the order in playlists.
"""

from dataclasses import dataclass

import numpy as np

from .terms import MOODS, base_genre

FIRST_YEAR, LAST_YEAR, LAST_MONTH = 1970, 2026, 6
"""Release dates lie between January of the first year and this month of the last year."""

HOME_GENRE_SHARE = (0.74, 0.16, 0.1)
"""Shares of the songs of a connected scene in its own detail genre and in the two others."""


@dataclass(frozen=True)
class Catalogue:
    """The songs and their planted structure. `S` scenes, `A` artists, `B` albums, `N` songs, `D` detail genres.

    Arrays are int64 unless noted. Song arrays are in the order of song ids, 0 to N-1, which are random.
    """

    detail_genre: np.ndarray  # (D,) genre of each detail genre
    scene_genre: np.ndarray  # (S,) genre
    scene_details: np.ndarray  # (S, 3) detail genres, its own first
    scene_neighbours: np.ndarray  # (S, 2) scenes with overlapping listeners
    scene_season: np.ndarray  # (S,) index into SEASONS
    artist_english: np.ndarray  # (A,) bool
    album_artist: np.ndarray  # (B,)
    song_album: np.ndarray  # (N,)
    song_guest: np.ndarray  # (N,) a second artist, or -1
    song_scene: np.ndarray  # (N,)
    song_detail: np.ndarray  # (N,)
    song_mood: np.ndarray  # (N,) index into MOODS, or -1
    position: np.ndarray  # (N,) float64 in [0, 1)
    popularity: np.ndarray  # (N,) float64 probability of the song; sums to 1
    true_date: np.ndarray  # (N,) YYYYMMDD
    written_date: np.ndarray  # (N,) the same, with the errors of the real data


def moods_by_genre(genres: int) -> list[list[int]]:
    """For each genre, the moods (indices into `MOODS`) that its playlists can have."""
    return [
        [number for number, mood in enumerate(MOODS) if base_genre(genre).key in mood.kinds] for genre in range(genres)
    ]


def choose(rng: np.random.Generator, weights: np.ndarray, size: int | tuple[int, ...]) -> np.ndarray:
    """Random indices (`size`) with probability proportional to `weights` (n,)."""
    cumulative = np.cumsum(weights)
    drawn = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    return np.minimum(drawn, len(weights) - 1)


def same_group(group: np.ndarray, member: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each of `member` (n,), a random candidate of the same group; `group` is the group of every candidate."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 2))
    mine = group[member]
    size = starts[mine + 1] - starts[mine]
    return order[starts[mine] + np.floor(rng.random(len(member)) * size).astype(np.int64)]


def choose_columns(rng: np.random.Generator, table: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """One value (n,) from each row of `table` (n, c), column j with probability `shares[j]`."""
    return table[np.arange(len(table)), choose(rng, np.array(shares), len(table))]


def build_catalogue(
    *,
    songs: int,
    artists: int,
    albums: int,
    genres: int,
    detail_genres: int,
    scenes: int,
    english_artists: float,
    rng: np.random.Generator,
) -> Catalogue:
    """Generate a catalogue of the given sizes; `english_artists` is the share of artists with English names.

    Requires `scenes <= artists <= albums <= songs` and `12 <= genres <= detail_genres, scenes`, so that every album has
    a song, every artist an album, every genre a detail genre and a scene, and every scene a song.
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

    # One song in five is in another scene of its artist's genre, but never the first song of an artist, so that no
    # scene is empty.
    strays = (rng.random(songs) < 0.2) & ~first_of_artist
    home = artist_scene[song_artist]
    song_scene = np.where(strays, same_group(scene_genre, home, rng), home)
    song_detail = np.where(
        rng.random(songs) < 0.85,
        artist_detail[song_artist],
        choose_columns(rng, scene_details[song_scene], HOME_GENRE_SHARE),
    )
    # Only songs of a scene's own genre have moods, so that one tag means electronic here and hip-hop there.
    at_home = detail_genre[song_detail] == scene_genre[song_scene]
    song_mood = np.where(at_home, _song_moods(scene_genre[song_scene], genres, rng), -1)
    guest = same_group(artist_scene, song_artist, rng)
    song_guest = np.where((rng.random(songs) < 0.07) & (guest != song_artist), guest, -1)

    popularity = artist_weight[song_artist] * _rank_within(song_artist, rng) ** -0.7
    popularity *= np.array([0.25 if _is_isolated(genre) else 1.0 for genre in range(genres)])[scene_genre[song_scene]]
    true_date = album_date[song_album]
    ids = rng.permutation(songs)  # the song at internal place p is written under id q where ids[q] == p
    return Catalogue(
        detail_genre=detail_genre,
        scene_genre=scene_genre,
        scene_details=scene_details,
        scene_neighbours=_scene_neighbours(scene_genre, rng),
        scene_season=rng.integers(0, 5, scenes),
        artist_english=rng.permutation(artists) < english_artists * artists,
        album_artist=album_artist,
        song_album=song_album[ids],
        song_guest=song_guest[ids],
        song_scene=song_scene[ids],
        song_detail=song_detail[ids],
        song_mood=song_mood[ids],
        position=rng.random(songs)[ids],
        popularity=(popularity / popularity.sum())[ids],
        true_date=true_date[ids],
        written_date=_with_errors(true_date, song_album, rng)[ids],
    )


def _zipf(count: int, exponent: float) -> np.ndarray:
    return np.arange(1, count + 1, dtype=np.float64) ** -exponent


def _is_isolated(genre: int) -> bool:
    return base_genre(genre).isolated


def _scene_genres(scenes: int, genres: int) -> np.ndarray:
    """(S,) genres of the scenes: every genre has a scene, connected genres have more."""
    connected = [genre for genre in range(genres) if not _is_isolated(genre)]
    cycle = [*range(genres), *connected, *connected]
    return np.array([cycle[scene % len(cycle)] for scene in range(scenes)])


def _scene_details(scene_genre: np.ndarray, detail_genre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(S, 3) detail genres of each scene: one of its genre, then two of other connected genres or, if its genre is
    isolated, of its own."""
    isolated = np.array([_is_isolated(int(genre)) for genre in detail_genre])
    rows = []
    for genre in scene_genre:
        own = np.flatnonzero(detail_genre == genre)
        reach = own if _is_isolated(int(genre)) else np.flatnonzero(~isolated & (detail_genre != genre))
        rows.append([rng.choice(own), *rng.choice(reach, 2)])
    return np.array(rows)


def _scene_neighbours(scene_genre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(S, 2) one scene of the same genre and one of any other connected genre (of the same one if isolated)."""
    connected = np.array([not _is_isolated(int(genre)) for genre in scene_genre])
    rows = []
    for genre in scene_genre:
        same = np.flatnonzero(scene_genre == genre)
        other = np.flatnonzero(connected & (scene_genre != genre)) if not _is_isolated(int(genre)) else same
        rows.append([rng.choice(same), rng.choice(other)])
    return np.array(rows)


def _scene_years(scenes: int, rng: np.random.Generator) -> np.ndarray:
    """(S,) float64 mean first year of the artists of a scene; recent years are more frequent."""
    return FIRST_YEAR + (LAST_YEAR - FIRST_YEAR) * rng.beta(1.8, 1.2, scenes)


def _dates(begin: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(B,) release dates YYYYMMDD of albums, given the mean first years `begin` (B,) of their artists."""
    count = len(begin)
    year = np.floor(begin + rng.normal(0, 4, count) + rng.exponential(4, count)).astype(np.int64)
    # Dates outside the range are spread over it, so that neither end accumulates them.
    year = np.where(year < FIRST_YEAR, rng.integers(FIRST_YEAR, FIRST_YEAR + 15, count), year)
    year = np.where(year > LAST_YEAR, rng.integers(LAST_YEAR - 12, LAST_YEAR + 1, count), year)
    month = rng.integers(1, 13, count)
    month = np.where(year == LAST_YEAR, (month - 1) % LAST_MONTH + 1, month)
    return year * 10_000 + month * 100 + rng.integers(1, 29, count)


def _rank_within(artist: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N,) random rank, from 1, of each song among the songs of its artist; `artist` (N,) is sorted."""
    order = np.lexsort((rng.random(len(artist)), artist))
    starts = np.searchsorted(artist, np.arange(artist[-1] + 1))
    rank = np.empty(len(artist))
    rank[order] = np.arange(len(artist)) - starts[artist] + 1
    return rank


def _song_moods(genre: np.ndarray, genres: int, rng: np.random.Generator) -> np.ndarray:
    """(N,) a random mood of the genre of each song, or -1 for one song in five."""
    moods = moods_by_genre(genres)
    table = np.full((genres, max(map(len, moods))), -1)
    for row, numbers in zip(table, moods, strict=True):
        row[: len(numbers)] = numbers
    size = np.array([len(numbers) for numbers in moods])[genre]
    drawn = table[genre, np.floor(rng.random(len(genre)) * size).astype(np.int64)]
    return np.where(rng.random(len(genre)) < 0.2, -1, drawn)


def _with_errors(date: np.ndarray, album: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(N,) dates as in the real data: about 2 % have month 00, month 51, year 0000 or are empty.

    Half of the errors affect one song, whose date another song of its album may have; half affect a whole album. Every
    kind occurs if there are at least eight albums and songs.
    """
    count, albums = len(date), int(album[-1]) + 1
    kind = np.zeros(count, dtype=np.int64)
    affected_album = np.zeros(albums, dtype=np.int64)
    shares = np.array([0.7, 0.1, 0.1, 0.1])  # months are missing most often
    for target, affected in ((affected_album, _at_least_four(albums)), (kind, _at_least_four(count))):
        where = rng.permutation(len(target))[:affected]
        target[where] = 1 + np.concatenate([np.arange(4), choose(rng, shares, affected - 4)])[:affected]
    kind = np.where(kind > 0, kind, affected_album[album])
    year, day = date // 10_000, date % 100
    return np.choose(kind, [date, year * 10_000, year * 10_000 + 5100 + day, date % 10_000, np.zeros_like(date)])


def _at_least_four(count: int) -> int:
    return max(4, count // 100)
