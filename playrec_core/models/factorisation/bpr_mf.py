"""BPR-MF: matrix factorisation with a pairwise ranking loss.

Rendle, Freudenthaler, Gantner & Schmidt-Thieme, "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009:
for a playlist u, a song i in it and a song j not in it, maximise ln sigma(x_ui - x_uj). Implemented here because
`implicit`'s BPR is not reproducible (its threads race) and ignores the values of interactions, such as confidences
(docs/sources/movie-rec-report.md).

Confidence weights an interaction's term of the loss. Interactions are sampled in proportion to it instead of scaling
their gradients: the expectation is the same, and steps stay bounded for weights that span many orders of magnitude,
such as e^(year - 1980).

**Unseen seeds.** BPR has vectors only for training playlists. A seed gets the confidence-weighted mean of its songs'
vectors: the direction of its first gradient step from zero, up to a term common to all seeds. This needs no randomness,
and explanations are exact. It requires a model without item biases, whose scale relative to such a vector would be
unknown; popularity is a direction of the vectors instead. Least squares as in ALS gave worse recommendations.
"""

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import NonNegative, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.common.confidence import Confidence, ConfidenceWeighted, ConfidenceWeightedConfig
from playrec_core.models.common.fold_in import FoldInFactorisation
from playrec_core.models.references import BPR, MOVIE_REC
from playrec_core.schema import Progress, Seed

_DEVIATION = 0.1
"""Standard deviation of the initial vectors' entries."""


class BprMfConfig(ConfidenceWeightedConfig):
    """Hyperparameters in addition to `ConfidenceWeightedConfig`.

    Args:
        factors: dimension of the embeddings.
        learning_rate: of AdaGrad (Duchi et al., JMLR 2011); needs no schedule.
        regularization: L2 penalty on the vectors of a step.
        epochs: samples drawn, in multiples of the number of interactions.
        batch: samples per step.
    """

    factors: Positive
    learning_rate: NonNegative
    regularization: NonNegative
    epochs: Positive
    batch: Positive


class BprMf(ConfidenceWeighted, FoldInFactorisation):
    """score(i) = x . h_i, where x is the confidence-weighted mean of the vectors of the seed's songs."""

    kind = "bpr-mf"
    title = mark("BPR-MF")
    card = ModelCard(
        summary=mark(
            "Learns vectors that rank the songs of a playlist above others, by comparing pairs of a song in it and "
            "one that is not. A seed gets the weighted mean of its songs' vectors."
        ),
        equation=(
            r"\max_{\Theta} \sum_{(u, i, j)} \ln \sigma(x_u \cdot y_i - x_u \cdot y_j) - \lambda \lVert \Theta "
            r"\rVert^2"
        ),
        symbols=mark(
            r"$i$: a song of playlist $u$, drawn in proportion to its confidence; $j$: a song that is not in it; "
            r"$x_u$, $y_i$: vectors, together $\Theta$; $\lambda$: `regularization`."
        ),
        references=(
            BPR,
            MOVIE_REC,
        ),
        page="confidence",
        published=(
            PublishedSettings(
                mark("Movie Rec report, best variant"), {"confidence.rules": ["popularity", "genre", "year"]}
            ),
        ),
    )
    Config = BprMfConfig
    config: BprMfConfig
    fitted = ("item_factors",)

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        config = self.config
        self.confidence, weights = Confidence.learn(config.confidence, dataset)
        self.item_factors = _train(config, dataset.interactions, weights, rng, progress)
        # Songs in no playlist only occurred as negatives; their vectors carry no other information.
        self.item_factors[dataset.item_counts == 0] = 0

    def system(self, seed: Seed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        vectors = self.item_factors[np.asarray(seed.songs, dtype=np.int64)].astype(np.float64)
        confidence = (seed.song_weights * self.confidence.of(seed)).astype(np.float64)
        return vectors, confidence / confidence.sum(), np.eye(self.config.factors)


class _AdaGrad:
    """A table of vectors with AdaGrad updates of selected rows."""

    def __init__(self, table: np.ndarray, learning_rate: float):
        self.table, self.learning_rate = table, np.float32(learning_rate)
        self.squares = np.full_like(table, 1e-8)

    def ascend(self, rows: np.ndarray, gradients: np.ndarray) -> None:
        """Ascend along the gradients, (n, width); gradients of the same row are summed first."""
        unique, inverse = np.unique(rows, return_inverse=True)
        ones = np.ones(len(rows), dtype=np.float32)
        total = csr_array((ones, (inverse, np.arange(len(rows)))), shape=(len(unique), len(rows))) @ gradients
        self.squares[unique] += total**2
        self.table[unique] += self.learning_rate * total / np.sqrt(self.squares[unique])


def _train(
    config: BprMfConfig, interactions: csr_array, weights: np.ndarray, rng: np.random.Generator, progress: Progress
) -> np.ndarray:
    """Return the songs' vectors, (n_items, factors) float32.

    Args:
        config: the hyperparameters.
        interactions: (n_playlists, n_items), indices sorted.
        weights: (nnz,) sampling weights.
        rng: the only source of randomness.
        progress: called with the finished fraction.
    """
    n_playlists, n_items = interactions.shape
    scale = np.float32(_DEVIATION)
    playlists = _AdaGrad(
        rng.standard_normal((n_playlists, config.factors), dtype=np.float32) * scale, config.learning_rate
    )
    items = _AdaGrad(rng.standard_normal((n_items, config.factors), dtype=np.float32) * scale, config.learning_rate)
    rows = np.repeat(np.arange(n_playlists), np.diff(interactions.indptr))
    keys = rows * n_items + interactions.indices  # ascending, since indices are sorted
    cumulated = np.cumsum(weights, dtype=np.float64)
    batches = -(-interactions.nnz * config.epochs // config.batch)
    for batch in range(batches):
        drawn = np.searchsorted(cumulated, rng.random(config.batch) * cumulated[-1], side="right")
        others = rng.integers(n_items, size=config.batch)
        # Pairs whose negative is in the playlist are dropped.
        wanted = rows[drawn] * n_items + others
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        drawn, others = drawn[keys[found] != wanted], others[keys[found] != wanted]
        _step(config, playlists, items, rows[drawn], interactions.indices[drawn], others)
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
    """One gradient step on sum ln sigma(x_ui - x_uj) - regularization (|w_u|^2 + |h_i|^2 + |h_j|^2) / 2."""
    penalty = np.float32(config.regularization)
    w, better, worse = playlists.table[rows], items.table[liked], items.table[others]  # (b, factors) each
    apart = better - worse
    margin = np.einsum("bf,bf->b", w, apart)[:, None]
    wrong = 1 / (1 + np.exp(np.minimum(margin, 80)))  # (b, 1): sigma(-margin)
    pull = wrong * w
    playlists.ascend(rows, wrong * apart - penalty * w)
    items.ascend(np.concatenate([liked, others]), np.concatenate([pull - penalty * better, -pull - penalty * worse]))
