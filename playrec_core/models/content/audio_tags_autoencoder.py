"""Audio + tags autoencoder: song embeddings from mel-spectrograms and tags, compressed by one autoencoder.

A plan of a later review of the Melon contest (docs/sources/melon-next-steps.md): the PCA of the mel-spectrograms and
word2vec vectors of the tags are concatenated, and the code of an autoencoder over both is the song embedding. Its
authors gave it up because 240 GB of audio took a week to move and the PCA days. Here the audio is read shard by shard,
in the memory of one song, and reading resumes after an interruption (`audio_space`).

They doubted the plan because a decoder returns features, not songs. So nothing is decoded: the code is the song's
vector, and a playlist is continued with its songs' neighbours (`NeighbourContinuation`).

A song without audio gets its code from its tags, a new song without tags from its audio: the network is trained with
either modality hidden (`neural.multimodal`). Songs with neither are left to the cold-start fallback.
"""

import numpy as np
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset
from playrec_core.errors import MissingDataError
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.card import ModelCard, Reference
from playrec_core.models.neighbours.neighbour_continuation import NeighbourConfig, NeighbourContinuation
from playrec_core.models.neural import multimodal
from playrec_core.models.references import MELON_REVIEW
from playrec_core.schema import Progress

from . import audio_space, skip_gram


class AudioTagsConfig(NeighbourConfig):
    """Hyperparameters, beside those of `NeighbourConfig`.

    Args:
        dimensions: number of principal components of the audio.
        tags: hyperparameters of the tag vectors.
        autoencoder: hyperparameters of the network over both.
    """

    dimensions: Positive
    tags: skip_gram.SkipGramConfig
    autoencoder: multimodal.MultimodalConfig


class AudioTagsAutoencoder(NeighbourContinuation):
    """Recommends the nearest songs of each seed song by audio and tags, the seed songs taking turns."""

    kind = "audio-tags-autoencoder"
    title = mark("Audio + tags autoencoder")
    family = "content"
    reads = frozenset({"songs", "audio"})
    card = ModelCard(
        summary=mark(
            "Places songs by how they sound and by the tags of their playlists: principal components of the "
            "mel-spectrogram and word2vec vectors of the tags go through one narrow layer. Songs with similar codes "
            "continue one another."
        ),
        equation=r"z_i = h([\,a_i\,;\, t_i\,]), \qquad \mathrm{sim}(i, j) = \cos(z_i, z_j)",
        symbols=mark(
            "$a_i$: principal components of the mel-spectrogram of song $i$; $t_i$: the vectors of its tags; $h$: the "
            "encoder; $z_i$: the code. Seed songs take turns as in content neighbours."
        ),
        references=(
            MELON_REVIEW,
            Reference(
                "Mikolov, Sutskever, Chen, Corrado & Dean, “Distributed Representations of Words and Phrases and "
                "their Compositionality”, NIPS 2013",
                "https://arxiv.org/abs/1310.4546",
            ),
        ),
        page="audio-tags-autoencoder",
    )
    Config = AudioTagsConfig
    config: AudioTagsConfig

    def missing(self, dataset: Dataset) -> str | None:
        if dataset.audio:
            return None
        return f"the data set has no mel-spectrograms of its {dataset.nouns.items}"

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        super().fit(dataset, rng=rng, device=device, progress=progress)
        unknown = (self.vectors == 0).all(axis=1)
        # Without audio and tags a song has no neighbours, rather than the most popular songs.
        self.neighbours[unknown] = -1
        self.neighbours[unknown[self.neighbours]] = -1

    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        if words := self.missing(dataset):
            raise MissingDataError(words)
        descriptors = audio_space.read(dataset.audio, self.checkpoint, lambda part: progress(0.5 * part))
        sound, has_audio, explained = audio_space.item_components(descriptors, dataset.items, self.config.dimensions)
        words, tagged, tag_vectors = self._tags(dataset, rng, device, lambda part: progress(0.5 + 0.25 * part))
        vectors = multimodal.codes(
            self.config.autoencoder,
            [multimodal.Modality(sound, has_audio), multimodal.Modality(words, tagged)],
            rng=rng,
            device=device,
            progress=lambda part: progress(0.75 + 0.25 * part),
        )
        return vectors, {"explained_variance": explained, "has_audio": has_audio, "tag_vectors": tag_vectors}

    def _tags(
        self, dataset: Dataset, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(n_items, width) float32 mean tag vectors of the songs, (n_items,) bool: which songs have tags, and
        (n_tags, width) float32 tag vectors.

        A song has the tags of its playlists, each weighted by its number of occurrences; a song in no playlist has
        none.
        """
        vectors = skip_gram.train(self.config.tags, dataset.playlist_tags, rng=rng, device=device, progress=progress)
        counts = dataset.item_tag_counts
        placed = csr_array(counts * vectors.any(axis=1))
        totals = np.asarray(placed.sum(axis=1)).ravel()
        return (placed @ vectors / np.maximum(totals, 1)[:, None]).astype(np.float32), totals > 0, vectors
