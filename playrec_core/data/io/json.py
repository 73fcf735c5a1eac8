"""JSON files: read as a stream, with errors that name line and column."""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from playrec_core.errors import DataError
from playrec_core.schema import Progress, no_progress

_CHUNK = 1 << 20
_WHITESPACE = " \t\r\n"


def read_json(file: Path) -> object:
    """Read a small JSON file at once.

    Raises:
        DataError: the file is missing or is not JSON in UTF-8.
    """
    with _opened(file) as stream:
        raw = stream.read()
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _not_utf8(file, error.start) from None
    except json.JSONDecodeError as error:
        raise _not_json(file, error.lineno, error.colno, error.msg) from None
    except (RecursionError, ValueError) as error:
        raise DataError(file, "", f"not usable JSON: {error}") from None


def iter_json_list(file: Path, what: str = "playlists", progress: Progress = no_progress) -> Iterator[object]:
    """Yield the elements of a JSON file that contains a list, one at a time.

    Melon's ``song_meta.json`` is 300 MB of text and needs gigabytes when read at once; streaming needs one element and
    a chunk of the text.

    Args:
        file: a JSON file, UTF-8 with or without a byte order mark.
        what: the elements in the plural, for messages.
        progress: called with the finished fraction of the file.

    Raises:
        DataError: the file is missing, is not JSON (with line and column), or is not a list.
    """
    with _opened(file) as stream:
        text = _Text(file, stream)
        if text.skip_whitespace() != "[":
            raise DataError(file, "", f"should be a list of {what}, [{{...}}, ...]")
        text.take(1)
        if text.skip_whitespace() == "]":
            text.take(1)
        else:
            size = max(file.stat().st_size, 1)
            while True:
                yield text.element()
                progress(min(text.bytes_read / size, 1.0))
                delimiter = text.skip_whitespace()
                if delimiter not in ",]" or not delimiter:
                    raise text.error("expected ',' or ']'; is the file truncated?")
                text.take(1)
                if delimiter == "]":
                    break
                text.skip_whitespace()
        if text.skip_whitespace():
            raise text.error("unexpected text after the end of the list")


class _Text:
    """The unparsed text of a stream, with its line and column."""

    def __init__(self, file: Path, stream: BinaryIO):
        self._file, self._stream = file, stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._decode_json = json.JSONDecoder().raw_decode
        self._buffer, self._at = "", 0
        self._line, self._column = 1, 1
        self._ended = False
        self.bytes_read = 0

    def _more(self) -> bool:
        """Read more; False at the end of the file. Doubles the unparsed text, so a long element costs O(n)."""
        if self._ended:
            return False
        chunk = self._stream.read(max(_CHUNK, len(self._buffer) - self._at))
        pending = len(self._decoder.getstate()[0])
        try:
            decoded = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise _not_utf8(self._file, self.bytes_read - pending + error.start) from None
        self.bytes_read += len(chunk)
        self._ended = not chunk
        self._line, self._column = self._position(self._at)
        self._buffer, self._at = self._buffer[self._at :] + decoded, 0
        return True

    def _position(self, index: int) -> tuple[int, int]:
        lines = self._buffer.count("\n", 0, index)
        if not lines:
            return self._line, self._column + index
        return self._line + lines, index - self._buffer.rfind("\n", 0, index)

    def skip_whitespace(self) -> str:
        """Return the next character that is not white space without consuming it; "" at the end of the file."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _WHITESPACE:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, characters: int) -> None:
        """Consume characters that `skip_whitespace` returned."""
        self._at += characters

    def element(self) -> object:
        """Parse the JSON value that starts here."""
        while True:
            try:
                value, end = self._decode_json(self._buffer, self._at)
            except json.JSONDecodeError as error:
                # The element may continue in the next chunk.
                if not self._more():
                    raise _not_json(self._file, *self._position(error.pos), error.msg) from None
            except RecursionError:
                raise self.error("nested too deeply") from None
            except ValueError as error:
                raise self.error(str(error)) from None
            else:
                # A number at the end may continue in the next chunk.
                if end < len(self._buffer) or not self._more():
                    self._at = end
                    return value

    def error(self, message: str) -> DataError:
        """An error at the current position."""
        return _not_json(self._file, *self._position(self._at), message)


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except FileNotFoundError:
        raise DataError(file, "", "there is no such file") from None
    except OSError as error:
        raise DataError(file, "", f"cannot be read: {error.strerror}") from None


def _not_utf8(file: Path, byte: int) -> DataError:
    return DataError(file, f"byte {byte + 1}", "not UTF-8 text; save the file as UTF-8")


def _not_json(file: Path, line: int, column: int, message: str) -> DataError:
    return DataError(file, f"line {line}, column {column}", f"not JSON: {message}")
