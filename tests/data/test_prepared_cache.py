"""Cached data equals the data that was read, and is read again as soon as anything differs."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from playrec_core.data import prepared_cache
from playrec_core.data.readers.melon import Melon, MelonOptions
from playrec_core.data.synthetic import generate
from playrec_core.schema import no_progress
from playrec_core.training.options import Options
from playrec_core.training.prepare import load_data
from tests.conftest import small_config


@pytest.fixture
def world(tmp_path) -> Path:
    """The files of the small demo data."""
    options = generate.DemoOptions(**(small_config().data.demo or {}))
    generate.generate(tmp_path / "world", options, seed=3, progress=no_progress)
    return tmp_path / "world"


@pytest.fixture
def read(world, tmp_path):
    """Reads the data; returns it, the held-out playlists, and whether both came from the cache."""
    artifacts = tmp_path / "artifacts"

    def kept() -> set[tuple[str, int]]:
        return {(path.name, path.stat().st_ino) for path in artifacts.glob("prepared/*")}

    def loaded(**changes):
        known = kept()
        dataset, held_out = load_data(small_config().model_copy(update=changes), Options(artifacts, data=world))
        assert kept(), "always cached"
        return dataset, held_out, kept() == known

    return loaded


def test_the_second_time_nothing_is_read_and_nothing_is_different(read):
    first, asked, before = read()
    assert not before
    second, asked_again, before = read()
    assert before
    assert second.fingerprint == first.fingerprint
    assert asked_again.table.equals(asked.table, check_metadata=True)
    assert second.audio == first.audio != ()
    assert second.catalogue.equals(first.catalogue)
    assert second.notes == first.notes
    for one, other in ((first.interactions, second.interactions), (first.playlist_tags, second.playlist_tags)):
        for name in ("data", "indices", "indptr"):
            assert getattr(one, name).dtype == getattr(other, name).dtype
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert second.interactions.data.flags.writeable, "implicit refuses read-only arrays"


def test_a_changed_file_of_the_same_size_and_date_is_read_again(read, world):
    read()
    file = world / "train.json"
    stat, content = file.stat(), file.read_bytes()
    place = content.index(b'"like_cnt": ') + len(b'"like_cnt": ')
    digit = b"7" if content[place : place + 1] != b"7" else b"8"
    file.write_bytes(content[:place] + digit + content[place + 1 :])
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    _, _, before = read()
    assert not before


def test_seed_split_and_reader_options_are_part_of_the_key(read):
    config = small_config()
    read()
    changes = (
        {"seed": 5},
        {"split": config.split.model_copy(update={"share": 0.3})},
        {"data": config.data.model_copy(update={"options": {"missing_years": (2020,)}})},
        {"name": "other"},
    )
    for changed in changes:
        assert not read(**changed)[2], changed
        assert read(**changed)[2], changed


def test_damaged_prepared_data_is_never_used(read, tmp_path):
    first, *_ = read()
    (kept,) = (tmp_path / "artifacts" / "prepared").iterdir()
    victim = kept / "files" / "interactions.safetensors"
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    again, _, before = read()
    assert not before
    assert again.fingerprint == first.fingerprint
    assert read()[2], "repaired"


def test_it_may_be_deleted_at_any_time(read, tmp_path):
    first, *_ = read()
    shutil.rmtree(tmp_path / "artifacts" / "prepared")
    again, _, before = read()
    assert (before, again.fingerprint) == (False, first.fingerprint)


def test_archives_of_audio_are_known_by_name_and_size(world):
    """Melon's are 240 GB: hashing them would take too long."""

    def key() -> str:
        return prepared_cache.key(world, small_config(), Melon(MelonOptions()))

    before = key()
    tar = next(world.glob("*.tar"))
    tar.write_bytes(bytes(tar.stat().st_size))
    assert key() == before
    tar.write_bytes(bytes(tar.stat().st_size + 1))
    assert key() != before


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("data/readers/melon.py", True),
        ("data/builder.py", True),
        ("data/split.py", True),
        ("data/readers/mpd.py", False),
        ("models/base.py", False),
        ("ui/shell/page.py", False),
    ],
)
def test_the_code_that_reads_and_splits_is_part_of_the_key(world, copied_package, file: str, counts: bool):
    before = prepared_cache.key(world, small_config(), Melon(MelonOptions()))
    with (copied_package / file).open("a", encoding="utf-8") as source:
        source.write("# changed\n")
    assert (prepared_cache.key(world, small_config(), Melon(MelonOptions())) != before) is counts
