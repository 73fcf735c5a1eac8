"""The contract every recommender keeps.

Models score; they never mask, sort, cut or fall back: `playrec_core.ranking.ranker` does that, once, for all of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Literal, Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.schema import Nouns, Progress, Seed

from .explanation import Explanation
from .score_cache import ScoreCache
from .trace import Trace

Signal = Literal["songs", "tags", "title", "genres", "audio", "order", "time"]
Family = Literal[
    "baseline",
    "neighbours",
    "linear",
    "factorisation",
    "autoencoder",
    "features",
    "content",
    "sequence",
    "combination",
]
State = dict[str, np.ndarray]
CANNOT_SAY = -np.inf


class Recommender(ABC):
    """A playlist-continuation model.

    A subclass is one file in ``playrec_core/models``. It names itself (`kind`, `title`), says in its docstring
    where it comes from, and gives its hyperparameters as a `Frozen` class without defaults, `Config`.

    ``config`` and ``state()`` rebuild a fitted model exactly; nothing else is stored.
    """

    kind: ClassVar[str]
    """Its key in configuration files: letters, digits and hyphens."""
    title: ClassVar[str]
    """Its name on screen."""
    family: ClassVar[Family]
    """With which others it is listed. "features": networks and factorisation machines over side features; "content":
    what a song is, not who plays it; "sequence": order or time; "combination": made of other models' answers."""
    reads: ClassVar[frozenset[Signal]]
    """What of a seed (and of the catalogue, for "genres" and "audio") its scores depend on."""
    answers: ClassVar[frozenset[Signal]] = frozenset({"songs"})
    """"songs", and "tags" where it scores tags itself (`score_tags`)."""
    shares_batches: ClassVar[bool] = False
    """Whether `fit` may run in several processes at once that share every batch
    (`playrec_core.training.engines.torchrun`)."""
    Config: ClassVar[type[Frozen]]

    checkpoint: Path | None = None
    """A folder where a long `fit` may leave what it has done, to be found again after a kill; None for nowhere."""
    score_cache: ScoreCache | None = None
    """Used by `cached_scores`; None while training, when no seed is scored twice."""
    members: Mapping[str, "Recommender"] = MappingProxyType({})
    """The models that `parts` names, by name; see `attach`."""

    def __init__(self, config: Frozen):
        self.config = config

    def parts(self) -> tuple[str, ...]:
        """Names, in the configuration, of the models whose answers this one is made of; empty for most models."""
        return ()

    def attach(self, members: Mapping[str, "Recommender"]) -> None:
        """Give the models that `parts` names: they are fitted before this one is, and opened before it is asked.

        Raises:
            ConfigError: one of them is of a kind that cannot serve here.
        """
        self.members = members

    def missing(self, dataset: Dataset) -> str | None:
        """What this model needs and the data set lacks, in words for a person; None when it can be fitted.

        Training leaves such a model out with these words instead of failing; `fit` raises `MissingDataError`.
        """
        return next((words for member in self.members.values() if (words := member.missing(dataset))), None)

    @abstractmethod
    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        """Learn from a training data set.

        Args:
            dataset: the training part, items and tags in popularity order.
            rng: the only source of randomness; the same generator state gives the same bytes.
            device: "cpu" or "cuda", for the models that can use it.
            progress: called with the finished fraction.

        Raises:
            MissingDataError: the data set lacks what `missing` says.
        """

    @abstractmethod
    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """(n_seeds, n_items) float32, higher is better, `CANNOT_SAY` where the model has no opinion.

        The rows are independent: a batch equals its seeds one by one. The seed's own songs may have any score.
        """

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray | None:
        """(n_seeds, n_tags) float32 like `score`; None when the model does not answer tags itself."""
        return None

    def score_both(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray | None]:
        """`score` and `score_tags` of the same seeds, for models whose two answers share most of their work."""
        return self.score(seeds), self.score_tags(seeds)

    def cached_scores(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray | None]:
        """`score_both` through `score_cache`. The ranker and ensembles call this; the arrays must not be modified."""
        if self.score_cache is None:
            return self.score_both(seeds)
        return self.score_cache.get_or_compute(self, seeds, self.score_both)

    @abstractmethod
    def state(self) -> State:
        """The fitted arrays by name."""

    @classmethod
    @abstractmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        """A fitted model from its configuration and `state`; arrays may be read-only memory maps."""

    def item_embeddings(self) -> np.ndarray | None:
        """(n_items, n_factors) float32 vectors whose geometry means something; None for models without any. A kind
        that overrides this always has them (`has_embeddings`), and so for `similar_items`.
        """
        return None

    @classmethod
    def has_embeddings(cls) -> bool:
        """Whether models of this kind have `item_embeddings`: known before one is fitted or opened."""
        return cls.item_embeddings is not Recommender.item_embeddings

    @classmethod
    def has_neighbours(cls) -> bool:
        """Whether models of this kind know which items are alike, by vectors or by `similar_items`."""
        return cls.has_embeddings() or cls.similar_items is not Recommender.similar_items

    def item_clusters(self) -> np.ndarray | None:
        """(n_items,) int32 the cluster of each item; None for models that make no clusters."""
        return None

    def similar_items(self, item: int) -> tuple[np.ndarray, np.ndarray] | None:
        """For models that hold item-to-item weights instead of vectors: item_idx and weight, best first."""
        return None

    def linear_weights(self) -> np.ndarray | csr_array | None:
        """For models whose score is a sum over the seed's songs and nothing else, score = seed @ weights: the weights,
        (n, n), row = seed song, column = answer, over the first n items. None for all others.

        It is what makes counterfactuals exact (`playrec_core.explain.counterfactuals`).
        """
        return None

    def explain(self, seed: Seed, item: int) -> Explanation | None:
        """Why ``item`` has its score for ``seed``, exactly; None when the model has no exact explanation."""
        return None

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        """Return the steps from ``seed`` to the scores; None for models without steps to show, and for seeds that such
        a model cannot score.

        Args:
            seed: as in `score`.
            nouns: the nouns for items and playlists in the texts.
        """
        return None
