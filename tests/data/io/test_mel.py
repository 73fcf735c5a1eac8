import io
import pickle
import tarfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from playrec_core.data.io.mel import BANDS, LARGEST, find, identity, parse_npy
from playrec_core.data.readers.melon import Melon, MelonOptions
from playrec_core.errors import DataError
from playrec_core.schema import no_progress


def songs(*ids: int, seed: int = 0) -> dict[int, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {song: rng.normal(-40, 9, (BANDS, int(rng.integers(3, 9)))).astype(np.float32) for song in ids}


def npy(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def write_folders(folder: Path, mels: dict[int, np.ndarray]) -> None:
    for song, values in mels.items():
        file = folder / str(song // 1000) / f"{song}.npy"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(npy(values))


def write_tar(file: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(file, "w:") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def read(folder: Path) -> dict[int, np.ndarray]:
    return {song: values for shard in find(folder) for song, values in shard.songs()}


def assert_same(one: dict[int, np.ndarray], other: dict[int, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    for song, values in one.items():
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, other[song])


@pytest.mark.parametrize("place", ["", "mel", "mel/arena_mel_0"])
def test_folders_are_found_wherever_they_lie_beside_the_playlists(tmp_path, place):
    expected = songs(0, 7, 999, 1000, 12_345)
    write_folders(tmp_path / place, expected)
    assert [shard.name.rsplit("/", 1)[-1] for shard in find(tmp_path)] == ["0", "1", "12"]
    assert_same(read(tmp_path), expected)


@pytest.mark.parametrize("lead", ["", "./", "arena_mel_0/", "a/b/"])
def test_a_tar_gives_what_folders_give_under_any_leading_folders(tmp_path, lead):
    expected = songs(0, 7, 999, 1000)
    write_folders(tmp_path / "folders", expected)
    (tmp_path / "tars").mkdir()
    members = {f"{lead}{song // 1000}/{song}.npy": npy(values) for song, values in expected.items()}
    write_tar(tmp_path / "tars" / "arena_mel_0.tar", {f"{lead}README": b"hello", **members, f"{lead}0/._7.npy": b"x"})
    assert_same(read(tmp_path / "tars"), read(tmp_path / "folders"))


def test_shards_come_in_the_order_of_their_numbers(tmp_path):
    for number in (10, 9, 0):
        write_tar(tmp_path / f"arena_mel_{number}.tar", {})
    assert [shard.name for shard in find(tmp_path)] == ["arena_mel_0.tar", "arena_mel_9.tar", "arena_mel_10.tar"]


def test_half_precision_and_column_major_order_are_read_correctly():
    values = np.arange(BANDS * 5, dtype=np.float16).reshape(BANDS, 5)
    for stored in (values, np.asfortranarray(values), values.astype(">f8")):
        np.testing.assert_array_equal(parse_npy(npy(stored), Path("x"), ""), values.astype(np.float32))


def test_nothing_is_found_where_there_is_no_audio(tmp_path):
    (tmp_path / "train.json").write_text("[]")
    (tmp_path / "2020").mkdir()
    (tmp_path / "2020" / "notes.txt").write_text("no song")
    assert find(tmp_path) == ()
    assert find(tmp_path / "nowhere") == ()


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was executed",))


def header_only(shape: str, descr: str = "'<f4'") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


BROKEN = {
    "not an .npy file": b"<html>404</html>",
    "empty": b"",
    "truncated": npy(np.zeros((BANDS, 9), np.float32))[:-5],
    "too long": npy(np.zeros((BANDS, 9), np.float32)) + b"x",
    "other bands": npy(np.zeros((96, 9), np.float32)),
    "no frames": npy(np.zeros((BANDS, 0), np.float32)),
    "three dimensions": npy(np.zeros((BANDS, 9, 2), np.float32)),
    "whole numbers": npy(np.zeros((BANDS, 9), np.int16)),
    "nan": npy(np.full((BANDS, 9), np.nan, np.float32)),
    "objects": npy(np.array([[Bomb()] * 2] * BANDS, dtype=object)),
    "a bare pickle": pickle.dumps(Bomb()),
    "a header that asks for a petabyte": header_only(f"({BANDS}, 5000000000000)"),
    "a negative shape": header_only(f"({BANDS}, -3)"),
    "a header that is a program": header_only("__import__('os').getcwd()"),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_errors_name_file_and_member_and_how_to_fix_it(tmp_path, content):
    write_folders(tmp_path / "f", songs(1, 2))
    (tmp_path / "f" / "0" / "2.npy").write_bytes(content)
    with pytest.raises(DataError, match=r"0/2\.npy.*: .*download it again, or remove it"):
        read(tmp_path / "f")
    write_tar(tmp_path / "arena_mel_3.tar", {"0/1.npy": npy(songs(1)[1]), "0/2.npy": content})
    (shard,) = (shard for shard in find(tmp_path) if shard.name.endswith("tar"))
    stream = shard.songs()
    assert next(stream)[0] == 1
    with pytest.raises(DataError, match=r"arena_mel_3\.tar, member '0/2\.npy': .*download it again, or remove it"):
        next(stream)


def hostile(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize(
    "member",
    [
        hostile("../../etc/1.npy"),
        hostile("/etc/1.npy"),
        hostile("0/1.npy", tarfile.SYMTYPE, "/etc/passwd"),
        hostile("0/1.npy", tarfile.LNKTYPE, "0/0.npy"),
        hostile("0/1.npy", tarfile.CHRTYPE),
        hostile("0/1.npy", tarfile.FIFOTYPE),
    ],
    ids=lambda member: f"{member.name} {member.type}",
)
def test_malicious_members_are_rejected(tmp_path, member):
    with tarfile.open(tmp_path / "arena_mel_0.tar", "w:") as tar:
        tar.addfile(member)
    with pytest.raises(DataError, match=r"arena_mel_0\.tar, member '.*1\.npy'"):
        read(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["arena_mel_0.tar"], "nothing is unpacked"


def test_a_member_of_gigabytes_is_refused_before_it_is_read(tmp_path):
    member = tarfile.TarInfo("0/1.npy")
    member.size = LARGEST + 1
    (tmp_path / "arena_mel_0.tar").write_bytes(member.tobuf() + bytes(10_240))
    with pytest.raises(DataError, match="more than the largest allowed"):
        read(tmp_path)
    (tmp_path / "arena_mel_0.tar").unlink()
    (tmp_path / "0").mkdir()
    with (tmp_path / "0" / "1.npy").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(DataError, match="more than the largest allowed"):
        read(tmp_path)


@pytest.mark.parametrize("damage", ["in a song", "between songs", "header", "compressed", "no tar"])
def test_a_damaged_tar_is_not_mistaken_for_a_short_one(tmp_path, damage):
    file = tmp_path / "arena_mel_0.tar"
    write_tar(file, {f"0/{song}.npy": npy(values) for song, values in songs(1, 2, 3).items()})
    whole = file.read_bytes()
    with tarfile.open(file) as tar:
        third = tar.getmember("0/3.npy").offset
    if damage == "in a song":
        file.write_bytes(whole[: third + 700])
    elif damage == "between songs":
        file.write_bytes(whole[:third])
    elif damage == "header":
        file.write_bytes(whole[:third] + b"\xff" * 512 + whole[third + 512 :])
    elif damage == "compressed":
        with tarfile.open(file, "w:gz") as tar:
            tar.addfile(tarfile.TarInfo("0/1.npy"))
    else:
        file.write_bytes(b"<html>404</html>" * 100)
    with pytest.raises(DataError, match=r"arena_mel_0\.tar: not a complete tar file .*download it again"):
        read(tmp_path)


def test_other_audio_has_another_identity(tmp_path):
    write_folders(tmp_path, songs(1, 1001))
    before = identity(find(tmp_path))
    assert identity(find(tmp_path)) == before
    write_folders(tmp_path, songs(2))
    assert identity(find(tmp_path)) != before


def test_the_melon_reader_finds_audio_and_the_fingerprint_depends_on_it(tmp_path):
    (tmp_path / "train.json").write_text('[{"id": 1, "songs": [1, 2]}]', encoding="utf-8")

    def dataset():
        return Melon(MelonOptions()).read(tmp_path, progress=no_progress)

    silent = dataset()
    write_folders(tmp_path / "mel", songs(1, 2))
    sounding = dataset()
    assert silent.audio == ()
    assert [shard.name for shard in sounding.audio] == ["mel/0"]
    assert sounding.fingerprint != silent.fingerprint
    assert sounding.with_playlists(np.array([0])).audio == sounding.audio


def test_memory_does_not_grow_with_the_size_of_a_tar(tmp_path):
    def peak(count: int) -> int:
        one = npy(np.zeros((BANDS, 4), np.float32))
        write_tar(tmp_path / "arena_mel_0.tar", {f"0/{song}.npy": one for song in range(count)})
        (shard,) = find(tmp_path)
        tracemalloc.start()
        for _ in shard.songs():
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)  # modules loaded on first use
    assert peak(2_000) < 4 * peak(100), "twenty times as many members"
