"""Saves a `Dataset` and its `HeldOut` as files of a run, and loads them memory-mapped."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.numerics.sparse import pack, unpack
from playrec_core.schema import ITEM_ID, PLAYLIST_ID, Nouns
from playrec_core.store.files import save_arrays, save_json, save_table
from playrec_core.store.verified_files import VerifiedFiles

from .dataset import Dataset
from .held_out import HeldOut
from .terms import Terms

STAGE = "dataset"


def save(folder: Path, dataset: Dataset, held_out: HeldOut) -> None:
    """Write both into the folder of a stage."""
    times = {"times": dataset.times} if dataset.times is not None else {}
    save_arrays(
        folder / "interactions.safetensors",
        {
            **pack("interactions", dataset.interactions),
            **pack("playlist_tags", dataset.playlist_tags),
            "positions": dataset.positions,
            **times,
        },
    )
    save_table(folder / "catalogue.arrow", dataset.catalogue)
    save_table(folder / "playlists.arrow", dataset.playlist_table)
    save_table(folder / "questions.arrow", held_out.table)
    save_json(
        folder / "dataset.json",
        {
            "name": dataset.name,
            "nouns": vars(dataset.nouns),
            "tags": dataset.tags.ids.tolist(),
            "numeric": {"items": dataset.items.numeric, "playlists": dataset.playlists.numeric},
            "terms": dataset.terms.by_kind,
            "notes": list(dataset.notes),
        },
    )


def load(files: VerifiedFiles, stage: str = STAGE, *, mapped: bool = True) -> tuple[Dataset, HeldOut]:
    """Read both after verifying every file.

    Args:
        files: a run or a cached folder.
        stage: the folder that was passed to `save`.
        mapped: False copies the arrays into memory, because training libraries reject read-only maps.

    Raises:
        DamagedRunError: a file does not match its record.
    """
    facts = files.json(f"{stage}/dataset.json")
    arrays = files.arrays(f"{stage}/interactions.safetensors")
    if not mapped:
        arrays = {name: array.copy() for name, array in arrays.items()}
    catalogue, playlists = files.table(f"{stage}/catalogue.arrow"), files.table(f"{stage}/playlists.arrow")
    dataset = Dataset(
        name=facts["name"],
        nouns=Nouns(**facts["nouns"]),
        items=_vocabulary(catalogue[ITEM_ID], facts["numeric"]["items"]),
        tags=Vocabulary(facts["tags"]),
        playlists=_vocabulary(playlists[PLAYLIST_ID], facts["numeric"]["playlists"]),
        interactions=unpack("interactions", arrays),
        positions=arrays["positions"],
        times=arrays.get("times"),
        playlist_tags=unpack("playlist_tags", arrays),
        catalogue=catalogue,
        playlist_table=playlists,
        terms=Terms(facts.get("terms", {})),
        notes=tuple(facts["notes"]),
    )
    return dataset, HeldOut(files.table(f"{stage}/questions.arrow"))


def _vocabulary(column: pa.ChunkedArray, numeric: bool) -> Vocabulary:
    if numeric:
        return Vocabulary(np.asarray(column.cast(pa.int64())))
    return Vocabulary(column.to_pylist())


def vocabulary_hash(dataset: Dataset) -> str:
    """Hash of the items and tags in order; the state of a model fits only one such vocabulary."""
    return f"{dataset.items.fingerprint}{dataset.tags.fingerprint}"


def sizes(dataset: Dataset, held_out: HeldOut) -> Mapping[str, int]:
    """The sizes of a data set, for the manifest."""
    return {
        "items": dataset.n_items,
        "playlists": dataset.n_playlists,
        "interactions": int(dataset.interactions.nnz),
        "tags": len(dataset.tags),
        "questions": len(held_out),
    }
