"""The base classes of the sequence models, which read a playlist in order and predict what comes next.

The order is that of the playlist (in MovieLens and Movie Rec: of the timestamps). A seed put together in the app is in
the order in which its songs were added: the last song added counts as the last one played.

Scoring does not need torch: the forward passes also exist in numpy, for one seed at a time, so that a batch equals its
rows to the bit.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array
from scipy.special import log_softmax, logsumexp

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset
from playrec_core.errors import MissingDataError
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.neural.loop import Arrays
from playrec_core.models.neural.network import EMBEDDING, OUTPUT_BIAS
from playrec_core.models.neural.recommender import NetworkRecommender
from playrec_core.models.neural.settings import FinalShare, Share
from playrec_core.schema import Progress, Seed

from .sequence_training import Loss, SequenceConfig, SequenceNetwork, SequenceTrainer
from .sequences import Batch, next_songs, windows

NO_ORDER = "all playlists are sorted by id, so the order of their songs is unknown"


class SequenceModel(NetworkRecommender):
    """score(i) = vector of i . state after the seed's songs + bias of i; rare songs cannot be scored."""

    family = "sequence"
    reads = frozenset({"songs", "order"})
    loss: ClassVar[Loss] = "softmax"
    config: SequenceConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name, float32; "embedding" (n_known + 1, d), whose last row is the mask's;
    "output_bias" (n_known,). The known songs are the ``n_known`` most popular ones."""
    n_items: int

    @abstractmethod
    def network(self) -> SequenceNetwork:
        """The network between item vectors and states."""

    @abstractmethod
    def make_batch(self, sequences: csr_array, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """The inputs and targets of a training step for some rows, (n,) int64, of the sequences."""

    def known_songs(self, songs: np.ndarray) -> np.ndarray:
        """The known ones among a seed's songs, (n,) int64, in order; empty if the model cannot score the seed."""
        return songs[(songs >= 0) & (songs < len(self.arrays[OUTPUT_BIAS]))]

    def encoder_input(self, songs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The network's input for a seed, and its target positions.

        Args:
            songs: (n,) int64 known songs, n >= 1, in order.

        Returns:
            (m,) int64 rows of the embedding, m at most ``max_length``, and up to ``votes`` int64 positions whose states
            score the songs. Here: the songs themselves, and the last positions, which predict what comes next.
        """
        read = songs[-self.config.max_length :]
        return read, np.arange(max(0, len(read) - self.config.votes), len(read))

    def missing(self, dataset: Dataset) -> str | None:
        return None if dataset.has_order else NO_ORDER

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        if words := self.missing(dataset):
            raise MissingDataError(words)
        self.n_items = dataset.n_items
        n_known = max(1, int((dataset.item_counts >= self.config.min_playlists).sum()))
        self.arrays = self.train(dataset, n_known, rng=rng, device=device, progress=progress)

    def train(
        self, dataset: Dataset, n_known: int, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> Arrays:
        """The `arrays`, trained on the ``n_known`` most popular songs; further arguments as in `fit`."""
        return self._trainer(dataset, n_known, rng, device).run(progress=progress, folder=self.checkpoint)

    def _trainer(
        self,
        dataset: Dataset,
        n_known: int,
        rng: np.random.Generator,
        device: str,
        titles: np.ndarray | None = None,
        title_only: float = 0.0,
    ) -> SequenceTrainer:
        """A trainer on the ``n_known`` most popular songs; ``titles`` and ``title_only`` as in `SequenceTrainer`."""
        sequences = windows(dataset, n_known, self.config.max_length)
        return SequenceTrainer(
            self.config,
            self.network(),
            sequences,
            lambda rows, rng: self.make_batch(sequences, rows, rng),
            loss=self.loss,
            rng=rng,
            device=device,
            titles=titles,
            title_only=title_only,
        )

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        vectors, bias = self.arrays[EMBEDDING], self.arrays[OUTPUT_BIAS]
        network = self.network()
        scores = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        for row, seed in zip(scores, seeds, strict=True):
            songs = self.known_songs(np.asarray(seed.songs, dtype=np.int64))
            if len(songs):
                inputs, positions = self.encoder_input(songs)
                states = network.encode(self.arrays, vectors[inputs])[positions]  # (votes, d)
                logits = states @ vectors[: len(bias)].T + bias  # (votes, n_known)
                row[: len(bias)] = logits[0] if len(logits) == 1 else _mean_softmax(logits)
        return scores

    def _known_embeddings(self) -> np.ndarray:
        return self.arrays[EMBEDDING][:-1]


def _mean_softmax(logits: np.ndarray) -> np.ndarray:
    """(n,) float32 log of the mean of the softmaxes of (votes, n) rows."""
    return (logsumexp(log_softmax(logits, axis=1), axis=0) - np.log(len(logits))).astype(np.float32)


class NextSongConfig(SequenceConfig):
    """Hyperparameters of `SequenceConfig`, and:

    Args:
        hidden: share of the songs that training leaves out of the inputs, but keeps as targets.
        reach: the target of a position is one of the next ``reach`` songs; 1, as in the papers, is the next song. More
            trains the model for a whole continuation (like the dense all-action loss of Pancha et al., "PinnerFormer:
            Sequence Modeling for User Representation at Pinterest", KDD 2022).
        asked: share of the positions with a target, drawn at random in each step; 1 for all. Scoring every song at
            every position is most of the work, and neighbouring positions are nearly redundant.
    """

    hidden: Share
    reach: Positive
    asked: FinalShare


class NextSongModel(SequenceModel):
    """A causal sequence model, trained at every position to predict a following song."""

    config: NextSongConfig

    def make_batch(self, sequences: csr_array, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        return next_songs(sequences, rows, self.config.hidden, self.config.reach, self.config.asked, rng)
