"""What the program says to a person, in that person's language.

English is the source: a sentence stands in the code, in `tr`, and is its own key (GNU gettext). Every other language is
a folder ``playrec_core/locale/<code>`` of catalogues, ``*.po``, that a translator edits with any gettext editor; they
are read as they are, nothing has to be compiled. ``make messages`` lists anew what there is to translate.

Whose language it is, is the caller's matter: `read_from` names who to ask, for the app its session. Without one, and
for whoever runs commands, it is English.
"""

import gettext
import io
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "ko": "한국어"}
"""Codes (ISO 639-1) and what each language calls itself."""
SOURCE = "en"
CATALOGUES = Path(__file__).with_name("locale")

_asked: Callable[[], str] = lambda: SOURCE  # noqa: E731


def read_from(reader: Callable[[], str]) -> None:
    """Say who knows the language to speak: called whenever something is said, it gives a code of `LANGUAGES`."""
    global _asked
    _asked = reader


def current() -> str:
    """The code of the language that is spoken now. It is part of every cache key of whatever holds words."""
    return _asked()


def tr(message: str, /, **values: object) -> str:
    """A sentence in the language of whoever reads it.

    Args:
        message: the English sentence, written out where it is said, so that ``make messages`` finds it; never an
            f-string. ``{name}`` and ``{name:format}`` stand for ``values``, as in `str.format`.
        values: what to put in. Without any, braces stand for themselves.

    Raises:
        KeyError: the message names a value that is not given.
    """
    language = current()
    text = message if language == SOURCE else _catalogue(language).gettext(message)
    return _filled(text, values, language) if values else text


def trn(one: str, many: str, n: int, /, **values: object) -> str:
    """`tr` where the sentence depends on a number, which both forms may call ``{n}``."""
    language = current()
    text = (one if n == 1 else many) if language == SOURCE else _catalogue(language).ngettext(one, many, n)
    return _filled(text, {"n": n, **values}, language)


def mark(message: str) -> str:
    """The message itself: for constants, which are made before anybody reads them. Pass them through `tr` where they
    are shown.
    """
    return message


def moment(when: datetime) -> str:
    """A day and a time of day as the language writes them: "24 November 2026, 06:15", "2026년 11월 24일 06:15"."""
    if current() == SOURCE:
        return f"{when:%d %B %Y, %H:%M}".removeprefix("0")
    from babel.dates import format_date

    return f"{format_date(when, 'long', locale=current())} {when:%H:%M}"


def _filled(text: str, values: dict[str, object], language: str) -> str:
    text = text.format(**values)
    return fitting_particles(text) if language == "ko" else text


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged = gettext.NullTranslations()
    for file in sorted((CATALOGUES / language).glob("*.po")):
        compiled = io.BytesIO()
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        found = gettext.GNUTranslations(compiled)
        found.add_fallback(merged)
        merged = found
    return merged


_PARTICLE = re.compile(r"(을\(를\)|이\(가\)|은\(는\)|과\(와\)|\(으\)로)")
_FORMS = {
    "을(를)": ("을", "를"),
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_WORD = re.compile(r"[^\W_]")
_DIGITS_ENDING_IN_L, _DIGITS_ENDING = "178", "013678"  # as they are read: 일, 칠, 팔; 영, 일, 삼, 육, 칠, 팔
_LETTERS_ENDING_IN_L, _LETTERS_ENDING = "lr", "lmnr"  # 엘, 알; 엘, 엠, 엔, 알


def fitting_particles(text: str) -> str:
    """Korean with each ``을(를)``, ``이(가)``, ``은(는)``, ``과(와)`` and ``(으)로`` in the form that the word before
    it asks for: that depends on the word's last sound, which a sentence with a blank in it cannot know.

    Hangul syllables stand in Unicode by initial, vowel and final consonant, 28 finals apart (Unicode 3.12, "Hangul
    syllable composition"). Digits and Latin letters go by how they are read aloud.
    """
    pieces = _PARTICLE.split(text)
    for place in range(1, len(pieces), 2):
        before = _WORD.findall(pieces[place - 1])
        final = _final(before[-1]) if before else None
        if final is not None:
            with_final, without = _FORMS[pieces[place]]
            # 서울로, not 서울으로: a final ㄹ counts as none there.
            ends = final == "l" if pieces[place] != "(으)로" else False
            pieces[place] = with_final if ends or final == "other" else without
    return "".join(pieces)


def _final(letter: str) -> str | None:
    """The final consonant as read aloud: "" for none, "l", "other"; None where nobody can say."""
    if "가" <= letter <= "힣":
        final = (ord(letter) - ord("가")) % 28
        return {0: "", 8: "l"}.get(final, "other")
    letter = letter.lower()
    if letter.isascii() and letter.isdigit():
        return "l" if letter in _DIGITS_ENDING_IN_L else "other" if letter in _DIGITS_ENDING else ""
    if letter.isascii():
        return "l" if letter in _LETTERS_ENDING_IN_L else "other" if letter in _LETTERS_ENDING else ""
    return None
