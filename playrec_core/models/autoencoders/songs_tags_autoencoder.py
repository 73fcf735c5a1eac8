"""Songs + tags autoencoder (row K1): songs and tags of a playlist in one row, in and out.

Document 002: songs seen more than so many times and all tags are one-hot encoded together, one autoencoder is trained
on whole playlists, and a playlist with parts hidden is given to it; its outputs, sorted, are 100 songs and 10 tags. Its
author began with 240 GB of audio, ran out of time, and had only this simple model to hand in; the two doubts named
there, that the rows are very sparse and that a variational form might do better, can be looked at here: the
first by ``min_playlists`` and the loss, the second by `songs_tags_vae`.

Because tags are inputs, too, a question that shows tags alone gets an answer of the model's own.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import csr_array, hstack

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, seed_matrix
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY, Recommender, State
from playrec_core.models.neural import playlists, scoring
from playrec_core.models.neural.network import EMBEDDING, OUTPUT
from playrec_core.models.neural.settings import NeuralConfig
from playrec_core.models.neural.training import Divergence
from playrec_core.schema import Progress, Seed


class SongsTagsAutoencoderConfig(NeuralConfig):
    """Hyperparameters of the trunk, and:

    Args:
        min_playlists: the document's threshold: songs in fewer training playlists are neither read nor answered.
    """

    min_playlists: Positive


class SongsTagsAutoencoder(Recommender):
    """score(i) = output i of the network for the seed's songs and tags; rare songs cannot be scored."""

    kind = "songs-tags-autoencoder"
    title = mark("Songs + tags autoencoder")
    family = "autoencoder"
    shares_batches = True
    reads = frozenset({"songs", "tags"})
    answers = frozenset({"songs", "tags"})
    Config = SongsTagsAutoencoderConfig
    config: SongsTagsAutoencoderConfig
    arrays: Mapping[str, np.ndarray]
    """The network's parameters by name; see `neural.network`. Columns, in and out: the most popular ``n_songs`` songs,
    then all tags of any training playlist."""
    n_items: int
    n_all_tags: int
    n_songs: int
    history: Sequence[float] = ()
    """After `fit`: nDCG on the held-out playlists after each epoch."""

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        self.n_items, self.n_all_tags = dataset.n_items, len(dataset.tags)
        self.n_songs = max(1, int((dataset.item_counts >= self.config.min_playlists).sum()))
        n_tags = int((dataset.tag_counts > 0).sum())
        rows = hstack(
            [dataset.interactions[:, : self.n_songs], dataset.playlist_tags[:, :n_tags]], format="csr", dtype=np.float32
        )
        self.arrays, self.history = playlists.train(
            self.config,
            csr_array(rows),
            self.n_songs + n_tags,
            n_judged=self.n_songs,
            rng=rng,
            device=device,
            progress=progress,
            divergence=self._divergence(),
            checkpoint=self.checkpoint,
        )

    def _divergence(self) -> Divergence | None:
        return None

    def _outputs(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the seeds that hold anything known, and the network's outputs for them."""
        songs = seed_matrix(seeds, self.n_items)[:, : self.n_songs]
        tags = seed_matrix([Seed(seed.tags) for seed in seeds], self.n_all_tags)
        known = csr_array(hstack([songs, tags[:, : len(self.arrays[EMBEDDING]) - self.n_songs]], format="csr"))
        rows = np.flatnonzero(np.diff(known.indptr))
        return rows, scoring.outputs(self.config, self.arrays, csr_array(known[rows]))

    def score(self, seeds: Sequence[Seed]) -> np.ndarray:
        return self.score_both(seeds)[0]

    def score_tags(self, seeds: Sequence[Seed]) -> np.ndarray:
        """Each tag's share of a softmax over the tags: in the order of the outputs, and positive, as votes are."""
        return self.score_both(seeds)[1]

    def score_both(self, seeds: Sequence[Seed]) -> tuple[np.ndarray, np.ndarray]:
        songs = np.full((len(seeds), self.n_items), CANNOT_SAY, dtype=np.float32)
        tags = np.full((len(seeds), self.n_all_tags), CANNOT_SAY, dtype=np.float32)
        rows, outputs = self._outputs(seeds)
        songs[rows, : self.n_songs] = outputs[:, : self.n_songs]
        by_tag = outputs[:, self.n_songs :]
        shares = np.exp(by_tag - by_tag.max(axis=1, keepdims=True, initial=CANNOT_SAY))
        tags[rows, : by_tag.shape[1]] = shares / shares.sum(axis=1, keepdims=True)
        return songs, tags

    @cached_property
    def _embeddings(self) -> np.ndarray:
        """What a song is as an answer; zeros for songs that are never answered."""
        vectors = (self.arrays[EMBEDDING] if self.config.tied else self.arrays[OUTPUT])[: self.n_songs]
        return np.concatenate([vectors, np.zeros((self.n_items - len(vectors), vectors.shape[1]), np.float32)])

    def item_embeddings(self) -> np.ndarray:
        return self._embeddings

    def state(self) -> State:
        return {**self.arrays, "sizes": np.array([self.n_items, self.n_all_tags, self.n_songs])}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]) -> Self:
        model = cls(config)
        model.arrays = {name: array for name, array in state.items() if name != "sizes"}
        model.n_items, model.n_all_tags, model.n_songs = state["sizes"].tolist()
        return model
