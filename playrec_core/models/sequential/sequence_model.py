"""What the sequence models share: a playlist is read in its order, and an answer is what should come next.

The order is the playlist's own (MovieLens and Movie Rec: of the timestamps). A seed that a person puts together has
the order in which its songs were picked: the last one picked counts as the last one played.

No torch is needed to answer: the networks' forward passes exist in numpy, one seed at a time, so that a batch equals
its rows to the bit.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from scipy.sparse import csr_array
from scipy.special import log_softmax, logsumexp

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset
from playrec_core.errors import MissingDataError
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.neural.loop import Arrays
from playrec_core.models.neural.network import EMBEDDING, OUTPUT_BIAS
from playrec_core.models.neural.settings import FinalShare, Share
from playrec_core.schema import Progress, Seed

from .sequence_training import Loss, SequenceConfig, SequenceNetwork, SequenceTrainer
from .sequences import Batch, next_songs, windows

NO_ORDER = "all its playlists list their songs by id, so nothing is known of the order they are played in"


class SequenceModel(Recommender):
    """score(i) = vector of i . state after the seed's songs + bias of i."""

    family = "sequence"
    reads = frozenset({"songs", "order"})
    loss: ClassVar[Loss] = "softmax"
    config: SequenceConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name; "embedding" (n_known + 1, d), its last row what is read where a song is
    masked; "output_bias" (n_known,). The known songs are the first so many by popularity."""
    n_items: int

    @abstractmethod
    def network(self) -> SequenceNetwork:
        """The layers between item vectors and states."""

    @abstractmethod
    def ask(self, sequences: csr_array, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """What a step of training reads and asks for in some of the sequences."""

    def readable(self, songs: np.ndarray) -> np.ndarray:
        """Of a seed's songs (n,) those that can be read, in their order; none where the model has nothing to say."""
        return songs[(songs >= 0) & (songs < len(self.arrays[OUTPUT_BIAS]))]

    def places(self, songs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is read for a seed, and where in it the answers stand.

        Args:
            songs: (n,) known songs, n >= 1, in order.

        Returns:
            (m,) rows of the embedding, m at most ``max_length``, and (votes,) places in it. Here: the songs
            themselves, and the last places, each of which says what comes next.
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
        """On the ``n_known`` most popular songs; ``titles`` and ``title_only`` as `SequenceTrainer` takes them."""
        sequences = windows(dataset, n_known, self.config.max_length)
        return SequenceTrainer(
            self.config,
            self.network(),
            sequences,
            lambda rows, rng: self.ask(sequences, rows, rng),
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
            songs = self.readable(np.asarray(seed.songs, dtype=np.int64))
            if len(songs):
                read, places = self.places(songs)
                states = network.encode(self.arrays, vectors[read])[places]  # (votes, d)
                answers = states @ vectors[: len(bias)].T + bias  # (votes, n_known)
                row[: len(bias)] = answers[0] if len(answers) == 1 else _vote(answers)
        return scores

    @cached_property
    def _embeddings(self) -> np.ndarray:
        """Zeros for songs that are never answered."""
        vectors = self.arrays[EMBEDDING][:-1]
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


def _vote(answers: np.ndarray) -> np.ndarray:
    """(n,) log of the mean of the rows' softmaxes."""
    return (logsumexp(log_softmax(answers, axis=1), axis=0) - np.log(len(answers))).astype(np.float32)


class NextSongConfig(SequenceConfig):
    """Hyperparameters of `SequenceConfig`, and:

    Args:
        hidden: share of the songs that training leaves out of what is read, but still asks for.
        reach: a place is asked for one of the next so many songs; 1, as in the papers, for the very next. More makes
            the model guess a whole continuation ("dense all action loss", Pancha et al., "PinnerFormer", KDD 2022).
        asked: share of the places that a step of training asks, drawn anew each time; 1 for all. Scoring every song at
            every place is most of the work, and neighbouring places teach much the same.
    """

    hidden: Share
    reach: Positive
    asked: FinalShare


class NextSongModel(SequenceModel):
    """A sequence model that looks only backwards, and is trained at every place to say what follows."""

    config: NextSongConfig

    def ask(self, sequences: csr_array, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        return next_songs(sequences, rows, self.config.hidden, self.config.reach, self.config.asked, rng)
