"""An opened run: models, data, metrics and what is computed from them, for pages and commands.

Everything is opened, verified and memory-mapped when it is first used, and then shared by all sessions of the process.
"""

import os
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, cached_property, partial, reduce
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from playrec_core.config import TrainConfig
from playrec_core.data import serialization
from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.evaluation import protocol
from playrec_core.evaluation.metrics.base import Catalogue
from playrec_core.evaluation.report import report
from playrec_core.explain.attribution import explain
from playrec_core.i18n import current, tr
from playrec_core.models import registry
from playrec_core.models.base import Family, Recommender
from playrec_core.models.explanation import Explanation
from playrec_core.models.score_cache import ScoreCache
from playrec_core.models.trace import Trace
from playrec_core.projection.layout import Label, distinguishing, item_labels
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import HeldOutPlaylist, Nouns, Query, Ranked, Seed
from playrec_core.similarity.neighbour_space import NeighbourSpace, Similarity
from playrec_core.similarity.qdrant import QdrantSpace, connect
from playrec_core.store.run import Run
from playrec_core.text_index.catalogue_search import SearchIndex
from playrec_core.voting import saved
from playrec_core.voting.saved import SavedVote
from playrec_core.voting.weighted_vote import ColdStart, WeightedVoter

from .result_cache import Once, ResultCache
from .run_maps import RunMaps

_NAMING_TAGS = 1000
_LARGE = 100_000
"""Items from which scoring takes longer than handing a model to a thread."""
_MOST_RECOMMENDATIONS = 4096
_SCORE_CACHE_BYTES = 64 * 2**20
"""Bytes of scores: fifty pages of forty models on a demo, one on the largest catalogue."""


class LoadedRun:
    """One run and its parts. Safe to share between threads.

    Args:
        run: an opened run.
        mixes: saved votes of its models, listed after the models of the run.
        mix_problems: a line for each saved vote that could not be read.
    """

    def __init__(self, run: Run, mixes: Sequence[SavedVote] = (), mix_problems: Sequence[str] = ()):
        self.run = run
        self.mixes = {mix.name: mix for mix in mixes}
        self.mix_problems = tuple(mix_problems)
        trained = TrainConfig.model_validate(run.manifest.config)
        self.own_models = tuple(trained.models)
        """The trained models, in the order of the configuration."""
        tables = trained.models | {mix.name: mix.table for mix in mixes}
        self.config = trained.model_copy(update={"models": tables})
        self._once = Once()
        self._elsewhere: dict[str, QdrantSpace] = {}
        self.results = ResultCache()
        """What is computed from this run and may be computed again; it goes with the run."""

    @classmethod
    def open(cls, artifacts: Path, run_id: str | None = None) -> "LoadedRun":
        """The current run, or a named one, with what is saved beside it.

        Raises:
            RunError, DamagedRunError: as `Run.open`.
        """
        return cls(Run.open(artifacts, run_id)).refreshed(artifacts)

    def refreshed(self, artifacts: Path) -> "LoadedRun":
        """The same run with the votes that are saved for it now; opened parts are shared."""
        found, problems = saved.load(artifacts, self.id, self.own_models, self.config.ranking.depth)
        fresh = LoadedRun(self.run, found, problems)
        fresh._once, fresh._elsewhere = self._once, self._elsewhere
        return fresh

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def _data(self) -> tuple[Dataset, HeldOut]:
        return self._once("data", lambda: serialization.load(self.run))

    @property
    def dataset(self) -> Dataset:
        """The training part."""
        return self._data[0]

    @property
    def held_out(self) -> HeldOut:
        """The held-out playlists."""
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
        """The models of the run in the order of the configuration, then the saved votes."""
        return tuple(self.config.models)

    @property
    def first_shown(self) -> tuple[str, ...]:
        """The models shown by default."""
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
            model.score_cache = self._once("score_cache", lambda: ScoreCache(_SCORE_CACHE_BYTES))
            return model

        return self._once(f"model-{name}", make)

    def model_title(self, name: str) -> str:
        """Name of a model on screen; two of one kind have their names in the configuration appended.

        A person may have named it: escape it.
        """
        if name in self.mixes:
            return tr("{title} (saved vote)", title=self.mixes[name].title)
        kind = self._kind(name)
        return tr(kind.title) if self._of_kind[kind] == 1 else f"{tr(kind.title)} ({name})"

    @cached_property
    def _of_kind(self) -> Counter[type[Recommender]]:
        return Counter(map(self._kind, self.own_models))

    def recommend_one(
        self, name: str, seed: Seed, *, k: int | None = None, n_tags: int | None = None, banned: Collection[int] = ()
    ) -> Ranked:
        """The recommendations of one model for one seed, not cached; lengths default to the configuration's."""
        return self.ranker.rank(self.model(name), [seed], k=k, n_tags=n_tags, banned=banned)[0]

    def query(self, seed: Seed, excluded: Sequence[int] = (), held_out: str = "") -> Query:
        """What to ask the models.

        Args:
            seed: what is visible.
            excluded: item_idx of items that must not be recommended.
            held_out: outside id of the held-out playlist that the seed came from; "" or an unknown id for none.
        """
        query = Query(seed, tuple(excluded), self.held_out_by_id(held_out))
        if query.held_out is None:
            return query
        # An address has neither confidence weights nor a date; the held-out playlist has.
        known = query.held_out.seed
        return replace(query, seed=known if query.unchanged else replace(seed, updated=known.updated))

    def closed(self, query: Query) -> tuple[int, ...]:
        """All item_idx that cannot be recommended for a query, besides the songs of its seed."""
        return (*query.excluded, *self.ranker.later_releases(query.seed).tolist())

    def held_out_playlist(self, row: int) -> HeldOutPlaylist:
        """The held-out playlist in a row of `held_out`."""
        table = self.held_out.table
        hidden = frozenset(table[HeldOut.HIDDEN_SONGS][row].as_py())
        return HeldOutPlaylist(row, table[HeldOut.ID][row].as_py(), self.held_out.seeds[row], hidden)

    def held_out_by_id(self, name: str) -> HeldOutPlaylist | None:
        """The held-out playlist with an outside id; None if there is none."""
        row = self._held_out_rows.get(name)
        return None if row is None else self.held_out_playlist(row)

    @property
    def _held_out_rows(self) -> dict[str, int]:
        ids = self.held_out.table[HeldOut.ID]
        return self._once("held-out-rows", lambda: {name: row for row, name in enumerate(ids.to_pylist())})

    def recommend(self, query: Query, models: Sequence[str], *, k: int, n_tags: int = 0) -> dict[str, Ranked]:
        """The recommendations of several models, in the order of ``models``. They are cached and shared: do not change
        them. In a large catalogue models are asked in parallel, since they spend their time outside Python; in a small
        one threads would only wait for each other.

        Args:
            query: seed and excluded items.
            models: names in the configuration.
            k: recommended items of each.
            n_tags: recommended tags of each.
        """

        def one(name: str) -> Ranked:
            key = (name, query.seed, query.excluded, k, n_tags)
            make = partial(self.recommend_one, name, query.seed, k=k, n_tags=n_tags, banned=query.excluded)
            return self.results.get("recommend", key, make, _MOST_RECOMMENDATIONS)

        if self.dataset.n_items < _LARGE:
            return {name: one(name) for name in models}
        return dict(zip(models, _pool().map(one, models), strict=True))

    def explain(self, name: str, seed: Seed, item: int) -> Explanation:
        """Why a model gives an item its score."""
        return explain(self.model(name), seed, item)

    def trace(self, name: str, seed: Seed) -> Trace | None:
        """The steps from seed to scores; None for a model without a trace."""
        return self.model(name).trace(seed, self.nouns)

    def model_clusters(self, name: str) -> list[list[Label]]:
        """Distinctive labels of each cluster of a model, strongest first; [] for models without clusters.

        Counted over the items that a training playlist holds, with genres and the most frequent tags.
        """

        def make() -> list[list[Label]]:
            clusters = self.model(name).item_clusters()
            if clusters is None:
                return []
            labels, names = item_labels(self.dataset, self.ranker.item_tags)
            in_training, n_tags = np.flatnonzero(self.dataset.item_counts > 0), len(self.dataset.tags)
            # Clusters x labels is dense: rare tags, which name nothing, would make it gigabytes at Melon's size.
            kept = np.r_[: min(n_tags, _NAMING_TAGS), n_tags : len(names)]
            some = csr_array(labels[in_training][:, kept])
            return distinguishing(clusters[in_training], some, [names[one] for one in kept], int(clusters.max()) + 1)

        return self._once(f"clusters-{name}", make)

    def spaces(self) -> tuple[str, ...]:
        """The models with item similarities. No model is opened to find out."""
        return tuple(name for name in self.model_names if self._kind(name).has_neighbours())

    def vector_spaces(self) -> tuple[str, ...]:
        """Those of `spaces` that have vectors."""
        return tuple(name for name in self.model_names if self._kind(name).has_embeddings())

    def _kind(self, name: str) -> type[Recommender]:
        return registry.kind_of(name, self.config.models[name])

    def space(self, name: str) -> NeighbourSpace:
        """One model's neighbour space."""
        return self._once(f"space-{name}", lambda: NeighbourSpace(self.model(name)))

    def search_on(self, qdrant: str) -> None:
        """Search neighbours by vectors on a Qdrant server, which already has them.

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
        """The items most similar to one item: item_idx and similarity, best first."""
        return self._elsewhere.get(name, self.space(name)).search(item, k, similarity)

    def playlists_with(self, items: Sequence[int]) -> np.ndarray:
        """Training playlists (row numbers) containing all of the items."""
        columns = self._once("by_item", lambda: self.dataset.interactions.tocsc())
        rows = [columns.indices[columns.indptr[item] : columns.indptr[item + 1]] for item in items]
        return reduce(partial(np.intersect1d, assume_unique=True), rows) if rows else np.empty(0, np.int32)

    @cached_property
    def maps(self) -> RunMaps:
        """The maps of this run."""
        return RunMaps(self.run, self.config.map.model, self.model_names, self._once)

    @property
    def metrics(self) -> pd.DataFrame:
        """``model, metric, mean, low, high, n`` over all held-out playlists."""
        own = self._once("metrics", lambda: self.run.table("report/metrics.arrow").to_pandas())
        return pd.concat([own, *(self._mix_report(name)[0] for name in self.mixes)], ignore_index=True)

    @property
    def sliced_metrics(self) -> pd.DataFrame:
        """The same by ``slice``: "kind: songs", "seed: 5–9", ..."""
        own = self._once("slices", lambda: self.run.table("report/slices.arrow").to_pandas())
        return pd.concat([own, *(self._mix_report(name)[1] for name in self.mixes)], ignore_index=True)

    def held_out_answers(self, name: str) -> dict[str, np.ndarray]:
        """A model's stored recommendations for the held-out playlists, as `playrec_core.evaluation.protocol.answer`
        describes them.

        A saved vote stores none: they are computed from its members.
        """

        def make() -> dict[str, np.ndarray]:
            if name in self.mixes:
                mix = self.mixes[name]
                return self.mixer([member for member, _ in mix.weights]).answers(dict(mix.weights), mix.depth)
            return self.run.arrays(f"answers-{name}/answers.safetensors")

        return self._once(f"answers-{name}", make)

    def held_out_values(self, name: str) -> dict[str, np.ndarray]:
        """(n_playlists,) each: every metric of every held-out playlist, by name."""

        def make() -> dict[str, np.ndarray]:
            if name in self.mixes:
                return protocol.measure(self.held_out_answers(name), self.held_out, self.dataset.interactions)
            return self.run.arrays(f"answers-{name}/values.safetensors")

        return self._once(f"values-{name}", make)

    def mixer(self, members: Collection[str]) -> WeightedVoter:
        """The stored recommendations of some of the `own_models`, laid out for voting."""
        cold_start = self._once(
            "cold-start",
            lambda: ColdStart(self.ranker, self.held_out.seeds, map(self.held_out_answers, self.own_models)),
        )
        stored = {name: self.held_out_answers(name) for name in members}
        catalogue = self._once("catalogue", lambda: Catalogue.from_interactions(self.dataset.interactions))
        return WeightedVoter(stored, self.held_out, self.ranker, catalogue, cold_start)

    def _mix_report(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Rows of `metrics` and `sliced_metrics` of a saved vote."""
        seed, resamples = self.config.seed, self.config.evaluation.resamples
        return self._once(
            f"report-{name}",
            lambda: report({name: self.held_out_values(name)}, self.held_out, seed=seed, resamples=resamples),
        )


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "recommend")


@cache
def _in_language(own: Nouns, language: str) -> Nouns:
    """The nouns in a language; cached, since a page needs them some twenty times."""
    return Nouns(tr(own.item), tr(own.items), tr(own.playlist), tr(own.playlists))
