"""BPR-MF: matrix factorisation that learns to put a playlist's songs before others (row R6).

Rendle, Freudenthaler, Gantner & Schmidt-Thieme, "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009:
for a playlist u, a song i of it and a song j that is not in it, ln sigma(x_ui - x_uj) is raised. Written here because
`implicit`'s threads race for the vectors, so that the same seed does not give the same model, and because its BPR does
not look at the values of the links, the document's confidences among them.

Confidence enters as the document means it, as the weight of a link's part in the loss. Links are drawn in proportion to
it instead of multiplying their gradients: the expectation is the same, and no step becomes a leap where weights span
many orders (e^(year - 1980)).

**Unseen seeds.** BPR gives vectors to the playlists it was trained on alone. A seed gets the mean of its songs'
vectors, weighed by confidence: where its own ascent points first, from zero, but for what all seeds share. No random
step is taken, and each song's part in a score is its own: the explanation is exact. For this there are no item biases,
whose scale against such a vector would not be known; popularity is a direction of the vectors instead. Least squares as
in ALS were tried and answered worse.
"""

from collections.abc import Mapping
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.errors import MissingDataError
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.common.confidence import Confidence, ConfidenceConfig, lacking
from playrec_core.models.common.fold_in import FoldInFactorisation
from playrec_core.schema import Progress, Seed

_DEVIATION = 0.1
"""Of the numbers in the first vectors."""


class BprMfConfig(Frozen):
    """Hyperparameters.

    Args:
        factors: length of the vectors.
        learning_rate: of AdaGrad (Duchi et al., JMLR 2011), which needs no schedule.
        regularization: L2 penalty on the vectors a step touches.
        epochs: so many times the number of links are drawn.
        batch: links drawn at once.
        confidence: the rules that weigh each link.
    """

    factors: Positive
    learning_rate: NonNegative
    regularization: NonNegative
    epochs: Positive
    batch: Positive
    confidence: ConfidenceConfig


class BprMf(FoldInFactorisation):
    """score(i) = x . h_i, where x is the mean of the seed's songs' vectors, weighed by confidence."""

    kind = "bpr-mf"
    title = mark("BPR-MF")
    reads = frozenset({"songs", "genres"})
    Config = BprMfConfig
    config: BprMfConfig
    confidence: Confidence

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.confidence.rules)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        if problem := self.missing(dataset):
            raise MissingDataError(problem)
        config = self.config
        self.confidence, weights = Confidence.learn(config.confidence, dataset)
        self.item_factors = _train(config, dataset.interactions, weights, rng, progress)
        # What was never in a playlist was only ever the worse of a pair, and its vector says nothing else.
        self.item_factors[dataset.item_counts == 0] = 0

    def system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        vectors = self.item_factors[np.asarray(seed.songs, dtype=np.int64)].astype(np.float64)
        confidence = (seed.song_weights * self.confidence.of(seed)).astype(np.float64)
        return vectors, confidence / confidence.sum(), np.eye(self.config.factors)

    def state(self) -> State:
        return {"item_factors": self.item_factors} | self.confidence.state()

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.item_factors = state["item_factors"]
        model.confidence = Confidence.from_state(model.config.confidence, state)
        return model


class _AdaGrad:
    """A table of vectors, some rows of which take a step."""

    def __init__(self, table: np.ndarray, learning_rate: float):
        self.table, self.learning_rate = table, np.float32(learning_rate)
        self.squares = np.full_like(table, 1e-8)

    def ascend(self, rows: np.ndarray, gradients: np.ndarray) -> None:
        """Step along the gradients, (n, width); those of the same row are added up first."""
        unique, place = np.unique(rows, return_inverse=True)
        ones = np.ones(len(rows), dtype=np.float32)
        total = csr_array((ones, (place, np.arange(len(rows)))), shape=(len(unique), len(rows))) @ gradients
        self.squares[unique] += total**2
        self.table[unique] += self.learning_rate * total / np.sqrt(self.squares[unique])


def _train(
    config: BprMfConfig, links: csr_array, weights: np.ndarray, rng: np.random.Generator, progress: Progress
) -> np.ndarray:
    """(n_items, factors) float32: the songs' vectors.

    Args:
        config: the hyperparameters.
        links: (n_playlists, n_items), indices sorted.
        weights: (nnz,) how often each link is drawn, in proportion.
        rng: the only source of randomness.
        progress: told the finished fraction.
    """
    n_playlists, n_items = links.shape
    scale = np.float32(_DEVIATION)
    playlists = _AdaGrad(
        rng.standard_normal((n_playlists, config.factors), dtype=np.float32) * scale, config.learning_rate
    )
    items = _AdaGrad(rng.standard_normal((n_items, config.factors), dtype=np.float32) * scale, config.learning_rate)
    rows = np.repeat(np.arange(n_playlists), np.diff(links.indptr))
    keys = rows * n_items + links.indices  # rising, since indices are sorted
    cumulated = np.cumsum(weights, dtype=np.float64)
    batches = -(-links.nnz * config.epochs // config.batch)
    for batch in range(batches):
        drawn = np.searchsorted(cumulated, rng.random(config.batch) * cumulated[-1], side="right")
        others = rng.integers(n_items, size=config.batch)
        # A song of the playlist is no counterexample: such pairs are dropped.
        wanted = rows[drawn] * n_items + others
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        drawn, others = drawn[keys[found] != wanted], others[keys[found] != wanted]
        _step(config, playlists, items, rows[drawn], links.indices[drawn], others)
        progress((batch + 1) / batches)
    return items.table


def _step(
    config: BprMfConfig,
    playlists: _AdaGrad,
    items: _AdaGrad,
    rows: np.ndarray,
    liked: np.ndarray,
    others: np.ndarray,
) -> None:
    """One ascent of sum ln sigma(x_ui - x_uj) - regularization (|w_u|^2 + |h_i|^2 + |h_j|^2) / 2."""
    penalty = np.float32(config.regularization)
    w, better, worse = playlists.table[rows], items.table[liked], items.table[others]  # (b, factors) each
    apart = better - worse
    margin = np.einsum("bf,bf->b", w, apart)[:, None]
    wrong = 1 / (1 + np.exp(np.minimum(margin, 80)))  # (b, 1): sigma(-margin)
    pull = wrong * w
    playlists.ascend(rows, wrong * apart - penalty * w)
    items.ascend(np.concatenate([liked, others]), np.concatenate([pull - penalty * better, -pull - penalty * worse]))
