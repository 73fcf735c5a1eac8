"""The values of each item by field, as rows of one sparse matrix."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from playrec_core.data.dataset import Dataset
from playrec_core.data.features import FeatureConfig, Kind, lacking, song_features
from playrec_core.numerics.sparse import pack, unpack


@dataclass(frozen=True)
class ItemFields:
    """The fields of every item: the item itself, then one field per kind of side feature.

    Args:
        bags: (n_items * n_fields, n_columns) CSR float32: row ``item * n_fields + field`` contains the item's values of
            that field, with weights that sum to 1; empty if it has none. Every column belongs to one field.
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
        """(n * n_fields,) int64 rows of ``bags`` of some items, (n,) item_idx, item by item."""
        return (items[:, None] * self.n_fields + np.arange(self.n_fields)).ravel()

    def traits(self, *kinds: Kind) -> csr_array:
        """(n_items, n_traits) CSR float32: the values of some fields, side by side."""
        chosen = [1 + index for index, kind in enumerate(self.kinds) if kind in kinds]
        if not chosen:
            return csr_array((self.n_items, 0), dtype=np.float32)
        blocks = [csr_array(self.bags[field :: self.n_fields]) for field in chosen]
        used = [np.unique(block.indices) for block in blocks]
        return csr_array(hstack([block[:, own] for block, own in zip(blocks, used, strict=True)], format="csr"))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays by name, for `from_state`."""
        return {**pack("fields", self.bags), "fields.kinds": np.array([list("|".join(self.kinds).encode())], np.uint8)}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> "ItemFields":
        kinds = bytes(state["fields.kinds"].ravel().tolist()).decode()
        return cls(unpack("fields", state), tuple(kinds.split("|")) if kinds else ())  # type: ignore[arg-type]


def missing(dataset: Dataset, config: FeatureConfig) -> str | None:
    """A message if the data set has none of the configured side features; None otherwise, or if none are configured."""
    return lacking(dataset, config) if config.catalogue or config.tags else None


def item_fields(dataset: Dataset, config: FeatureConfig, min_playlists: int) -> ItemFields:
    """The fields of every item of the catalogue.

    The first field has a column for each item in at least ``min_playlists`` training playlists, in popularity order,
    and a last column, "rare", shared by all other items.

    Raises:
        MissingDataError: the data set has none of the configured side features.
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
    side_by_side.sort_indices()  # orders an item's values by field
    data = (1 / np.repeat(lengths.ravel(), lengths.ravel())).astype(np.float32)
    indptr = np.concatenate([[0], np.cumsum(lengths.ravel())])
    bags = csr_array((data, side_by_side.indices, indptr), shape=(lengths.size, side_by_side.shape[1]))
    return ItemFields(bags, kinds)
