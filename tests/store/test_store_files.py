"""Arrays, tables and values: round trip, equal bytes for equal content, errors that name damaged files."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from safetensors.numpy import load_file, save_file

from playrec_core.errors import DamagedRunError
from playrec_core.store.files import (
    open_arrays,
    open_json,
    open_table,
    read_metadata,
    save_arrays,
    save_json,
    save_table,
)

ROOT = Path(__file__).parents[2]
TYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]


def arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    made = {code: rng.integers(0, 2 if code == "?" else 100, (7, 3)).astype(code) for code in TYPES}
    return made | {
        "scalar": np.array(3.5, dtype=np.float32),
        "empty": np.zeros((0, 4), dtype=np.float16),
        "columns first": np.asfortranarray(rng.random((5, 4))),
        "every other": np.arange(20, dtype=np.int32)[::2],
        "big endian": np.arange(5, dtype=">i8"),
        "not a number": np.array([np.nan, np.inf, -np.inf, -0.0], dtype=np.float32),
        "한글": np.arange(3),
    }


def test_arrays_are_restored_and_the_library_reads_the_same(tmp_path):
    path = tmp_path / "a.safetensors"
    save_arrays(path, arrays(), {"model": "als"})
    opened, peer = open_arrays(path), load_file(path)
    assert list(opened) == sorted(arrays())
    for name, array in arrays().items():
        assert opened[name].dtype == array.dtype.newbyteorder("<")
        assert opened[name].shape == array.shape
        np.testing.assert_array_equal(opened[name], array)
        np.testing.assert_array_equal(opened[name], peer[name])


def test_files_of_the_library_open_too(tmp_path):
    save_file({"a": np.arange(6.0).reshape(2, 3)}, tmp_path / "a", metadata={"by": "somebody else"})
    np.testing.assert_array_equal(open_arrays(tmp_path / "a")["a"], np.arange(6.0).reshape(2, 3))
    assert read_metadata(tmp_path / "a") == {}


def test_opened_arrays_are_read_only_views_of_the_file(tmp_path):
    path = tmp_path / "a.safetensors"
    save_arrays(path, {"a": np.arange(1000, dtype=np.int64)})
    opened = open_arrays(path)["a"]
    assert not opened.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        opened[0] = 1
    with pytest.raises(ValueError):
        opened.flags.writeable = True
    # A change of the file shows in the array, so nothing was copied.
    with path.open("rb+") as file:
        file.seek(-8, 2)
        file.write((123456).to_bytes(8, "little"))
    assert opened[-1] == 123456


def test_metadata_is_restored(tmp_path):
    given = {"model": "als", "제목": '"quoted"\n', "": ""}
    save_arrays(tmp_path / "a", {"a": np.arange(3)}, given)
    assert read_metadata(tmp_path / "a") == given
    save_arrays(tmp_path / "b", {"a": np.arange(3)})
    assert read_metadata(tmp_path / "b") == {}


def test_equal_content_is_equal_bytes_in_every_process_and_order(tmp_path):
    """safetensors itself writes several entries of metadata in an order that differs between processes."""
    program = (
        "import sys; from pathlib import Path; import numpy as np; from playrec_core.store.files import save_arrays\n"
        "names = 'qwertyuiop' if sys.argv[2] == 'a' else 'poiuytrewq'\n"
        "save_arrays(Path(sys.argv[1]), {n: np.arange(3, dtype='f4') for n in names}, {n: n for n in names})"
    )
    for name in "ab":
        command = [sys.executable, "-c", program, str(tmp_path / name), name]
        subprocess.run(command, cwd=ROOT, check=True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("array", [np.array(["text"]), np.array([{}], dtype=object), np.zeros(2, dtype=complex)])
def test_other_dtypes_are_rejected(tmp_path, array):
    with pytest.raises(TypeError, match="'odd'"):
        save_arrays(tmp_path / "a", {"fine": np.arange(3), "odd": array})
    assert not (tmp_path / "a").exists()


def test_errors_name_damaged_headers(tmp_path):
    path = tmp_path / "a.safetensors"
    save_arrays(path, {"a": np.arange(30, dtype=np.float32)})
    whole = path.read_bytes()
    damaged = [b"", b"\0" * 7, b"\xff" * 100, whole[:-1], whole + b"\0", whole[:20]]
    damaged += [whole.replace(b"F32", b"X32"), whole.replace(b"F32", b"F64"), whole.replace(b"[30]", b"[31]")]
    damaged += [whole.replace(b"[0,120]", b"[4,120]"), whole.replace(b'"dtype"', b'"dtypf"')]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(DamagedRunError, match=r"a\.safetensors"):
            open_arrays(path)
    with pytest.raises(DamagedRunError, match="missing"):
        open_arrays(tmp_path / "missing")
    # bfloat16 is a dtype of safetensors that NumPy lacks.
    path.write_bytes(whole.replace(b'"F32","shape":[30]', b'"BF16","shape":[60]').replace(b"}}  ", b"}} "))
    with pytest.raises(DamagedRunError):
        open_arrays(path)


def table() -> pa.Table:
    return pa.table(
        {
            "title": ["밤", "<img src=x>", "", None],
            "genres": pa.array([["a", "b"], [], None, ["c"]], pa.list_(pa.string())),
            "year": pa.array([1970, 0, 2026, 0], pa.int16()),
        }
    )


def test_tables_are_restored_and_memory_mapped(tmp_path):
    chunked = pa.concat_tables([table().slice(0, 1), table().slice(1)])
    before = pa.total_allocated_bytes()
    for name, made in {"whole": table(), "chunked": chunked, "none": table().slice(0, 0)}.items():
        save_table(tmp_path / name, made)
        assert open_table(tmp_path / name).equals(made)
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "chunked").read_bytes()
    long = pa.table({"a": np.arange(1_000_000)})
    save_table(tmp_path / "long", long)
    del long, chunked, made
    opened = open_table(tmp_path / "long")
    assert opened["a"][-1].as_py() == 999_999
    assert pa.total_allocated_bytes() - before < 1_000_000, "8 MB were read instead of mapped"


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"nonsense" * 50])
def test_errors_name_invalid_tables_and_values(tmp_path, content):
    path = tmp_path / "thing"
    path.write_bytes(content)
    for opens in (open_table, open_json):
        with pytest.raises(DamagedRunError, match="thing"):
            opens(path)
        with pytest.raises(DamagedRunError, match="absent"):
            opens(tmp_path / "absent")


def test_values_are_restored(tmp_path):
    value = {"b": [1, 2.5, None, True], "a": {"제목": '🎧 \ud800 \u202e \\ "'}, "exact": 0.1 + 0.2}
    save_json(tmp_path / "v.json", value)
    assert open_json(tmp_path / "v.json") == value
    assert list(open_json(tmp_path / "v.json")) == ["b", "a", "exact"]
    with pytest.raises(ValueError, match="JSON"):
        save_json(tmp_path / "nan.json", float("nan"))
