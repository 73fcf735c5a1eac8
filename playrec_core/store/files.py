"""The three file formats of a run: safetensors for arrays, Arrow for tables, JSON for other values.

Equal content gives equal bytes, and nothing is unpickled. Arrays and tables are memory-mapped, so sessions share one
copy and a run of gigabytes opens in milliseconds.
"""

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import safetensors
from safetensors.numpy import save_file

from playrec_core.errors import DamagedRunError
from playrec_core.i18n import tr

# https://huggingface.co/docs/safetensors: 8 bytes little-endian header length, the header as JSON, the data.
_LENGTH_BYTES = 8
_DTYPES = {
    "BOOL": "?", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8", "U8": "u1", "U16": "<u2", "U32": "<u4",
    "U64": "<u8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_METADATA = "metadata"


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> None:
    """Write a safetensors file.

    Args:
        path: the file.
        arrays: bool, 8 to 64 bit integer or 16 to 64 bit float arrays of any shape and memory order, by name.
        metadata: text stored in the header, for `read_metadata`.

    Raises:
        TypeError: an array has another dtype (text, objects, complex numbers).
    """
    plain = {}
    for name, array in sorted(arrays.items()):
        if array.dtype.newbyteorder("<") not in {np.dtype(code) for code in _DTYPES.values()}:
            raise TypeError(f"{path.name}: array {name!r} has dtype {array.dtype}, which safetensors does not support")
        plain[name] = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    # A single entry, because safetensors writes several in an order that differs between processes.
    header = {_METADATA: json.dumps(dict(metadata), sort_keys=True)} if metadata else None
    save_file(plain, path, metadata=header)


def open_arrays(path: Path) -> dict[str, np.ndarray]:
    """Open the arrays of a safetensors file, in name order, as read-only views of the memory-mapped file.

    Raises:
        DamagedRunError: not a safetensors file, or truncated.
    """
    header, mapped = _open(path)
    start = _LENGTH_BYTES + int.from_bytes(mapped[:_LENGTH_BYTES], "little")
    return {
        name: np.ndarray(
            entry["shape"], _DTYPES[entry["dtype"]], buffer=mapped, offset=start + entry["data_offsets"][0]
        )
        for name, entry in sorted(header.items())
        if name != "__metadata__"
    }


def read_metadata(path: Path) -> dict[str, str]:
    """The metadata that was passed to `save_arrays`."""
    header, _ = _open(path)
    return json.loads(header.get("__metadata__", {}).get(_METADATA, "{}"))


def _open(path: Path) -> tuple[dict[str, Any], mmap.mmap]:
    try:
        # The library checks the header: sizes, types, and that the arrays cover the data without gaps or overlaps.
        # Its NumPy arrays are copies, so the file is mapped here.
        with safetensors.safe_open(path, framework="numpy"), path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise DamagedRunError(path, tr("missing")) from None
    except safetensors.SafetensorError as error:
        raise DamagedRunError(path, tr("not a safetensors file ({problem})", problem=error)) from error
    length = int.from_bytes(mapped[:_LENGTH_BYTES], "little")
    header: dict[str, Any] = json.loads(mapped[_LENGTH_BYTES : _LENGTH_BYTES + length])
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] not in _DTYPES:
            problem = tr("array {name!r} is of type {type}, which playrec never writes", name=name, type=entry["dtype"])
            raise DamagedRunError(path, problem)
    return header, mapped


def save_table(path: Path, table: pa.Table) -> None:
    """Write an Arrow IPC file (Feather version 2), uncompressed so that it can be memory-mapped."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())


def open_table(path: Path) -> pa.Table:
    """Open a table that `save_table` wrote, memory-mapped.

    Raises:
        DamagedRunError: not an Arrow file, or truncated.
    """
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise DamagedRunError(path, tr("not an Arrow file ({problem})", problem=error)) from error


def save_json(path: Path, value: Any) -> None:
    """Write JSON values as UTF-8, keys in the order given. NaN and infinity raise ValueError, for JSON has none."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    # A title may contain a lone surrogate, which UTF-8 cannot encode; it is written as an escape.
    path.write_bytes(text.encode("utf-8", "backslashreplace") + b"\n")


def open_json(path: Path) -> Any:
    """Read a value that `save_json` wrote.

    Raises:
        DamagedRunError: not JSON.
    """
    try:
        return json.loads(path.read_bytes())
    except (ValueError, FileNotFoundError) as error:
        raise DamagedRunError(path, tr("not JSON ({problem})", problem=error)) from error
