"""Collaborative autoencoder (row M6): a playlist's songs in, every song's score out, through one narrow layer.

The document's model is 277,218 > 1,024 > 277,218 with SELU, dropout 0.8, and MSE(sum) + 50 * MSE(mean); alone it finds
the songs well, but not the tags. All of that can be configured. What does better on the same data is another loss: a
multinomial likelihood makes the songs of a playlist share one unit of probability, so they compete for places, as they
do in the answer, and the hundreds of thousands of zeros no longer drown the few ones (Liang et al., "Variational
Autoencoders for Collaborative Filtering", WWW 2018).

The document does not say where its dropout of 0.8 stands; the paper it follows (Kuchaiev & Ginsburg, arXiv 1708.01715)
puts it on the code: ``code_dropout``. ``input_dropout`` is the denoising autoencoder's.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.neural import playlists, scoring
from playrec_core.models.neural.network import EMBEDDING, OUTPUT
from playrec_core.models.neural.settings import NeuralConfig
from playrec_core.models.neural.training import Divergence
from playrec_core.schema import Progress, Seed


class CollaborativeAutoencoderConfig(NeuralConfig):
    """Hyperparameters of the trunk, and:

    Args:
        min_playlists: songs in fewer training playlists than this are read but never answered.
    """

    min_playlists: Positive


class CollaborativeAutoencoder(Recommender):
    """score(i) = output i of the network for the seed's songs; rare songs cannot be scored."""

    kind = "collaborative-autoencoder"
    title = mark("Collaborative autoencoder")
    family = "autoencoder"
    shares_batches = True
    reads = frozenset({"songs"})
    Config = CollaborativeAutoencoderConfig
    config: CollaborativeAutoencoderConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name; see `neural.network`. Inputs are the songs of any training playlist, the most
    popular first, outputs the first so many of them."""
    n_items: int
    history: Sequence[float] = ()
    """After `fit`: nDCG on the held-out playlists after each epoch."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items = dataset.n_items
        n_inputs = int((dataset.item_counts > 0).sum())
        n_outputs = max(1, int((dataset.item_counts >= self.config.min_playlists).sum()))
        self.arrays, self.history = playlists.train(
            self.config,
            self._shown(csr_array(dataset.interactions[:, :n_inputs])),
            n_outputs,
            n_judged=n_inputs,
            rng=rng,
            device=device,
            progress=progress,
            divergence=self._divergence(),
            confidence=self._confidence(dataset),
            checkpoint=self.checkpoint,
        )

    def _shown(self, songs: csr_array) -> csr_array:
        """What of the songs' confidences the network sees: here, all of it."""
        return songs

    def _divergence(self) -> Divergence | None:
        return None

    def _confidence(self, dataset: Dataset) -> csr_array | None:
        """How much each link counts in the loss, (n_playlists, n_items) CSR of the links' pattern; None for alike."""
        return None

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        scores = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        known = csr_array(seed_matrix(seeds, self.n_items)[:, : len(self.arrays[EMBEDDING])])
        rows = np.flatnonzero(np.diff(known.indptr))
        outputs = scoring.outputs(self.config, self.arrays, self._shown(csr_array(known[rows])))
        scores[rows, : outputs.shape[1]] = outputs
        return scores

    @cached_property
    def _embeddings(self) -> np.ndarray:
        """What a song is as an answer; zeros for songs that are never answered."""
        vectors = self.arrays[EMBEDDING] if self.config.tied else self.arrays[OUTPUT]
        return np.concatenate([vectors, np.zeros((self.n_items - len(vectors), vectors.shape[1]), np.float32)])

    def item_embeddings(self) -> np.ndarray:
        return self._embeddings

    def state(self) -> State:
        return {**self.arrays, "n_items": np.array([self.n_items])}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.arrays = {name: array for name, array in state.items() if name != "n_items"}
        model.n_items = int(state["n_items"][0])
        return model
