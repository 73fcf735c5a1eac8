"""Columns of delimited text files (CSV, TSV, MovieLens's ``::``), with errors that name line and column.

Arrow reads the whole file. If it fails, the lines are read once more, slowly, to find the invalid one.
"""

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from playrec_core.data.types.ids import whole_number
from playrec_core.errors import DataError

Kind = Literal["whole number", "number", "text"]
_TYPES: dict[Kind, pa.DataType] = {"whole number": pa.int64(), "number": pa.float64(), "text": pa.string()}
_UNIT_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Layout:
    """The layout of a delimited file.

    Args:
        delimiter: the separator of two values.
        header: whether the first line names the columns; otherwise they are the expected columns, in order.
    """

    delimiter: str
    header: bool = True


CSV = Layout(",")
TSV = Layout("\t")
DAT = Layout("::", header=False)
"""MovieLens 1M and 10M: no quoting; Latin-1 if it is not UTF-8 (1M is Latin-1, 10M is UTF-8)."""


def read_columns(file: Path, columns: Mapping[str, Kind], layout: Layout) -> dict[str, np.ndarray]:
    """Read some columns of a file; other columns are ignored.

    Empty lines are skipped; a byte order mark and CRLF line ends are accepted; quoted values (CSV, TSV) may contain the
    delimiter but no line break, because a missing quote would then hide the lines after it.

    Args:
        file: the file.
        columns: the type of each column to read.
        layout: the layout of the file.

    Returns:
        (n_rows,) arrays by column name: int64, finite float64, or object (str).

    Raises:
        DataError: the file is missing, is not UTF-8 or lacks a column, or a value is missing or invalid.
    """
    if not file.is_file():
        raise DataError(file, "", "there is no such file")
    try:
        # Arrow requires UTF-8 and a delimiter of one character.
        source = pa.py_buffer(_decoded_dat(file).replace("::", _UNIT_SEPARATOR).encode()) if layout is DAT else file
        table = arrow_csv.read_csv(
            source,
            read_options=arrow_csv.ReadOptions(column_names=None if layout.header else list(columns)),
            parse_options=arrow_csv.ParseOptions(
                delimiter=_UNIT_SEPARATOR if layout is DAT else layout.delimiter,
                quote_char=False if layout is DAT else '"',
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: _TYPES[kind] for name, kind in columns.items()},
                include_columns=list(columns),
                null_values=[""],
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise _first_error(file, columns, layout, str(error)) from None
    if not all(_is_valid(table[name], kind) for name, kind in columns.items()):
        raise _first_error(file, columns, layout, "a value has the wrong type for its column")
    return {name: table[name].to_numpy() for name in columns}


def _decoded_dat(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _is_valid(column: pa.ChunkedArray, kind: Kind) -> bool:
    if kind == "text":
        return not pc.any(pc.match_substring(column, "\n")).as_py()
    return column.null_count == 0 and (kind != "number" or pc.all(pc.is_finite(column)).as_py() is not False)


def _first_error(file: Path, columns: Mapping[str, Kind], layout: Layout, message: str) -> DataError:
    """The error for the first invalid line, or ``message`` if every line is valid on its own."""
    names = list(columns)
    try:
        for number, values in _rows(file, layout):
            if layout.header and number == 1:
                names = values
                missing = [name for name in columns if name not in names]
                if missing:
                    found = ", ".join(names)[:200]
                    return DataError(
                        file, "line 1", f"has no column {missing[0]!r}; expected {', '.join(columns)}, found {found}"
                    )
                continue
            if len(values) != len(names):
                return DataError(file, f"line {number}", f"has {len(values)} values instead of {len(names)}")
            for name, kind in columns.items():
                value = values[names.index(name)]
                if not _matches(value, kind):
                    return DataError(file, f"line {number}, column {name}", f"{value[:80]!r} should be a {kind}")
    except UnicodeDecodeError:
        return DataError(file, f"byte {_first_bad_byte(file)}", "not UTF-8 text; save the file as UTF-8")
    except csv.Error as error:
        return DataError(file, "", f"cannot be read as a table: {error}")
    return DataError(file, "", f"cannot be read as a table: {message}; is a closing quote missing?")


def _rows(file: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Line number and values of each non-empty line; the header always counts as line 1."""
    if layout is DAT:
        for number, line in enumerate(_decoded_dat(file).splitlines(), start=1):
            if line:
                yield number, line.split(layout.delimiter)
        return
    with file.open(encoding="utf-8-sig", newline=None) as lines:
        first = True
        for number, line in enumerate(lines, start=1):
            text = line.rstrip("\n")
            if text or (first and layout.header):
                yield (1 if first else number), next(csv.reader([text], delimiter=layout.delimiter), [])
                first = False
        if first:
            yield 1, []


def _first_bad_byte(file: Path) -> int:
    try:
        file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start + 1
    return 0


def _matches(value: str, kind: Kind) -> bool:
    if kind == "whole number":
        return whole_number(value) is not None
    if kind == "number":
        try:
            return math.isfinite(float(value))
        except ValueError:
            return False
    return True
