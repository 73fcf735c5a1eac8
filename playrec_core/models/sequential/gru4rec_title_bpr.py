"""GRU4Rec with title embeddings and a BPR loss ("GRU4RecBE" in the Movie Rec team report).

The report (docs/sources/movie-rec-report.md) combines GRU4Rec for the order, a pre-trained BERT for the titles, so that
new films are embedded too, and BPR, which ranks chosen items above others; the report expects more personal
recommendations from it, at a higher computing cost.

Here the vector of a song is its own vector plus a linear map of its title embedding (`title_vectors`). Each training
step drops some own vectors (``title_only``), so that titles are also trained alone, as needed for songs in no playlist
(Volkovs, Yu & Poutanen, "DropoutNet: Addressing Cold Start in Recommender Systems", NIPS 2017). Such songs are scored
with a zero own vector and the lowest popularity bias. A seed of only such songs is left to the cold-start fallback.
"""

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.card import ModelCard
from playrec_core.models.neural.loop import Arrays
from playrec_core.models.neural.network import EMBEDDING, OUTPUT_BIAS
from playrec_core.models.neural.settings import Share
from playrec_core.models.references import BPR, GRU4REC, MOVIE_REC
from playrec_core.schema import TITLE, Progress

from .gru4rec import Gru4Rec
from .sequence_model import NextSongConfig
from .sequence_training import TITLES
from .title_vectors import title_vectors

NO_TITLES = "the catalogue has no titles"
_KNOWN = "n_known"
_BLOCK = 65_536
"""Titles encoded at once; bounds the memory for title embeddings."""


class Gru4RecTitleBprConfig(NextSongConfig):
    """Hyperparameters of `NextSongConfig`, and:

    Args:
        encoder: "ngrams", the built-in encoder, or the folder of a sentence-transformers model.
        title_only: share of the songs whose own vector a training step drops.
    """

    encoder: str
    title_only: Share


class Gru4RecTitleBpr(Gru4Rec):
    """GRU4Rec over songs and titles; every song of the catalogue with a title can be recommended."""

    kind = "gru4rec-title-bpr"
    title = mark("GRU4Rec + titles, BPR")
    loss = "bpr"
    card = ModelCard(
        summary=mark(
            "GRU4Rec whose song vectors also contain the song's title, so that a song in no playlist has a vector "
            "too. It is trained to rank the next song above others (BPR)."
        ),
        equation=r"e_i = v_i + T\, c_i, \qquad \max_{\theta} \sum \ln \sigma(s_i - s_j)",
        symbols=mark(
            "$v_i$: the song's own vector; $c_i$: the embedding of its title; $T$: a linear map; $s_i$, $s_j$: scores "
            "of the next song and of another one, as in GRU4Rec."
        ),
        references=(
            MOVIE_REC,
            GRU4REC,
            BPR,
        ),
        page="gru4rec-title-bpr",
    )
    Config = Gru4RecTitleBprConfig
    config: Gru4RecTitleBprConfig

    def missing(self, dataset: Dataset) -> str | None:
        titled = any(title for title in dataset.catalogue[TITLE].to_pylist())
        return super().missing(dataset) or (None if titled else NO_TITLES)

    def train(
        self, dataset: Dataset, n_known: int, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> Arrays:
        """As in `SequenceModel`; the vectors are those of the whole catalogue and include the titles."""
        names = dataset.catalogue[TITLE].to_pylist()
        titles = title_vectors(names[:n_known], self.config.encoder)
        trainer = self._trainer(dataset, n_known, rng, device, titles, self.config.title_only)
        arrays = trainer.run(progress=progress, folder=self.checkpoint)
        projection = arrays.pop(TITLES)  # (d, title dimensions)
        own, mask, bias = arrays[EMBEDDING][:-1], arrays[EMBEDDING][-1:], arrays[OUTPUT_BIAS]
        unknown = [
            title_vectors(names[start : start + _BLOCK], self.config.encoder) @ projection.T
            for start in range(n_known, len(names), _BLOCK)
        ]
        titled = np.array([bool(name) for name in names[n_known:]], dtype=bool)
        arrays[EMBEDDING] = np.concatenate([own + titles @ projection.T, *unknown, mask]).astype(np.float32)
        arrays[OUTPUT_BIAS] = np.concatenate([bias, np.where(titled, bias.min(), CANNOT_SAY)]).astype(np.float32)
        return arrays | {_KNOWN: np.array([n_known])}

    def known_songs(self, songs: np.ndarray) -> np.ndarray:
        songs = super().known_songs(songs)
        return songs if (songs < self.arrays[_KNOWN][0]).any() else songs[:0]
