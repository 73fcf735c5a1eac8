"""Composes the names of the demo data set from the word lists of `words`.

Nothing here is random: each function turns random numbers of its caller into text, so one seed gives one text.
"""

import numpy as np

from .words import (
    DETAIL_STYLES,
    EMOJI,
    ENGLISH,
    GENRES,
    KOREAN,
    MOODS,
    SCATTERED_TAGS,
    SCENE_WORDS,
    SEASON_TAGS,
    TAG_HEADS,
    TAG_NOUNS,
    TAG_TAILS,
    VERSIONS,
    GenreWords,
)

CORE_TAGS = (
    *(mood.tag for mood in MOODS),
    *(genre.korean for genre in GENRES),
    *SEASON_TAGS,
    *SCATTERED_TAGS,
)
MAX_DETAILS_PER_GENRE = len(GENRES[0].details) + len(DETAIL_STYLES)
ARTIST_PAIRS = len(KOREAN.adjectives) * len(KOREAN.artist_nouns)
ENGLISH_SHARE = 0.4
"""Share of the artists with English names."""
MAX_ARTISTS = int(ARTIST_PAIRS * (1 + len(KOREAN.artist_tails)) / max(ENGLISH_SHARE, 1 - ENGLISH_SHARE)) - 1
MAX_TAGS = len(CORE_TAGS) + len(TAG_HEADS) * len(TAG_NOUNS) * len(TAG_TAILS)


def pick(words: tuple[str, ...], draw: int) -> str:
    """The word for a random number."""
    return words[draw % len(words)]


def genre_name(genre: int) -> str:
    """Name of genre number `genre`; beyond the twelve base genres, a connected genre in another style."""
    if genre < len(GENRES):
        return GENRES[genre].korean
    return f"{pick(DETAIL_STYLES, genre)} {base_genre(genre).korean}"


def base_genre(genre: int) -> GenreWords:
    """The base genre of genre number `genre`. Genres beyond the base genres are varieties of connected ones."""
    if genre < len(GENRES):
        return GENRES[genre]
    connected = [words for words in GENRES if not words.isolated]
    return connected[(genre - len(GENRES)) % len(connected)]


def detail_name(genre: int, detail: int) -> str:
    """Name of the `detail`-th (from 0) detail genre of genre number `genre`."""
    details = base_genre(genre).details if genre < len(GENRES) else ()
    return details[detail] if detail < len(details) else f"{DETAIL_STYLES[detail - len(details)]} {genre_name(genre)}"


def artist_names(english: list[bool], order: np.ndarray) -> list[str]:
    """Distinct artist names: pairs of words first, then pairs with an ending.

    Args:
        english: whether each name is English or Korean; at most `MAX_ARTISTS` of either.
        order: a permutation of `range(ARTIST_PAIRS)`, the order in which pairs are used.
    """
    used = {True: 0, False: 0}
    names = []
    for is_english in english:
        words = ENGLISH if is_english else KOREAN
        lap, pair = divmod(used[is_english], len(order))
        adjective, noun = divmod(int(order[pair]), len(words.artist_nouns))
        used[is_english] += 1
        names.append(" ".join([words.adjectives[adjective], words.artist_nouns[noun], *words.artist_tails[:lap][-1:]]))
    return names


def tail_tag(number: int) -> str:
    """The `number`-th invented tag beyond `CORE_TAGS`: two joined words, later with an ending."""
    tail, pair = divmod(number, len(TAG_HEADS) * len(TAG_NOUNS))
    # 1009 is prime and divides neither list's length: consecutive tags do not share their first word.
    head, noun = divmod(pair * 1009 % (len(TAG_HEADS) * len(TAG_NOUNS)), len(TAG_NOUNS))
    return f"{TAG_HEADS[head]}{TAG_NOUNS[noun]}{TAG_TAILS[tail]}"


def song_name(base: str, mood: int, english: bool, draws: list[int]) -> str:
    """The name of a song.

    Args:
        base: key of its base genre; classical and worship songs have names of their own kind.
        mood: index into `MOODS`, or -1.
        english: whether the name is English or Korean.
        draws: six random numbers.
    """
    first, second, third, shape, number, version = draws
    words = ENGLISH if english else KOREAN
    if base == "classical":
        form, key = pick(words.classical_forms, first), pick(words.classical_keys, second)
        return words.classical.format(form=form, key=key, number=number % 400 + 100)
    nouns = words.plain_nouns
    if base == "worship" and first % 2:
        nouns = words.worship_nouns
    elif mood >= 0:
        nouns = MOODS[mood].nouns_english if english else MOODS[mood].nouns
    name = pick(words.songs, shape).format(
        adjective=pick(words.adjectives, first),
        noun=pick(nouns, second),
        place=pick(words.places, third),
        plain=pick(words.plain_nouns, third),
    )
    return name + pick(VERSIONS, version // 8) if version % 8 == 0 else name


def album_name(english: bool, draws: list[int]) -> str:
    """The name of an album, from four random numbers."""
    first, second, third, shape = draws
    words = ENGLISH if english else KOREAN
    return pick(words.albums, shape).format(
        adjective=pick(words.adjectives, first),
        noun=pick(words.plain_nouns, second),
        place=pick(words.places, third),
        volume=third % 9 + 1,
    )


def playlist_title(genre: int, scene: int, mood: int, draws: list[int]) -> str:
    """The title of a playlist; one in 25 is blank, one in 12 has an emoji.

    Args:
        genre: number of the genre of its main scene.
        scene: number of its main scene, which has its own word.
        mood: index into `MOODS`, or -1.
        draws: six random numbers.
    """
    blank, emoji, first, second, shape, language = draws
    if blank % 25 == 0:
        return ""
    english = language % 10 < 3
    words, names = ENGLISH if english else KOREAN, base_genre(genre)
    moment = pick(words.title_moments, first)
    feelings = (MOODS[mood].titles_english if english else MOODS[mood].titles) if mood >= 0 else (moment,)
    title = pick(words.playlists, shape).format(
        moment=moment,
        feeling=pick(feelings, second),
        genre=names.english if english else names.korean,
        tail=pick(words.title_tails, second),
        own=pick(SCENE_WORDS, scene),
    )
    return f"{title} {pick(EMOJI, emoji // 12)}" if emoji % 12 == 0 else title
