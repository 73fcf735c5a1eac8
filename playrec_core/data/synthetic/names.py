"""Composes the names of the demo data set from the word lists of `words`.

Nothing here is random: each function turns random numbers of its caller into text, so one seed gives one text.
"""

import numpy as np

from .words import (
    ADJECTIVES,
    ADJECTIVES_ENGLISH,
    ARTIST_NOUNS,
    ARTIST_NOUNS_ENGLISH,
    ARTIST_TAILS,
    ARTIST_TAILS_ENGLISH,
    CLASSICAL_FORMS,
    CLASSICAL_FORMS_ENGLISH,
    CLASSICAL_KEYS,
    CLASSICAL_KEYS_ENGLISH,
    DETAIL_STYLES,
    EMOJI,
    GENRES,
    MOODS,
    PLACES,
    PLACES_ENGLISH,
    PLAIN_NOUNS,
    PLAIN_NOUNS_ENGLISH,
    SCATTERED_TAGS,
    SCENE_WORDS,
    SEASON_TAGS,
    TAG_HEADS,
    TAG_NOUNS,
    TAG_TAILS,
    TITLE_MOMENTS,
    TITLE_MOMENTS_ENGLISH,
    TITLE_TAILS,
    TITLE_TAILS_ENGLISH,
    VERSIONS,
    WORSHIP_NOUNS,
    WORSHIP_NOUNS_ENGLISH,
    GenreWords,
)

CORE_TAGS = (
    *(mood.tag for mood in MOODS),
    *(genre.korean for genre in GENRES),
    *SEASON_TAGS,
    *SCATTERED_TAGS,
)
MAX_DETAILS_PER_GENRE = len(GENRES[0].details) + len(DETAIL_STYLES)
ARTIST_PAIRS = len(ADJECTIVES) * len(ARTIST_NOUNS)
ENGLISH_SHARE = 0.4
"""Share of the artists with English names."""
MAX_ARTISTS = int(ARTIST_PAIRS * (1 + len(ARTIST_TAILS)) / max(ENGLISH_SHARE, 1 - ENGLISH_SHARE)) - 1
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
    for language in english:
        lap, pair = divmod(used[language], len(order))
        adjective, noun = divmod(int(order[pair]), len(ARTIST_NOUNS))
        if language:
            words = [
                ADJECTIVES_ENGLISH[adjective],
                ARTIST_NOUNS_ENGLISH[noun],
                *ARTIST_TAILS_ENGLISH[:lap][-1:],
            ]
        else:
            words = [ADJECTIVES[adjective], ARTIST_NOUNS[noun], *ARTIST_TAILS[:lap][-1:]]
        used[language] += 1
        names.append(" ".join(words))
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
    suffix = VERSIONS[version // 8 % len(VERSIONS)] if version % 8 == 0 else ""
    if base == "classical":
        if english:
            form, key = pick(CLASSICAL_FORMS_ENGLISH, first), pick(CLASSICAL_KEYS_ENGLISH, second)
            return f"{form} No. {number % 400 + 100} in {key}"
        return f"{pick(CLASSICAL_FORMS, first)} {number % 400 + 100}번 {pick(CLASSICAL_KEYS, second)}"
    if english:
        nouns = MOODS[mood].nouns_english if mood >= 0 else PLAIN_NOUNS_ENGLISH
        nouns = WORSHIP_NOUNS_ENGLISH if base == "worship" and first % 2 else nouns
        adjective, noun, place = (
            pick(ADJECTIVES_ENGLISH, first),
            pick(nouns, second),
            pick(PLACES_ENGLISH, third),
        )
        shapes = (
            *(
                f"{adjective} {noun}",
                f"{noun} at {place}",
                f"{adjective} {noun} for Two",
                f"Toward the {noun}",
            ),
            *(
                f"{noun} and {pick(PLAIN_NOUNS_ENGLISH, third)}",
                f"{adjective} {noun}",
                f"{place}, {adjective} {noun}",
            ),
        )
    else:
        nouns = MOODS[mood].nouns if mood >= 0 else PLAIN_NOUNS
        nouns = WORSHIP_NOUNS if base == "worship" and first % 2 else nouns
        adjective, noun, place = pick(ADJECTIVES, first), pick(nouns, second), pick(PLACES, third)
        shapes = (
            *(f"{adjective} {noun}", f"{place}의 {noun}", f"{adjective} {noun}처럼", f"{noun} 쪽으로"),
            *(f"{noun}의 {pick(PLAIN_NOUNS, third)}", f"{adjective} {noun}", f"{place}, {adjective} {noun}"),
        )
    return pick(shapes, shape) + suffix


def album_name(english: bool, draws: list[int]) -> str:
    """The name of an album, from four random numbers."""
    first, second, third, shape = draws
    if english:
        adjective, place = pick(ADJECTIVES_ENGLISH, first), pick(PLACES_ENGLISH, third)
        noun = pick(PLAIN_NOUNS_ENGLISH, second)
        return pick((f"{adjective} {noun}", place, f"{noun} EP", f"Notes from {place}", f"{adjective} {noun}s"), shape)
    adjective, noun, place = pick(ADJECTIVES, first), pick(PLAIN_NOUNS, second), pick(PLACES, third)
    return pick((f"{adjective} {noun}", place, f"{third % 9 + 1}집 {noun}", f"{place}에서", f"{noun} 사이"), shape)


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
    words = base_genre(genre)
    if language % 10 < 3:
        moment, tail = pick(TITLE_MOMENTS_ENGLISH, first), pick(TITLE_TAILS_ENGLISH, second)
        feeling = pick(MOODS[mood].titles_english, second) if mood >= 0 else moment
        shapes = (
            *(f"{moment} {words.english} {tail}", f"{feeling} {tail}", f"{words.english} for {feeling}"),
            f"{feeling}: {words.english} {tail}",
        )
    else:
        moment, tail = pick(TITLE_MOMENTS, first), pick(TITLE_TAILS, second)
        feeling = pick(MOODS[mood].titles, second) if mood >= 0 else moment
        own = pick(SCENE_WORDS, scene)
        shapes = (
            *(f"{feeling} {words.korean} {tail}", f"{feeling}에 어울리는 {words.korean}", f"{own} {feeling}"),
            *(f"{moment} {words.korean}", f"{own} {words.korean} {tail}", f"{feeling}, {own} {words.korean}"),
        )
    title = pick(shapes, shape)
    return f"{title} {pick(EMOJI, emoji // 12)}" if emoji % 12 == 0 else title
