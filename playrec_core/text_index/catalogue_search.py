"""Substring search of titles and artists over a whole catalogue, on the server, in about a millisecond.

An SQLite FTS5 index over trigrams that are made here: SQLite's own trigram tokenizer finds nothing for the many Korean
words of one or two syllables. "moon" becomes the tokens ``moo oon on n``, so that each character begins exactly one
token:

* three characters or more are a phrase query: "moon" is found as ``"moo oon"``;
* one or two characters are a prefix query (``"oo" *``), for which FTS5 has separate indexes;
* a title has a mark, `START`, before its first character, so "the title begins with" is a phrase query too;
* a title has one more token, `WHOLE` and its hash, so an exact match is a query for one token; a title that ends in
  brackets has another, `BARE` and the hash of the text before them: "men in black" matches the name of
  "Men in Black (a.k.a. MIB) (1997)" but of no sequel.

Rows are in item_idx order, the most popular first, and FTS5 returns matches in row order: a query with many matches
stops at the limit without sorting.
"""

import contextlib
import hashlib
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from playrec_core.errors import DamagedRunError
from playrec_core.i18n import tr
from playrec_core.schema import Progress, no_progress

# Control characters, which `normalise` removes from every text. A space would end a token.
START, WHOLE, BLANK, BARE = "\x02", "\x03", "\x04", "\x05"

# Longest query in characters and words; a longer one is cut, so that a pasted page does not block the server.
LONGEST_QUERY = 100
MOST_WORDS = 12

_ROWS_A_BATCH = 20_000
# Longer titles keep their brackets: the time of the search for brackets is quadratic in the length.
_LONGEST_NAME = 300
_ACCENTS = re.compile("[\u0300-\u036f]")
_BRACKETS = re.compile(r"(?:\s*(?:\([^()]*\)|\[[^\[\]]*\]))+$")
# FTS5's "ascii" tokenizer treats everything above 127 as part of a token; here everything below 127 as well, except for
# the space between two tokens.
_TOKEN_CHARACTERS = (
    START + WHOLE + BLANK + BARE + "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
)


def normalise(text: str) -> str:
    """Normalise a text for comparison: NFKC, case folding, no accents, single spaces, no invisible characters.

    Composed and decomposed Korean, full-width and half-width letters, upper and lower case become equal, and "leon"
    finds "Léon". Only combining marks of Latin, Greek and Cyrillic are removed; elsewhere they are letters (a Thai
    vowel, the dots that make か a が). Format characters (direction marks, zero-width joiners) are dropped, and control
    characters count as spaces: both occur in titles and cannot be seen or typed.
    """
    if not text.isprintable():
        text = "".join(_visible(character) for character in text)
    # Folding can undo a composition, so it is composed again (Unicode Standard 3.13, D145).
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))
    return " ".join(folded.split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs") else character


def build_index(path: Path, titles: Sequence[str], artists: Sequence[str], progress: Progress = no_progress) -> None:
    """Write the index file. Equal input gives equal bytes under one version of SQLite.

    Args:
        path: replaced if it exists.
        titles: (n_items,) in item_idx order, which is popularity order.
        artists: (n_items,) likewise; "" where unknown.
        progress: called with the finished fraction.
    """
    if len(titles) != len(artists):
        raise ValueError(f"{len(titles)} titles but {len(artists)} artists")
    path.unlink(missing_ok=True)
    extra = _TOKEN_CHARACTERS.replace("'", "''''")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        # The run store writes files atomically; a journal would only cost time.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute(
            "CREATE VIRTUAL TABLE items USING fts5(text, content='', columnsize=0, prefix='1 2', "
            f"tokenize='ascii tokenchars ''{extra}''')"
        )
        # Few large index segments, merged once at the end.
        database.execute("INSERT INTO items(items, rank) VALUES ('hashsize', 33554432)")
        database.execute("INSERT INTO items(items, rank) VALUES ('automerge', 0)")
        database.execute("BEGIN")
        for first in range(0, len(titles), _ROWS_A_BATCH):
            last = min(first + _ROWS_A_BATCH, len(titles))
            database.executemany(
                "INSERT INTO items(rowid, text) VALUES (?, ?)",
                ((row + 1, _document(titles[row], artists[row])) for row in range(first, last)),
            )
            progress(0.9 * last / len(titles))
        database.execute("COMMIT")
        database.execute("INSERT INTO items(items) VALUES ('optimize')")
        database.execute("VACUUM")
    progress(1.0)


def _document(title: str, artist: str) -> str:
    """The tokens of one item, separated by spaces."""
    tokens = _trigrams(normalise(artist))
    normal = normalise(title)
    if normal:
        tokens += [*_trigrams(START + normal), _token(WHOLE, normal)]
        bare = _BRACKETS.sub("", normal) if len(normal) <= _LONGEST_NAME else normal
        if bare and bare != normal:
            tokens.append(_token(BARE, bare))
    return " ".join(tokens)


def _trigrams(text: str) -> list[str]:
    """The trigram at each character; two and one characters at the end."""
    marked = text.replace(" ", BLANK)
    return [marked[at : at + 3] for at in range(len(marked))]


def _token(mark: str, normal: str) -> str:
    return mark + hashlib.blake2b(normal.encode(), digest_size=8).hexdigest()


def _quoted(tokens: Sequence[str]) -> str:
    return '"' + " ".join(tokens).replace('"', '""') + '"'


def _occurs(text: str) -> str:
    """An FTS5 expression: the title or the artist contains the text."""
    trigrams = _trigrams(text)
    return _quoted(trigrams[:-2]) if len(trigrams) > 2 else _quoted(trigrams[:1]) + " *"


class SearchIndex:
    """An opened index. Safe to share between threads: each query has its own connection.

    Args:
        path: a file written by `build_index` that no longer changes.

    Raises:
        DamagedRunError: the file is missing or is not such an index (here, or at the first query that reads the
            damage).
    """

    def __init__(self, path: Path):
        self._path = path
        # Connections for the next query. One per thread would not help: Streamlit starts a thread for each rerun.
        self._idle: list[sqlite3.Connection] = []
        self._rows("SELECT rowid FROM items WHERE items MATCH ? LIMIT 1", '"x"')

    def search(self, text: str, limit: int = 20) -> np.ndarray:
        """Find items whose title or artist contains every word of the text, all of them normalised by `normalise`.

        Titles equal to the text come first, then titles equal to it without their brackets, then titles that begin
        with it, then the rest; each group in popularity order. A text of more than `LONGEST_QUERY` characters or
        `MOST_WORDS` words is cut; a text without a visible character finds nothing.

        Returns:
            (n,) int64 item_idx, n <= limit, distinct.
        """
        normal = normalise(text[: 10 * LONGEST_QUERY])[:LONGEST_QUERY].strip()
        if not normal:
            return np.empty(0, dtype=np.int64)
        words = list(dict.fromkeys(normal.split()))[:MOST_WORDS]
        # Each expression matches everything that the next one matches, so the first without a match ends the search.
        matches: list[list[int]] = []
        whole, bare = _quoted([_token(WHOLE, normal)]), _quoted([_token(BARE, normal)])
        expressions = (" AND ".join(map(_occurs, words)), _occurs(START + normal), f"{whole} OR {bare}", whole)
        for expression in expressions:
            matches.append(self._matching(expression, limit))
            if not matches[-1]:
                break
        ranked = dict.fromkeys(row for rows in reversed(matches) for row in rows)
        return np.array(list(ranked)[:limit], dtype=np.int64)

    def exact(self, title: str) -> np.ndarray:
        """Find all items whose normalised title equals this one; if there is none, all whose title equals it without
        the brackets at its end ("(1997)", "(Feat. ...)").

        Returns:
            (n,) int64 item_idx in popularity order; empty for a title without a visible character.
        """
        normal = normalise(title)
        found = self._matching(_quoted([_token(WHOLE, normal)]), -1) if normal else []
        if normal and not found:
            found = self._matching(_quoted([_token(BARE, normal)]), -1)
        return np.array(found, dtype=np.int64)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _matching(self, expression: str, limit: int) -> list[int]:
        query = "SELECT rowid - 1 FROM items WHERE items MATCH ? ORDER BY rowid LIMIT ?"
        return [row for (row,) in self._rows(query, expression, limit)]

    def _rows(self, query: str, *arguments: str | int) -> list[tuple[int]]:
        try:
            with self._connection() as connection:
                return connection.execute(query, arguments).fetchall()
        except sqlite3.DatabaseError as error:
            raise DamagedRunError(self._path, tr("not a search index ({problem})", problem=error)) from error

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()
        except IndexError:
            # Immutable: no lock files in the folder of a run, and no check for changes on every query.
            uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            yield connection
        finally:
            self._idle.append(connection)
