"""Translations: every message is in every catalogue with the same blanks, in the app's vocabulary."""

import re
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from app import PAGES
from playrec_core import i18n
from playrec_core.i18n import CATALOGUES, LANGUAGES, SOURCE, fitting_particles, tr, trn
from playrec_core.models import registry

ROOT = Path(__file__).parents[1]
KEYWORDS = {"tr": None, "trn": (1, 2), "mark": None}
FILES = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "playrec_core").rglob("*.py")])
OTHERS = [code for code in LANGUAGES if code != SOURCE]
RETIRED = {
    r"likeness|alike": "similarity, similar, equally",
    r"common(?:er|est)": "more common, most common",
    r"links(?! to\b)": "interactions",
    r"(?:the|a) walk": "tutorial, trace",
    r"rehears\w*": "out-of-fold, prerender",
    r"anew": "again, resampled, reloaded",
    r"asked again": "re-run",
    r"models? answers?|answered by|answers? deep": "recommend, scored by, top k",
    r"held-out questions?|by question": "held-out playlists, by playlist",
    r"at its place|held in": "at its rank, contained in",
    r"islands?": "clusters",
    r"told apart|beyond chance": "significantly different",
    r"falls? apart": "decomposes",
    r"lets? go": "deselects",
    r"mended": "repaired",
    r"document 00\d|rows? [MKLR]\d+\w?": "the name of the report, with a link",
}
"""Words that no message uses, and the standard terms for them."""

Message = str | tuple[str, ...]


@cache
def messages(file: Path) -> tuple[Message, ...]:
    if file == ROOT / "playrec_core" / "i18n.py":  # as in babel.cfg
        return ()
    found = extract_from_file("python", str(file), keywords=KEYWORDS)
    return tuple(message for _, message, _, _ in found)


@cache
def catalogue(code: str) -> dict[Message, tuple[str, ...]]:
    """Each message (both forms if it has a plural) and its translations."""
    found = {}
    for file in sorted((CATALOGUES / code).glob("*.po")):
        with file.open("rb") as source:
            for entry in read_po(source, locale=code, abort_invalid=True):
                if entry.id:
                    message = tuple(entry.id) if isinstance(entry.id, (list, tuple)) else entry.id
                    given = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
                    assert not entry.fuzzy, f"{file.name}: {message!r} is marked fuzzy"
                    assert message not in found, f"{file.name}: {message!r} occurs twice"
                    found[message] = given
    return found


def blanks(text: str) -> set[str]:
    # Other text between braces belongs to a formula.
    return {name for _, name, _, _ in string.Formatter().parse(text) if name and name.isidentifier()}


WITH_MESSAGES = [file for file in FILES if messages(file)]


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("file", WITH_MESSAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_message_is_translated(file: Path, code: str):
    translated = catalogue(code)
    missing = [message for message in messages(file) if not all(translated.get(message, ("",)))]
    assert not missing


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalogue_has_the_messages_that_make_messages_finds(code: str):
    """`make messages` would delete translations of docstrings and configurations that it does not extract."""
    methods, options = parse_mapping_cfg((ROOT / "babel.cfg").open(encoding="utf-8"))
    found = extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=lambda folder: Path(folder) != ROOT / "artifacts"
    )
    texts = {message for _, _, message, _, _ in found}
    assert "song" in texts
    assert texts ^ set(catalogue(code)) == set()


@pytest.mark.parametrize("code", OTHERS)
def test_translations_have_the_blanks_of_their_message(code: str):
    for message, translations in catalogue(code).items():
        forms = (message,) if isinstance(message, str) else message
        if not _has_values(forms):
            continue
        known = set[str]().union(*(blanks(form) for form in forms))
        # A blank may occur in one form only, as "item" and "items"; and a number may be written as a word.
        needed = set.intersection(*(blanks(form) for form in forms)) - {"n"}
        for text in translations:
            assert needed <= blanks(text) <= known, f"{message!r}: {text!r}"


@pytest.mark.parametrize("code", OTHERS)
def test_references_to_pages_use_their_translated_names(code: str):
    translated = catalogue(code)
    for page in (page.title for section in PAGES.values() for page in section):
        (name,) = translated[page]
        reference = re.compile(rf"\b(?:on|page) {re.escape(page)}\b")
        for message, forms in translated.items():
            if isinstance(message, str) and reference.search(message):
                assert name in forms[0], message


@pytest.mark.parametrize("code", OTHERS)
def test_no_message_uses_a_retired_word(code: str):
    words = re.compile(rf"\b(?:{'|'.join(RETIRED)})\b", re.IGNORECASE)
    forms = [form for message in catalogue(code) for form in ((message,) if isinstance(message, str) else message)]
    # The name of a blank is not shown.
    found = {form: match[0] for form in forms if (match := words.search(re.sub(r"\{.*?\}", "{}", form)))}
    assert not found


def _has_values(forms: tuple[str, ...]) -> bool:
    try:
        return any(blanks(form) for form in forms)
    except ValueError:  # literal braces
        return False


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("곡을(를) 듣는다", "곡을 듣는다"),
        ("영화을(를) 본다", "영화를 본다"),
        ("“밤비”이(가) 있다", "“밤비”가 있다"),
        ("3곡과(와) 2명과(와)", "3곡과 2명과"),
        ("서울(으)로", "서울로"),
        ("부산(으)로", "부산으로"),
        ("대구(으)로", "대구로"),
        ("ALS은(는)", "ALS는"),
        ("BPR은(는)", "BPR은"),
        ("10은(는) 2은(는)", "10은 2는"),
        ("**곡**이(가)", "**곡**이"),
        ("?!을(를)", "?!을(를)"),
    ],
)
def test_particles_fit_the_word_before_them(text: str, fitted: str):
    assert fitting_particles(text) == fitted


def test_the_default_language_is_english(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(i18n, "_asked", lambda: SOURCE)
    assert tr("Home") == "Home"
    assert trn("{n} song", "{n} songs", 1) == "1 song"
    assert trn("{n} song", "{n} songs", 2) == "2 songs"


def test_messages_are_translated_into_korean(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(i18n, "_asked", lambda: "ko")
    assert tr("Home") == "홈"
    assert tr("no such message {n}", n=3) == "no such message 3"


def test_titles_of_models_are_marked_for_translation():
    """An unmarked title would stay English on every page."""
    marked = {message for file in WITH_MESSAGES for message in messages(file)}
    unmarked = {kind: cls.title for kind, cls in registry.kinds().items() if cls.title not in marked}
    assert not unmarked
