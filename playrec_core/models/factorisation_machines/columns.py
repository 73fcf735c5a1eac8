"""An item's values, field by field, as rows of one sparse matrix."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from playrec_core.data.dataset import Dataset
from playrec_core.data.features import FeatureConfig, Kind, lacking, song_features
from playrec_core.numerics.sparse import pack, unpack


@dataclass(frozen=True)
class ItemFields:
    """What every item is, in fields: the item itself first, then a field for each kind of side feature.

    Args:
        bags: (n_items * n_fields, n_columns) float32: row ``item * n_fields + field`` holds the item's values of that
            field, weights that sum to 1; an empty row where it has none. Every column belongs to one field.
        kinds: the side features, in the order of their fields.
    """

    bags: csr_array
    kinds: tuple[Kind, ...]

    @property
    def n_fields(self) -> int:
        return 1 + len(self.kinds)

    @property
    def n_items(self) -> int:
        return self.bags.shape[0] // self.n_fields

    def rows(self, items: np.ndarray) -> np.ndarray:
        """(n * n_fields,) the rows of ``bags`` that belong to some items, item by item."""
        return (items[:, None] * self.n_fields + np.arange(self.n_fields)).ravel()

    def traits(self, *kinds: Kind) -> csr_array:
        """(n_items, n_traits) float32: the values of some fields alone, side by side."""
        chosen = [1 + place for place, kind in enumerate(self.kinds) if kind in kinds]
        if not chosen:
            return csr_array((self.n_items, 0), dtype=np.float32)
        blocks = [csr_array(self.bags[field :: self.n_fields]) for field in chosen]
        used = [np.unique(block.indices) for block in blocks]
        return csr_array(hstack([block[:, own] for block, own in zip(blocks, used, strict=True)], format="csr"))

    def state(self) -> dict[str, np.ndarray]:
        """Named arrays; `from_state` takes them back."""
        return {**pack("fields", self.bags), "fields.kinds": np.array([list("|".join(self.kinds).encode())], np.uint8)}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "ItemFields":
        kinds = bytes(state["fields.kinds"].ravel().tolist()).decode()
        return cls(unpack("fields", state), tuple(kinds.split("|")) if kinds else ())  # type: ignore[arg-type]


def missing(dataset: Dataset, config: FeatureConfig) -> str | None:
    """That the data set has none of the side features asked for, in words; None also when none is asked for."""
    return lacking(dataset, config) if config.catalogue or config.tags else None


def item_fields(dataset: Dataset, config: FeatureConfig, min_playlists: int) -> ItemFields:
    """The fields of every item of the catalogue.

    The first field has a column for each item of at least ``min_playlists`` training playlists, in popularity order,
    and a last one, "rare", for all others.

    Raises:
        MissingDataError: the data set has none of the side features asked for.
    """
    frequent = int((dataset.item_counts >= min_playlists).sum())
    own = np.minimum(np.arange(dataset.n_items), frequent)
    ones = np.ones(dataset.n_items, np.float32)
    fields = [csr_array((ones, own, np.arange(dataset.n_items + 1)), shape=(dataset.n_items, frequent + 1))]
    kinds: tuple[Kind, ...] = ()
    if config.catalogue or config.tags:
        features = song_features(dataset, config)
        kinds = tuple(features.widths)
        fields += [csr_array(features.matrix[:, features.columns(kind)]) for kind in kinds]
    lengths = np.stack([np.diff(field.indptr) for field in fields], axis=1)  # (n_items, n_fields)
    side_by_side = csr_array(hstack(fields, format="csr", dtype=np.float32))
    side_by_side.sort_indices()  # so an item's values stand in the order of the fields, and a field's are neighbours
    data = (1 / np.repeat(lengths.ravel(), lengths.ravel())).astype(np.float32)
    indptr = np.concatenate([[0], np.cumsum(lengths.ravel())])
    bags = csr_array((data, side_by_side.indices, indptr), shape=(lengths.size, side_by_side.shape[1]))
    return ItemFields(bags, kinds)
