"""The interface of all recommenders.

Models only score. Masking, sorting, truncation and fallbacks are done once for all of them, in
`playrec_core.ranking.ranker`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, get_type_hints

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.numerics.sparse import pack, unpack
from playrec_core.schema import Nouns, Progress, Seed

from .card import ModelCard
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
"""The score of an item for which a model has no prediction."""


class Recommender(ABC):
    """A playlist-continuation model.

    A subclass is one file in ``playrec_core/models``. It has a `kind` and a `title`, cites its source in its docstring
    and declares its hyperparameters as a `Frozen` class without defaults, `Config`.

    ``config`` and ``state()`` restore a fitted model exactly; nothing else is stored. By default the state is the
    attributes in `fitted`.
    """

    kind: ClassVar[str]
    """Identifier in configuration files: letters, digits and hyphens."""
    title: ClassVar[str]
    """Display name."""
    family: ClassVar[Family]
    """The group in which it is listed. "features": factorisation machines and networks over side features; "content":
    item content instead of interactions; "sequence": order or time; "combination": ensembles of other models."""
    reads: ClassVar[frozenset[Signal]]
    """The parts of a seed (and, for "genres" and "audio", of the catalogue) that its scores depend on."""
    answers: ClassVar[frozenset[Signal]] = frozenset({"songs"})
    """What it scores: "songs", and "tags" if it implements `score_tags`."""
    shares_batches: ClassVar[bool] = False
    """Whether `fit` supports synchronous data parallelism over several processes
    (`playrec_core.training.engines.torchrun`)."""
    card: ClassVar[ModelCard | None] = None
    """Its entry in the model catalogue; None for a model without one. Every kind that comes with playrec has one."""
    Config: ClassVar[type[Frozen]]
    fitted: ClassVar[tuple[str, ...]] = ()
    """Names of the attributes that `fit` sets, each annotated as an array, a `csr_array`, an int, or a class with
    ``state()`` and ``from_state(state)`` of its own."""

    checkpoint: Path | None = None
    """Folder in which a long `fit` may save its progress in order to resume after an interruption; None disables it."""
    score_cache: ScoreCache | None = None
    """Used by `cached_scores`; None while training, when no seed is scored twice."""
    members: Mapping[str, "Recommender"] = MappingProxyType({})
    """The ensemble's members by name: the models listed by `parts`. Set by `attach`."""

    def __init__(self, config: Frozen):
        self.config = config

    def parts(self) -> tuple[str, ...]:
        """Names, in the configuration, of an ensemble's members; empty for other models."""
        return ()

    def attach(self, members: Mapping[str, "Recommender"]) -> None:
        """Set the models listed by `parts`. They are fitted before this model and loaded before it scores.

        Raises:
            ConfigError: a member is of an unsupported kind.
        """
        self.members = members

    def missing(self, dataset: Dataset) -> str | None:
        """Return a message about data that this model needs and the data set lacks; None if it can be fitted.

        Training skips such a model and prints the message; `fit` raises `MissingDataError`.
        """
        return next((message for member in self.members.values() if (message := member.missing(dataset))), None)

    @abstractmethod
    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        """Fit the model to a training data set.

        Args:
            dataset: the training data, items and tags in popularity order.
            rng: the only source of randomness; the same generator state gives the same bytes.
            device: "cpu" or "cuda", for models that support it.
            progress: called with the finished fraction.

        Raises:
            MissingDataError: the data set lacks what the model needs; see `missing`.
        """

    @abstractmethod
    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        """Return (n_seeds, n_items) float32 scores, higher is better; `CANNOT_SAY` for items without a prediction.

        Rows are independent: a batch gives the same scores as its seeds one by one. The scores of the seed's own songs
        are ignored.
        """

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray | None:
        """Return (n_seeds, n_tags) float32 scores as in `score`; None if the model does not score tags. An ensemble
        that may score them has those of its first member that scores them by the seed.
        """
        members = self.members.values() if "tags" in self.answers else ()
        scoring = next((member for member in members if "tags" in member.answers and member.reads), None)
        return None if scoring is None else scoring.cached_scores(seeds)[1]

    def score_both(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray | None]:
        """Return `score` and `score_tags`; overridden by models in which both share most of the computation."""
        return self.score(seeds), self.score_tags(seeds)

    def cached_scores(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray | None]:
        """`score_both` through `score_cache`. The ranker and ensembles call this; the arrays must not be modified."""
        if self.score_cache is None:
            return self.score_both(seeds)
        return self.score_cache.get_or_compute(self, seeds, self.score_both)

    def state(self) -> State:
        """Return the fitted arrays by name."""
        state: State = {}
        for name in self.fitted:
            state |= _stored(name, getattr(self, name))
        return state

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        """Restore a fitted model from its configuration and `state`; arrays may be read-only memory maps."""
        model, types = cls(config), get_type_hints(cls)
        for name in cls.fitted:
            setattr(model, name, _restored(name, types[name], state))
        return model

    def item_embeddings(self) -> np.ndarray | None:
        """Return (n_items, n_factors) float32 item embeddings; None for models without. A class that overrides this
        must always return them (`has_embeddings`); the same holds for `similar_items`.
        """
        return None

    @classmethod
    def has_embeddings(cls) -> bool:
        """Whether models of this kind have `item_embeddings`; needs no fitted model."""
        return cls.item_embeddings is not Recommender.item_embeddings

    @classmethod
    def has_neighbours(cls) -> bool:
        """Whether models of this kind define similar items, by embeddings or by `similar_items`."""
        return cls.has_embeddings() or cls.similar_items is not Recommender.similar_items

    def item_clusters(self) -> np.ndarray | None:
        """Return the cluster of each item, (n_items,) int32; None for models without clusters."""
        return None

    def similar_items(self, item: int) -> tuple[np.ndarray, np.ndarray] | None:
        """Return item_idx and weights, best first, for models with item-to-item weights instead of embeddings."""
        return None

    def linear_weights(self) -> np.ndarray | csr_array | None:
        """Return the (n, n) weights W of a linear model, score = seed @ W over the first n items: row = seed song,
        column = recommended item. None for other models.

        Counterfactuals are exact for linear models (`playrec_core.explain.counterfactuals`).
        """
        return None

    def explain(self, seed: Seed, item: int) -> Explanation | None:
        """Return the exact explanation of ``item``'s score for ``seed``; None if the model has no exact explanation."""
        return None

    def trace(self, seed: Seed, nouns: Nouns) -> Trace | None:
        """Return the steps from ``seed`` to the scores; None for models without steps to show, and for seeds that such
        a model cannot score.

        Args:
            seed: as in `score`.
            nouns: the nouns for items and playlists in the texts.
        """
        return None


def _stored(name: str, value: Any) -> State:
    match value:
        case np.ndarray():
            return {name: value}
        case csr_array():
            return pack(name, value)
        case int():
            return {name: np.array([value])}
    return value.state()


def _restored(name: str, kind: Any, state: Mapping[str, np.ndarray]) -> Any:
    if kind is csr_array:
        return unpack(name, state)
    if kind is int:
        return int(state[name][0])
    return state[name] if kind is np.ndarray else kind.from_state(state)
