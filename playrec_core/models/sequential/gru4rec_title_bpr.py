"""GRU4Rec with title vectors and a BPR loss (row R4, "GRU4RecBE" in document 004).

The document joins three things: GRU4Rec reads the order; a pre-trained BERT reads the titles, so that a film nobody has
seen has a place among the others; and BPR ranks what was chosen above what was not, which it says brings answers closer
to the person, at the price of more computing.

Here: vector of a song = its own vector + a learned map of its title's (`title_vectors`). In a step some own vectors are
left out (``title_only``), so that the titles learn to stand alone, as they must for a song that no playlist holds
(Volkovs, Yu & Poutanen, "DropoutNet", NeurIPS 2017). Such a song is answered like one that was never played: own
vector zero, lowest popularity. A seed of nothing but such songs is left to the cold-start chain.
"""

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.i18n import mark
from playrec_core.models.base import CANNOT_SAY
from playrec_core.models.neural.loop import Arrays
from playrec_core.models.neural.network import EMBEDDING, OUTPUT_BIAS
from playrec_core.models.neural.settings import Share
from playrec_core.schema import TITLE, Progress

from .recurrent import Recurrent
from .sequence_model import NextSongConfig, NextSongModel
from .sequence_training import TITLES
from .title_vectors import title_vectors

NO_TITLES = "its catalogue has no titles"
_KNOWN = "n_known"
_BLOCK = 65_536
"""Titles encoded at once, so that a large catalogue needs no table of all title vectors."""


class Gru4RecTitleBprConfig(NextSongConfig):
    """Hyperparameters of `NextSongConfig`, and:

    Args:
        encoder: "ngrams", the built-in one, or the folder of a sentence-transformers model.
        title_only: share of the songs whose own vector a step of training leaves out.
    """

    encoder: str
    title_only: Share


class Gru4RecTitleBpr(NextSongModel):
    """GRU4Rec over song and title; every titled song of the catalogue can be answered."""

    kind = "gru4rec-title-bpr"
    title = mark("GRU4Rec + titles, BPR")
    loss = "bpr"
    Config = Gru4RecTitleBprConfig
    config: Gru4RecTitleBprConfig

    def network(self) -> Recurrent:
        return Recurrent(self.config.width, self.config.layers)

    def missing(self, dataset: Dataset) -> str | None:
        titled = any(title for title in dataset.catalogue[TITLE].to_pylist())
        return super().missing(dataset) or (None if titled else NO_TITLES)

    def train(
        self, dataset: Dataset, n_known: int, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> Arrays:
        """As in `SequenceModel`; the vectors are those of the whole catalogue, with the titles in them already."""
        names = dataset.catalogue[TITLE].to_pylist()
        titles = title_vectors(names[:n_known], self.config.encoder)
        trainer = self._trainer(dataset, n_known, rng, device, titles, self.config.title_only)
        arrays = trainer.run(progress=progress, folder=self.checkpoint)
        into = arrays.pop(TITLES)  # (d, title dimensions)
        own, mask, bias = arrays[EMBEDDING][:-1], arrays[EMBEDDING][-1:], arrays[OUTPUT_BIAS]
        unknown = [
            title_vectors(names[start : start + _BLOCK], self.config.encoder) @ into.T
            for start in range(n_known, len(names), _BLOCK)
        ]
        titled = np.array([bool(name) for name in names[n_known:]], dtype=bool)
        arrays[EMBEDDING] = np.concatenate([own + titles @ into.T, *unknown, mask]).astype(np.float32)
        arrays[OUTPUT_BIAS] = np.concatenate([bias, np.where(titled, bias.min(), CANNOT_SAY)]).astype(np.float32)
        return arrays | {_KNOWN: np.array([n_known])}

    def readable(self, songs: np.ndarray) -> np.ndarray:
        songs = super().readable(songs)
        return songs if (songs < self.arrays[_KNOWN][0]).any() else songs[:0]
