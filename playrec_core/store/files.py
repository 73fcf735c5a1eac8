"""The three kinds of file in a run: arrays (safetensors), tables (Arrow), values (JSON).

Equal content gives equal bytes, and nothing is unpickled. Arrays and tables are memory-mapped: sessions share one
copy, and opening a run of gigabytes takes milliseconds.
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
    """One safetensors file.

    Args:
        arrays: booleans, integers of 8 to 64 bits, floats of 16 to 64 bits, of any shape and memory order.
        metadata: text kept in the header, for `read_metadata`.

    Raises:
        TypeError: an array of another type (text, objects, complex numbers).
    """
    plain = {}
    for name, array in sorted(arrays.items()):
        if array.dtype.newbyteorder("<") not in {np.dtype(code) for code in _DTYPES.values()}:
            raise TypeError(f"{path.name}: array {name!r} is of type {array.dtype}, which safetensors cannot hold")
        plain[name] = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    # One entry, because safetensors puts several in an order that changes from process to process.
    header = {_METADATA: json.dumps(dict(metadata), sort_keys=True)} if metadata else None
    save_file(plain, path, metadata=header)


def open_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a safetensors file, in name order, as read-only views of the mapped file.

    Raises:
        DamagedRunError: not a safetensors file, or cut short.
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
    """The text that `save_arrays` was given beside the arrays."""
    header, _ = _open(path)
    return json.loads(header.get("__metadata__", {}).get(_METADATA, "{}"))


def _open(path: Path) -> tuple[dict[str, Any], mmap.mmap]:
    try:
        # The library checks the header: sizes, types, and that the arrays cover the data without gap or overlap.
        # It cannot map for NumPy, though; its arrays are copies.
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
    """An Arrow IPC file (Feather version 2), not compressed so that it can be mapped."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())


def open_table(path: Path) -> pa.Table:
    """A table that `save_table` wrote, memory-mapped.

    Raises:
        DamagedRunError: not an Arrow file, or cut short.
    """
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise DamagedRunError(path, tr("not an Arrow file ({problem})", problem=error)) from error


def save_json(path: Path, value: Any) -> None:
    """Plain JSON values as UTF-8, keys in the order given. NaN and infinities, which JSON lacks, are refused."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    # A title may hold half a surrogate pair; as an escape it survives, in UTF-8 it cannot be written.
    path.write_bytes(text.encode("utf-8", "backslashreplace") + b"\n")


def open_json(path: Path) -> Any:
    """The value that `save_json` wrote.

    Raises:
        DamagedRunError: not JSON.
    """
    try:
        return json.loads(path.read_bytes())
    except (ValueError, FileNotFoundError) as error:
        raise DamagedRunError(path, tr("not JSON ({problem})", problem=error)) from error
