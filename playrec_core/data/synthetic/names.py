"""Composes the names of the demo data set from the words of `english_words` and `korean_words`.

Nothing here is random: each function turns random numbers of its caller into text, so one seed gives one text, and a
data set in another language has the same structure.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from .english_words import ENGLISH
from .korean_words import KOREAN
from .name_words import NameWords, words
from .terms import MOODS, Language, Term, base_genre

NAMES: dict[Language, NameWords] = {"en": ENGLISH, "ko": KOREAN}
ARTIST_PAIRS = len(KOREAN.adjectives) * len(KOREAN.artist_nouns)
VERSIONS = (" (Inst.)", " (Live)", " (Remix)", " Pt. 2", " (Acoustic Ver.)", " (Demo)")
EMOJI = words("🚗 / 🌧️ / 🎧 / ✨ / 🌙 / ☕ / 🔥 / 💜 / 🌸 / 🍂 / ❄️ / 🎄")


@dataclass(frozen=True)
class Mixture:
    """How many of the names are English; the others are Korean.

    Args:
        artists: share of the artists, with their albums.
        strays: share of the songs whose language is not that of their artist.
        titles: tenths of the playlist titles.
        terms: the languages of the tags and genres.
    """

    artists: float
    strays: float
    titles: int
    terms: tuple[Language, ...]

    @property
    def max_artists(self) -> int:
        """The number of artists up to which no name repeats in either language."""
        shares: dict[Language, float] = {"en": self.artists, "ko": 1 - self.artists}
        return min(
            int(ARTIST_PAIRS * (1 + len(NAMES[language].artist_tails)) / share) - 1
            for language, share in shares.items()
        )

    def written(self, term: Term) -> str:
        """The name of a tag or genre in the data."""
        return term.name(self.terms[zlib.crc32(term.en.encode()) % len(self.terms)])


MIXTURES = {
    "english": Mixture(artists=0.9, strays=0.0, titles=9, terms=("en",)),
    "korean": Mixture(artists=0.4, strays=0.2, titles=3, terms=("ko",)),
    "both": Mixture(artists=0.5, strays=0.2, titles=5, terms=("en", "ko")),
}


def pick(options: tuple[str, ...], draw: int) -> str:
    """The option for a random number."""
    return options[draw % len(options)]


def artist_names(english: list[bool], order: np.ndarray) -> list[str]:
    """Distinct artist names: pairs of words first, then pairs with an ending.

    Args:
        english: whether each name is English or Korean; at most `Mixture.max_artists` in all.
        order: a permutation of `range(ARTIST_PAIRS)`, the order in which pairs are used.
    """
    used: dict[Language, int] = {"en": 0, "ko": 0}
    names = []
    for is_english in english:
        language: Language = "en" if is_english else "ko"
        lap, pair = divmod(used[language], len(order))
        used[language] += 1
        names.append(_artist(NAMES[language], int(order[pair]), lap))
    return names


def _artist(own: NameWords, pair: int, lap: int) -> str:
    first, second = divmod(pair, len(own.artist_nouns))
    if lap:
        return f"{own.adjectives[first]} {own.artist_nouns[second]} {own.artist_tails[lap - 1]}"
    if own.first_names and pair % 5 < 2:
        return f"{own.first_names[first]} {own.last_names[second]}"
    if own.first_names and pair % 5 == 2:
        return f"The {own.adjectives[first]} {own.artist_nouns[second]}"
    return f"{own.adjectives[first]} {own.artist_nouns[second]}"


def song_name(base: str, mood: int, language: Language, draws: list[int]) -> str:
    """The name of a song.

    Args:
        base: key of its base genre; classical and worship songs have names of their own kind.
        mood: index into `MOODS`, or -1.
        language: the language of the name.
        draws: six random numbers.
    """
    first, second, third, shape, number, version = draws
    own = NAMES[language]
    suffix = VERSIONS[version // 8 % len(VERSIONS)] if version % 8 == 0 else ""
    if base == "classical":
        return own.classical.format(form=pick(own.forms, first), number=number % 400 + 100, key=pick(own.keys, second))
    nouns = own.moods[MOODS[mood].key].nouns if mood >= 0 else own.plain_nouns
    nouns = own.worship_nouns if base == "worship" and first % 2 else nouns
    name = pick(own.songs, shape).format(
        adjective=pick(own.adjectives, first),
        noun=pick(nouns, second),
        place=pick(own.places, third),
        plain=pick(own.plain_nouns, third),
    )
    return name + suffix


def album_name(language: Language, draws: list[int]) -> str:
    """The name of an album, from four random numbers."""
    first, second, third, shape = draws
    own = NAMES[language]
    return pick(own.albums, shape).format(
        adjective=pick(own.adjectives, first),
        noun=pick(own.plain_nouns, second),
        place=pick(own.places, third),
        number=third % 9 + 1,
    )


def playlist_title(genre: int, scene: int, mood: int, mixture: Mixture, draws: list[int]) -> str:
    """The title of a playlist; one in 25 is blank, one in 12 has an emoji.

    Args:
        genre: number of the genre of its main scene.
        scene: number of its main scene, which has its own word.
        mood: index into `MOODS`, or -1.
        mixture: the languages of the titles.
        draws: six random numbers.
    """
    blank, emoji, first, second, shape, language_draw = draws
    if blank % 25 == 0:
        return ""
    language: Language = "en" if language_draw % 10 < mixture.titles else "ko"
    own = NAMES[language]
    moment = pick(own.moments, first)
    title = pick(own.titles, shape).format(
        moment=moment,
        feeling=pick(own.moods[MOODS[mood].key].titles, second) if mood >= 0 else moment,
        genre=base_genre(genre).term.name(language),
        tail=pick(own.tails, second),
        scene=pick(own.scenes, scene),
    )
    if own.casual and language_draw // 10 % 3 == 0:
        title = title.lower()
    return f"{title} {pick(EMOJI, emoji // 12)}" if emoji % 12 == 0 else title
