"""RP3beta: a three-step random walk on the playlist-song graph with a popularity penalty.

Paudel, Christoffel, Newell & Bernstein, "Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive
Applications", ACM TiiS 7(1), 2017: P3alpha raises the transition probabilities to a power, RP3beta divides by the
popularity of the final song. The first step, from the playlist to one of its songs, is given by the seed.
"""

import numpy as np

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.common.item_weights import ItemWeights, most_similar
from playrec_core.numerics.sparse import with_data
from playrec_core.schema import Progress


class Rp3BetaConfig(Frozen):
    """Hyperparameters.

    Args:
        neighbours: final songs stored per song, the most probable ones.
        alpha: power of the transition probabilities; 1 is the plain walk.
        beta: power of the popularity penalty; 0 is P3alpha.
    """

    neighbours: Positive
    alpha: NonNegative
    beta: NonNegative


class Rp3Beta(ItemWeights):
    """weight(j, i) = sum over playlists v with both of (1 / |j|)^alpha (1 / |v|)^alpha, divided by |i|^beta.

    |j| and |i| are numbers of playlists that contain a song, |v| the number of songs of a playlist.
    """

    kind = "rp3beta"
    title = mark("RP3beta")
    family = "linear"
    card = ModelCard(
        summary=mark(
            "A random walk on the graph of playlists and songs: from a seed song to a playlist that contains it, and "
            "on to a song there. The probability of ending at a popular song is reduced."
        ),
        equation=(
            r"s_i = \sum_{j \in S} w_j \frac{1}{n_i^{\beta}} \sum_{v \ni i, j} \left( \frac{1}{n_j\, |v|} "
            r"\right)^{\alpha}"
        ),
        symbols=mark(
            r"$n_j$: playlists that contain song $j$; $|v|$: songs of playlist $v$; $w_j$: the weight of a seed song; "
            r"$\alpha$, $\beta$: settings."
        ),
        references=(
            Reference(
                "Paudel, Christoffel, Newell & Bernstein, “Updatable, Accurate, Diverse, and Scalable "
                "Recommendations for Interactive Applications”, ACM TiiS 2017",
                "https://doi.org/10.1145/2955101",
            ),
        ),
        page="linear",
    )
    Config = Rp3BetaConfig
    config: Rp3BetaConfig

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        alpha, beta = self.config.alpha, self.config.beta
        playlists = binary(dataset.interactions)
        popularity = np.maximum(dataset.item_counts, 1).astype(np.float64)
        lengths = np.diff(playlists.indptr)
        probabilities = (1 / np.repeat(lengths, lengths).astype(np.float64)) ** alpha
        self.weights = most_similar(
            playlists.T.tocsr(),
            with_data(playlists, probabilities),
            self.config.neighbours,
            lambda walk, rows, columns: (
                walk * (popularity[rows] ** -alpha * popularity[columns] ** -beta).astype(np.float32)
            ),
            progress,
        )
