"""Collaborative autoencoder: reconstructs a playlist's songs through a bottleneck and scores every song.

Follows the collaborative autoencoder of the Melon playlist-continuation systems (docs/sources/melon-systems.md):
277,218 > 1,024 > 277,218 with SELU, dropout 0.8 and the loss MSE(sum) + 50 * MSE(mean). Alone it predicts songs well
and tags poorly. All of these settings are configurable. A multinomial likelihood does better on the same data: the
songs of a playlist share one unit of probability and compete, as in a ranked list, and the few ones are not
outweighed by hundreds of thousands of zeros (Liang et al., "Variational Autoencoders for Collaborative Filtering",
WWW 2018).

The source does not say where its dropout of 0.8 applies. The paper it follows applies it to the code, ``code_dropout``
(Kuchaiev & Ginsburg, "Training Deep AutoEncoders for Collaborative Filtering", arXiv:1708.01715). ``input_dropout``
makes a denoising autoencoder.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.neural import playlists, scoring
from playrec_core.models.neural.network import EMBEDDING, OUTPUT
from playrec_core.models.neural.recommender import NetworkRecommender
from playrec_core.models.neural.settings import NeuralConfig
from playrec_core.models.neural.training import Divergence
from playrec_core.schema import Progress, Seed


class CollaborativeAutoencoderConfig(NeuralConfig):
    """Hyperparameters of `NeuralConfig`, and:

    Args:
        min_playlists: songs in fewer training playlists than this are inputs but are never recommended.
    """

    min_playlists: Positive


class CollaborativeAutoencoder(NetworkRecommender):
    """score(i) = output i of the network for the seed's songs; rare songs cannot be scored."""

    kind = "collaborative-autoencoder"
    title = mark("Collaborative autoencoder")
    family = "autoencoder"
    shares_batches = True
    reads = frozenset({"songs"})
    Config = CollaborativeAutoencoderConfig
    config: CollaborativeAutoencoderConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name, float32; see `neural.network`. Inputs are the songs that occur in a training
    playlist, outputs the most popular of them; both are in the order of item_idx."""
    n_items: int
    history: Sequence[float] = ()
    """After `fit`: nDCG on the held-out playlists after each epoch."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items = dataset.n_items
        n_inputs = int((dataset.item_counts > 0).sum())
        n_outputs = max(1, int((dataset.item_counts >= self.config.min_playlists).sum()))
        self.arrays, self.history = playlists.train(
            self.config,
            self._network_input(csr_array(dataset.interactions[:, :n_inputs])),
            n_outputs,
            n_ranked=n_inputs,
            rng=rng,
            device=device,
            progress=progress,
            divergence=self._divergence(),
            confidence=self._confidence(dataset),
            checkpoint=self.checkpoint,
        )

    def _network_input(self, songs: csr_array) -> csr_array:
        """(n_rows, n_inputs) CSR: the network's inputs for rows of song confidences; here unchanged."""
        return songs

    def _divergence(self) -> Divergence | None:
        return None

    def _confidence(self, dataset: Dataset) -> csr_array | None:
        """(n_playlists, n_items) CSR float32: the weight of each interaction in the loss; None weights all equally."""
        return None

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        known = csr_array(seed_matrix(seeds, self.n_items)[:, : len(self.arrays[EMBEDDING])])
        rows = np.flatnonzero(np.diff(known.indptr))
        outputs = scoring.outputs(self.config, self.arrays, self._network_input(csr_array(known[rows])))
        scores[rows, : outputs.shape[1]] = outputs
        return scores

    def _known_embeddings(self) -> np.ndarray:
        """The output layer's weights."""
        return self.arrays[EMBEDDING] if self.config.tied else self.arrays[OUTPUT]
