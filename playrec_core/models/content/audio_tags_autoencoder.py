"""Audio + tags autoencoder (row K2): how a song sounds and what people call it, through one narrow layer.

The document's plan, which its authors had to give up: the PCA of the mel-spectrograms and the word2vec vectors of the
tags are put side by side, and one autoencoder over both gives the space in which songs are compared. What stopped them
was 240 GB that no machine of theirs could hold, a week of moving, and days of PCA; here the audio is read shard by
shard, in the memory of one song, and taken up again where it was interrupted (`audio_space`).

Their worry was that a decoder gives back features and not songs. So nothing is decoded: the narrow layer's values are
the song's vector, and a playlist is continued by its songs' neighbours (`NeighbourContinuation`).

A song without audio is placed by its tags, one that is new and has no tags by its sound: the network learns with
either part hidden (`neural.parts`). Songs with neither are left to the cold-start chain.
"""

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset
from playrec_core.errors import MissingDataError
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.neighbours.neighbour_continuation import NeighbourConfig, NeighbourContinuation
from playrec_core.models.neural import parts
from playrec_core.schema import Progress

from . import audio_space, skip_gram


class AudioTagsConfig(NeighbourConfig):
    """Hyperparameters, beside those of `NeighbourConfig`.

    Args:
        dimensions: principal components of the audio.
        tags: how the tags' vectors are learned.
        autoencoder: the network over both.
    """

    dimensions: Positive
    tags: skip_gram.SkipGramConfig
    autoencoder: parts.PartsConfig


class AudioTagsAutoencoder(NeighbourContinuation):
    """Every seed song brings the songs that sound and are tagged most like it, the seeds taking turns."""

    kind = "audio-tags-autoencoder"
    title = mark("Audio + tags autoencoder")
    family = "content"
    reads = frozenset({"songs", "audio"})
    Config = AudioTagsConfig
    config: AudioTagsConfig

    def missing(self, dataset: Dataset) -> str | None:
        if dataset.audio:
            return None
        return f"the data set has no mel-spectrograms of its {dataset.nouns.items}"

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        super().fit(dataset, rng=rng, device=device, progress=progress)
        nowhere = (self.vectors == 0).all(axis=1)
        # A song of which nothing is known is like nothing, rather than like whatever is most popular.
        self.neighbours[nowhere] = -1
        self.neighbours[nowhere[self.neighbours]] = -1

    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        if words := self.missing(dataset):
            raise MissingDataError(words)
        described = audio_space.read(dataset.audio, self.checkpoint, lambda part: progress(0.5 * part))
        sound, has_audio, explained = audio_space.place(described, dataset.items, self.config.dimensions)
        words, tagged, tag_vectors = self._tags(dataset, rng, device, lambda part: progress(0.5 + 0.25 * part))
        vectors = parts.codes(
            self.config.autoencoder,
            [parts.Part(sound, has_audio), parts.Part(words, tagged)],
            rng=rng,
            device=device,
            progress=lambda part: progress(0.75 + 0.25 * part),
        )
        return vectors, {"explained_variance": explained, "has_audio": has_audio, "tag_vectors": tag_vectors}

    def _tags(
        self, dataset: Dataset, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The mean vector of each song's tags, which songs have any, and the tags' vectors.

        A tag counts as often as the song met it. Playlists give their songs their tags, so a song nobody has put in a
        playlist has none.
        """
        vectors = skip_gram.train(self.config.tags, dataset.playlist_tags, rng=rng, device=device, progress=progress)
        counts = dataset.item_tag_counts
        placed = csr_array(counts * vectors.any(axis=1))
        met = np.asarray(placed.sum(axis=1)).ravel()
        return (placed @ vectors / np.maximum(met, 1)[:, None]).astype(np.float32), met > 0, vectors
