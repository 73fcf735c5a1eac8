"""An opened run, ready to answer: what the pages and the commands ask.

Everything is opened when it is first asked for, verified, memory-mapped, and then shared by all sessions of the
process.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import csr_array

from playrec_core.config import TrainConfig
from playrec_core.data import serialization
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import Interval
from playrec_core.evaluation.metrics.base import Catalogue
from playrec_core.evaluation.report import report
from playrec_core.explain.attribution import explain
from playrec_core.i18n import current, tr
from playrec_core.models import registry
from playrec_core.models.base import Family, Recommender
from playrec_core.models.explanation import Explanation
from playrec_core.models.score_cache import ScoreMemory
from playrec_core.models.trace import Walk
from playrec_core.projection.layout import CLUSTER, ITEM, KEPT, TRUST, Label, X, Y, distinguishing, item_labels
from playrec_core.projection.tag_separation import TagIsland
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import Nouns, Ranked, Seed
from playrec_core.similarity.neighbour_space import NeighbourSpace, Similarity
from playrec_core.similarity.qdrant import QdrantSpace, connect
from playrec_core.store.run import Run
from playrec_core.text_index.catalogue_search import SearchIndex
from playrec_core.voting import saved
from playrec_core.voting.saved import SavedVote
from playrec_core.voting.weighted_vote import ColdStart, WeightedVoter

T = TypeVar("T")
_NAMING_TAGS = 1000
_REMEMBERED = 64 * 2**20
"""Bytes of scores: fifty pages of forty models on a demo, one on the largest catalogue."""


class LoadedRun:
    """One run and its parts. Safe to share between threads.

    Args:
        run: an opened run.
        mixes: votes of its models that people saved beside it: they stand among the models, after the run's own.
        mix_problems: a line for each saved mix that could not be read.
    """

    def __init__(self, run: Run, mixes: Sequence[SavedVote] = (), mix_problems: Sequence[str] = ()):
        self.run = run
        self.mixes = {mix.name: mix for mix in mixes}
        self.mix_problems = tuple(mix_problems)
        trained = TrainConfig.model_validate(run.manifest.config)
        self.own_models = tuple(trained.models)
        """The models that were trained, in the configuration's order."""
        tables = trained.models | {mix.name: mix.table for mix in mixes}
        self.config = trained.model_copy(update={"models": tables})
        self._parts: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._elsewhere: dict[str, QdrantSpace] = {}

    @classmethod
    def open(cls, artifacts: Path, run_id: str | None = None) -> "LoadedRun":
        """The current run, or a named one, with what is saved beside it.

        Raises:
            RunError, DamagedRunError: as `Run.open`.
        """
        return cls(Run.open(artifacts, run_id)).refreshed(artifacts)

    def refreshed(self, artifacts: Path) -> "LoadedRun":
        """The same run with the mixes that are saved beside it now; whatever is opened stays open, and shared."""
        found, problems = saved.load(artifacts, self.id, self.own_models, self.config.ranking.depth)
        fresh = LoadedRun(self.run, found, problems)
        fresh._parts, fresh._lock, fresh._elsewhere = self._parts, self._lock, self._elsewhere
        return fresh

    @property
    def id(self) -> str:
        return self.run.id

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """Make a part the first time; fifty sessions that begin together make it once. Who asks for what is there
        does not wait for another part that is being opened.
        """
        if name in self._parts:
            return self._parts[name]
        with self._lock:
            if name not in self._parts:
                self._parts[name] = make()
            return self._parts[name]

    @property
    def _data(self) -> tuple[Dataset, HeldOut]:
        return self._once("data", lambda: serialization.load(self.run))

    @property
    def dataset(self) -> Dataset:
        """The training part."""
        return self._data[0]

    @property
    def held_out(self) -> HeldOut:
        """The questions and what they hide."""
        return self._data[1]

    @property
    def nouns(self) -> Nouns:
        """What the data set calls its things, in the reader's language."""
        return _in_language(self.dataset.nouns, current())

    @property
    def ranker(self) -> Ranker:
        return self._once(
            "ranker",
            lambda: Ranker.from_state(
                self.config.ranking, self.run.arrays("ranking/state.safetensors"), self.dataset.interactions
            ),
        )

    @property
    def search(self) -> SearchIndex:
        return self._once("search", lambda: SearchIndex(self.run.file("search/search.sqlite")))

    @cached_property
    def model_names(self) -> tuple[str, ...]:
        """The run's models in the configuration's order, then the saved mixes."""
        return tuple(self.config.models)

    @property
    def first_shown(self) -> tuple[str, ...]:
        """The models to show until a person has chosen."""
        return self.config.shown or self.model_names

    def families(self) -> dict[Family, tuple[str, ...]]:
        """The run's models by family, in the order of `playrec_core.models.base.Family`."""
        kinds = {name: registry.kind_of(name, table) for name, table in self.config.models.items()}
        grouped = {
            family: tuple(n for n, kind in kinds.items() if kind.family == family) for family in get_args(Family)
        }
        return {family: names for family, names in grouped.items() if names}

    def model(self, name: str) -> Recommender:
        """A fitted model by its name in the configuration."""

        def make() -> Recommender:
            unfitted = registry.create(name, self.config.models[name])
            if name in self.mixes:
                state = {"n_items": np.array([self.dataset.n_items])}  # a vote learns nothing else
            else:
                state = self.run.arrays(f"model-{name}/state.safetensors")
            model = type(unfitted).from_state(unfitted.config, state)
            model.attach({part: self.model(part) for part in model.parts()})
            model.memory = self._once("memory", lambda: ScoreMemory(_REMEMBERED))
            return model

        return self._once(f"model-{name}", make)

    def model_title(self, name: str) -> str:
        """A model's name on screen; two of one kind are told apart by their names in the configuration.

        It is data where a person named it: escape it.
        """
        if name in self.mixes:
            return tr("{title} (saved mix)", title=self.mixes[name].title)
        kind = self._kind(name)
        return tr(kind.title) if self._of_kind[kind] == 1 else f"{tr(kind.title)} ({name})"

    @cached_property
    def _of_kind(self) -> Counter[type[Recommender]]:
        return Counter(map(self._kind, self.own_models))

    def answer(
        self, name: str, seed: Seed, *, k: int | None = None, n_tags: int | None = None, banned: Collection[int] = ()
    ) -> Ranked:
        """One model's continuation of one seed."""
        return self.ranker.rank(self.model(name), [seed], k=k, n_tags=n_tags, banned=banned)[0]

    def explain(self, name: str, seed: Seed, item: int) -> Explanation:
        """Why a model gives an item its score."""
        return explain(self.model(name), seed, item)

    def walk(self, name: str, seed: Seed) -> Walk | None:
        """How a model comes to its answer, step by step; None where it has no steps to show."""
        return self.model(name).walk(seed, self.nouns)

    def model_clusters(self, name: str) -> list[list[Label]]:
        """What sets each cluster of a model apart from the others, strongest first; [] for models that make none.

        Counted over the items that a training playlist holds, with genres and the most frequent tags.
        """

        def make() -> list[list[Label]]:
            clusters = self.model(name).item_clusters()
            if clusters is None:
                return []
            labels, names = item_labels(self.dataset, self.ranker.item_tags)
            heard, n_tags = np.flatnonzero(self.dataset.item_counts > 0), len(self.dataset.tags)
            # Clusters x labels is dense: rare tags, which name nothing, would make it gigabytes at Melon's size.
            kept = np.r_[: min(n_tags, _NAMING_TAGS), n_tags : len(names)]
            some = csr_array(labels[heard][:, kept])
            return distinguishing(clusters[heard], some, [names[one] for one in kept], int(clusters.max()) + 1)

        return self._once(f"clusters-{name}", make)

    def spaces(self) -> tuple[str, ...]:
        """The models that know which items are alike. None of them is opened to find out."""
        return tuple(name for name in self.model_names if self._kind(name).has_neighbours())

    def vector_spaces(self) -> tuple[str, ...]:
        """Those of `spaces` that are made of vectors."""
        return tuple(name for name in self.model_names if self._kind(name).has_embeddings())

    def _kind(self, name: str) -> type[Recommender]:
        return registry.kind_of(name, self.config.models[name])

    def space(self, name: str) -> NeighbourSpace:
        """One model's neighbour space."""
        return self._once(f"space-{name}", lambda: NeighbourSpace(self.model(name)))

    def search_on(self, qdrant: str) -> None:
        """From now on neighbours by vectors are asked of a Qdrant server, which holds them all already.

        Args:
            qdrant: its URL.

        Raises:
            PlayrecError: it does not answer, or lacks a model's vectors.
        """
        client = connect(qdrant)
        self._elsewhere = {
            name: QdrantSpace(client, self.id, name) for name in self.spaces() if self.space(name).similarities
        }

    def similar(self, name: str, item: int, k: int, similarity: Similarity = "cosine") -> tuple[np.ndarray, np.ndarray]:
        """The items most like one item: item_idx and likeness, best first."""
        return self._elsewhere.get(name, self.space(name)).search(item, k, similarity)

    def playlists_with(self, items: Sequence[int]) -> np.ndarray:
        """Training playlists (row numbers) that hold all of the items."""
        columns = self._once("by_item", lambda: self.dataset.interactions.tocsc())
        found: np.ndarray | None = None
        for item in items:
            rows = columns.indices[columns.indptr[item] : columns.indptr[item + 1]]
            found = rows if found is None else np.intersect1d(found, rows, assume_unique=True)
        return np.empty(0, np.int32) if found is None else found

    @property
    def has_map(self) -> bool:
        return "map/points.arrow" in self.run.manifest.files

    @property
    def map_points(self) -> pa.Table:
        """The map's points, as `playrec_core.projection.layout.layout` describes them."""
        return self._once("map", lambda: self.run.table("map/points.arrow"))

    @property
    def map_size(self) -> int:
        """How many items have a place on the map: those of `map_points`, and of the others where the run has them."""
        rest = self._map_rest
        return self.map_points.num_rows + (0 if rest is None else rest.num_rows)

    @property
    def map_clusters(self) -> np.ndarray:
        """(map_size,) int32: the cluster of each item of the map."""

        def make() -> np.ndarray:
            laid_out, rest = self.map_points[CLUSTER].to_numpy(), self._map_rest
            return laid_out if rest is None else np.concatenate([laid_out, rest[CLUSTER].to_numpy()])

        return self._once("map-clusters", make)

    @property
    def _map_rest(self) -> pa.Table | None:
        if "map-rest/points.arrow" not in self.run.manifest.files:
            return None
        return self._once("map-rest", lambda: self.run.table("map-rest/points.arrow"))

    def map_layouts(self, name: str) -> tuple[str, ...]:
        """The layouts of one of `map_spaces`; the spaces beside the first have UMAP alone."""
        if name != self.config.map.model:
            return ("umap",)
        return tuple(column.removesuffix("_x") for column in self.map_points.column_names if column.endswith("_x"))

    @cached_property
    def map_spaces(self) -> tuple[str, ...]:
        """The models whose space has a map, the one that `map_points` and its clusters come from first."""
        others = (name for name in self.model_names if f"spaces/{name}.arrow" in self.run.manifest.files)
        return (self.config.map.model, *others) if self.has_map else ()

    def map_coordinates(self, name: str, layout: str = "umap") -> np.ndarray:
        """(map_size, 2) float32: where each item of the map is in one of `map_spaces`; nan where it has no place."""
        if name != self.config.map.model:
            return np.column_stack([self._of_map_items(name, column) for column in (X, Y)])
        return self._once(f"map-coordinates-{layout}", lambda: self._all_coordinates(layout))

    def _all_coordinates(self, layout: str) -> np.ndarray:
        parts = [self.map_points, *([] if self._map_rest is None else [self._map_rest])]
        found = [np.column_stack([part[f"{layout}_{axis}"].to_numpy() for axis in (X, Y)]) for part in parts]
        together = np.concatenate(found)
        together.setflags(write=False)  # shared by all sessions
        return together

    @property
    def maps_are_measured(self) -> bool:
        """Whether `map_kept` and `map_trust` are known: runs of earlier versions lack them."""
        return self._measures(self.config.map.model, self.map_layouts(self.config.map.model)[0], KEPT)

    def map_kept(self, name: str, layout: str = "umap") -> np.ndarray | None:
        """(map_size,) float32: the share of its nearest neighbours that each item keeps on the map, nan for items that
        are not laid out there, as `playrec_core.projection.quality.measure` describes it; None for a run without.
        """
        return self._measured(name, layout, KEPT)

    def map_trust(self, name: str, layout: str = "umap") -> float | None:
        """The trustworthiness of one of `map_spaces`; None for a run without."""
        found = self._measured(name, layout, TRUST)
        return None if found is None else float(np.nanmean(found))

    def _measured(self, name: str, layout: str, what: str) -> np.ndarray | None:
        return (
            self._of_map_items(name, self._column(name, layout, what)) if self._measures(name, layout, what) else None
        )

    def _measures(self, name: str, layout: str, what: str) -> bool:
        return self._column(name, layout, what) in self._space_table(name).column_names

    def _column(self, name: str, layout: str, what: str) -> str:
        return f"{layout}_{what}" if name == self.config.map.model else what

    def _space_table(self, name: str) -> pa.Table:
        if name == self.config.map.model:
            return self.map_points
        return self._once(f"map-{name}", lambda: self.run.table(f"spaces/{name}.arrow"))

    def _of_map_items(self, name: str, column: str) -> np.ndarray:
        """(map_size,) float32: a column of the laid out items of a space, nan for the others."""
        table = self._space_table(name)
        found = np.full(self.map_size, np.nan, dtype=np.float32)
        found[table[ITEM].to_numpy()] = table[column].to_numpy()
        return found

    @property
    def cluster_map(self) -> pa.Table | None:
        """The most played items of each cluster, as `playrec_core.projection.tag_separation.cluster_map` describes
        them.
        """
        if "cluster-map/points.arrow" not in self.run.manifest.files:
            return None
        return self._once("cluster-map", lambda: self.run.table("cluster-map/points.arrow"))

    @property
    def tag_islands(self) -> list[TagIsland]:
        """How much each tag keeps to itself on the `cluster_map`, the most isolated first."""
        return self._once(
            "islands",
            lambda: [
                TagIsland(**island | {"isolation": Interval(**island["isolation"])})
                for island in self._islands["islands"]
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

    @property
    def metrics(self) -> pd.DataFrame:
        """``model, metric, mean, low, high, n`` over all questions."""
        own = self._once("metrics", lambda: self.run.table("report/metrics.arrow").to_pandas())
        return pd.concat([own, *(self._mix_report(name)[0] for name in self.mixes)], ignore_index=True)

    @property
    def sliced_metrics(self) -> pd.DataFrame:
        """The same by ``slice``: "kind: songs", "seed: 5–9", ..."""
        own = self._once("slices", lambda: self.run.table("report/slices.arrow").to_pandas())
        return pd.concat([own, *(self._mix_report(name)[1] for name in self.mixes)], ignore_index=True)

    def held_out_answers(self, name: str) -> dict[str, np.ndarray]:
        """A model's stored answers to the questions, as `playrec_core.evaluation.protocol.answer` describes them.

        A mix stores none: they are counted up from its members'.
        """

        def make() -> dict[str, np.ndarray]:
            if name in self.mixes:
                mix = self.mixes[name]
                return self.mixer([member for member, _ in mix.weights]).answers(dict(mix.weights), mix.depth)
            return self.run.arrays(f"answers-{name}/answers.safetensors")

        return self._once(f"answers-{name}", make)

    def held_out_values(self, name: str) -> dict[str, np.ndarray]:
        """Every metric of every question, by metric name."""

        def make() -> dict[str, np.ndarray]:
            if name in self.mixes:
                return protocol.measure(self.held_out_answers(name), self.held_out, self.dataset.interactions)
            return self.run.arrays(f"answers-{name}/values.safetensors")

        return self._once(f"values-{name}", make)

    def mixer(self, members: Collection[str]) -> WeightedVoter:
        """The stored answers of some of the `own_models`, laid out for voting."""
        cold_start = self._once(
            "cold-start",
            lambda: ColdStart(self.ranker, self.held_out.seeds, map(self.held_out_answers, self.own_models)),
        )
        stored = {name: self.held_out_answers(name) for name in members}
        catalogue = self._once("catalogue", lambda: Catalogue.from_interactions(self.dataset.interactions))
        return WeightedVoter(stored, self.held_out, self.ranker, catalogue, cold_start)

    def _mix_report(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """A mix's rows of `metrics` and `sliced_metrics`, as training would have reported them."""
        seed, resamples = self.config.seed, self.config.evaluation.resamples
        return self._once(
            f"report-{name}",
            lambda: report({name: self.held_out_values(name)}, self.held_out, seed=seed, resamples=resamples),
        )


@cache
def _in_language(own: Nouns, language: str) -> Nouns:
    """The nouns as ``language``, the one spoken now, has them; a page asks for them some twenty times."""
    return Nouns(tr(own.item), tr(own.items), tr(own.playlist), tr(own.playlists))
