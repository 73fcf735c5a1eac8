"""The maps of a run: coordinates, clusters and what is known of their quality."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from playrec_core.evaluation.intervals import Interval
from playrec_core.projection.layout import CLUSTER, ITEM, KEPT, TRUST, Label, X, Y
from playrec_core.projection.tag_separation import TagSeparation
from playrec_core.store.run import Run

from .result_cache import Once

_POINTS, _REST, _CLUSTER_MAP = "map/points.arrow", "map-rest/points.arrow", "cluster-map/points.arrow"


class RunMaps:
    """The maps of one run. Safe to share between threads.

    Args:
        run: an opened run.
        model: whose embedding the main map shows.
        models: every model of the run, in the order shown.
        once: where opened tables are kept.
    """

    def __init__(self, run: Run, model: str, models: Sequence[str], once: Once):
        self.run, self.model, self.models, self._once = run, model, models, once

    @property
    def exist(self) -> bool:
        """Whether the run has maps."""
        return self._has(_POINTS)

    def _has(self, file: str) -> bool:
        return file in self.run.manifest.files

    def _table(self, file: str) -> pa.Table:
        return self._once(file, lambda: self.run.table(file))

    @property
    def points(self) -> pa.Table:
        """The map's points, as `playrec_core.projection.layout.layout` describes them."""
        return self._table(_POINTS)

    @property
    def _parts(self) -> list[pa.Table]:
        """`points`, and the items placed among them where the run has them."""
        return [self.points, *([self._table(_REST)] if self._has(_REST) else [])]

    @property
    def size(self) -> int:
        """How many items have a place on the map: those of `points`, and of the others where the run has them."""
        return sum(part.num_rows for part in self._parts)

    @property
    def clusters(self) -> np.ndarray:
        """(size,) int32: the cluster of each item of the map."""
        return self._once("map-clusters", lambda: np.concatenate([part[CLUSTER].to_numpy() for part in self._parts]))

    def layouts(self, name: str) -> tuple[str, ...]:
        """The layouts of one of `spaces`; the spaces beside the first have UMAP alone."""
        if name != self.model:
            return ("umap",)
        return tuple(column.removesuffix("_x") for column in self.points.column_names if column.endswith("_x"))

    @cached_property
    def spaces(self) -> tuple[str, ...]:
        """The models whose space has a map, the one that `points` and its clusters come from first."""
        others = (name for name in self.models if self._has(f"spaces/{name}.arrow"))
        return (self.model, *others) if self.exist else ()

    def coordinates(self, name: str, layout: str = "umap") -> np.ndarray:
        """(size, 2) float32: where each item of the map is in one of `spaces`; nan where it has no place."""
        if name != self.model:
            return np.column_stack([self._of_map_items(name, column) for column in (X, Y)])
        return self._once(f"map-coordinates-{layout}", lambda: self._all_coordinates(layout))

    def _all_coordinates(self, layout: str) -> np.ndarray:
        columns = [f"{layout}_{axis}" for axis in (X, Y)]
        found = [np.column_stack([part[column].to_numpy() for column in columns]) for part in self._parts]
        together = np.concatenate(found)
        together.setflags(write=False)  # shared by all sessions
        return together

    @property
    def measured(self) -> bool:
        """Whether `neighbours_kept` and `trustworthiness` are known: runs of earlier versions lack them."""
        return f"{self.layouts(self.model)[0]}_{KEPT}" in self.points.column_names

    def neighbours_kept(self, name: str, layout: str = "umap") -> np.ndarray | None:
        """(size,) float32: the share of its nearest neighbours that each item keeps on the map, nan for items that
        are not laid out there, as `playrec_core.projection.quality.measure` describes it; None for a run without.
        """
        return self._measured(name, layout, KEPT)

    def trustworthiness(self, name: str, layout: str = "umap") -> float | None:
        """The trustworthiness of one of `spaces`; None for a run without."""
        found = self._measured(name, layout, TRUST)
        return None if found is None else float(np.nanmean(found))

    def _measured(self, name: str, layout: str, what: str) -> np.ndarray | None:
        column = self._column(name, layout, what)
        return self._of_map_items(name, column) if column in self._space_table(name).column_names else None

    def _column(self, name: str, layout: str, what: str) -> str:
        return f"{layout}_{what}" if name == self.model else what

    def _space_table(self, name: str) -> pa.Table:
        return self._table(_POINTS if name == self.model else f"spaces/{name}.arrow")

    def _of_map_items(self, name: str, column: str) -> np.ndarray:
        """(size,) float32: a column of the laid out items of a space, nan for the others."""
        table = self._space_table(name)
        found = np.full(self.size, np.nan, dtype=np.float32)
        found[table[ITEM].to_numpy()] = table[column].to_numpy()
        return found

    @property
    def cluster_map(self) -> pa.Table | None:
        """The most popular items of each cluster, as `playrec_core.projection.tag_separation.cluster_map` describes
        them.
        """
        return self._table(_CLUSTER_MAP) if self._has(_CLUSTER_MAP) else None

    @property
    def tag_separation(self) -> list[TagSeparation]:
        """How separated each tag is on the `cluster_map`, the most separated first."""
        return self._once(
            "islands",
            lambda: [
                TagSeparation(**one | {"isolation": Interval(**one["isolation"])}) for one in self._islands["islands"]
            ],
        )

    @property
    def cluster_map_model(self) -> str:
        """Whose clusters the `cluster_map` shows."""
        return self._islands["model"]

    @property
    def _islands(self) -> dict[str, Any]:
        return self._once("islands.json", lambda: self.run.json("cluster-map/islands.json"))

    @property
    def cluster_labels(self) -> list[list[Label]]:
        """What sets each cluster apart, strongest first."""
        return self._once(
            "clusters",
            lambda: [[Label(**label) for label in cluster] for cluster in self.run.json("map/clusters.json")],
        )
