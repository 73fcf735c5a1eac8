"""Typed fields of a JSON object; a field that is missing or null has an empty value.

Arguments ``file`` and ``where`` are the place of the object, for the `DataError` that a wrong type raises.
"""

from pathlib import Path
from typing import Any

from playrec_core.data.types.ids import whole_number
from playrec_core.errors import DataError


def as_object(value: object, file: Path, where: str) -> dict[str, Any]:
    """The value, which must be an object."""
    if not isinstance(value, dict):
        raise DataError(file, where, f"should be an object, not {type(value).__name__}")
    return value


def text(record: dict[str, Any], key: str, file: Path, where: str) -> str:
    """A text; "" if missing."""
    value = record.get(key)
    if not isinstance(value, str | None):
        raise DataError(file, where, f"{key!r} should be a text, not {type(value).__name__}")
    return value or ""


def texts(record: dict[str, Any], key: str, file: Path, where: str) -> list[str]:
    """A list of texts; empty if missing."""
    values = [] if record.get(key) is None else record[key]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise DataError(file, where, f"{key!r} should be a list of texts")
    return values


def number(record: dict[str, Any], key: str, file: Path, where: str, default: int | None = 0) -> int:
    """A whole number; ``default`` if missing, and an error if that is None."""
    value = record.get(key)
    found = default if value is None else whole_number(value)
    if found is None:
        raise DataError(file, where, f"{key!r} should be a whole number, not {value!r}")
    return found
