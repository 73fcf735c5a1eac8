"""Translation of messages with GNU gettext.

English is the source language: the English text of a message, passed to `tr`, is its key. Every other language is a
folder ``playrec_core/locale/<code>`` of catalogues, ``*.po``, that translators edit with any gettext editor; they are
read directly and need not be compiled. ``make messages`` updates the list of messages.

The caller provides the current language: the app registers a function with `read_from` that reads it from the session.
Without one, as on the command line, messages are in English.
"""

import gettext
import io
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "ko": "한국어"}
"""Language codes (ISO 639-1) and the languages' own names."""
SOURCE = "en"
CATALOGUES = Path(__file__).with_name("locale")

_asked: Callable[[], str] = lambda: SOURCE  # noqa: E731


def read_from(reader: Callable[[], str]) -> None:
    """Register the function that returns the current language, a code of `LANGUAGES`; called for every message."""
    global _asked
    _asked = reader


def current() -> str:
    """The code of the current language. It is part of the key of every cache of translated text."""
    return _asked()


def tr(message: str, /, **values: object) -> str:
    """Translate a message into the current language.

    Args:
        message: the English text, a literal so that ``make messages`` finds it, never an f-string. ``{name}`` and
            ``{name:format}`` are replaced by ``values``, as in `str.format`.
        values: the values to insert. Without any, braces are left as they are.

    Raises:
        KeyError: the message names a value that is not given.
    """
    language = current()
    text = message if language == SOURCE else _catalogue(language).gettext(message)
    return _filled(text, values, language) if values else text


def trn(one: str, many: str, n: int, /, **values: object) -> str:
    """Translate a message that depends on a number, which both forms may use as ``{n}``."""
    language = current()
    text = (one if n == 1 else many) if language == SOURCE else _catalogue(language).ngettext(one, many, n)
    return _filled(text, {"n": n, **values}, language)


def mark(message: str) -> str:
    """Mark a constant for translation and return it unchanged; `tr` translates it where it is shown."""
    return message


def moment(when: datetime) -> str:
    """Format a date and time in the current language: "24 November 2026, 06:15", "2026년 11월 24일 06:15"."""
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
_DIGITS_ENDING_IN_L, _DIGITS_ENDING = "178", "013678"  # as pronounced: 일, 칠, 팔; 영, 일, 삼, 육, 칠, 팔
_LETTERS_ENDING_IN_L, _LETTERS_ENDING = "lr", "lmnr"  # 엘, 알; 엘, 엠, 엔, 알


def fitting_particles(text: str) -> str:
    """Choose the form of each ``을(를)``, ``이(가)``, ``은(는)``, ``과(와)``, ``(으)로`` that fits the word before.

    The form depends on the last sound of that word, which is unknown until values are inserted. Unicode orders Hangul
    syllables by initial, vowel and final consonant, with 28 finals (Unicode 3.12, "Hangul syllable composition").
    Digits and Latin letters count by their Korean pronunciation.
    """
    pieces = _PARTICLE.split(text)
    for index in range(1, len(pieces), 2):
        before = _WORD.findall(pieces[index - 1])
        final = _final(before[-1]) if before else None
        if final is not None:
            with_final, without = _FORMS[pieces[index]]
            # 서울로, not 서울으로: a final ㄹ counts as none there.
            ends = final == "l" if pieces[index] != "(으)로" else False
            pieces[index] = with_final if ends or final == "other" else without
    return "".join(pieces)


def _final(letter: str) -> str | None:
    """The final consonant as pronounced: "" for none, "l", "other"; None where it is unknown."""
    if "가" <= letter <= "힣":
        final = (ord(letter) - ord("가")) % 28
        return {0: "", 8: "l"}.get(final, "other")
    letter = letter.lower()
    if letter.isascii() and letter.isdigit():
        return "l" if letter in _DIGITS_ENDING_IN_L else "other" if letter in _DIGITS_ENDING else ""
    if letter.isascii():
        return "l" if letter in _LETTERS_ENDING_IN_L else "other" if letter in _LETTERS_ENDING else ""
    return None
