"""Hybrid song autoencoder: song embeddings from features and playlist membership in one autoencoder.

The third and best of the Melon playlist-continuation systems (docs/sources/melon-systems.md). The second combines two
models; here one song embedding includes its co-occurrence in playlists, so that songs of the same playlists are close
even if their metadata differ. The network is that of Kuchaiev & Ginsburg ("Training Deep AutoEncoders for Collaborative
Filtering", arXiv:1708.01715) with transposed roles: they recommend rows of users, so songs act as users, and features
and playlists as their items.

* SELU, because it has a negative part: with ReLU the source saw ones predicted as zeros or little more.
* Squared error over the ones alone (the paper's masked error) is minimised by predicting one everywhere, so the error
  over all entries is added with weights 15 to 200.
* No dense re-feeding by default. The paper uses it because a good network should be a fixed point: f(f(x)) = f(x). The
  source argues that songs are different: two songs of the same genre and tags should have different codes if they are
  in different playlists, and outputs have smoothed that away. ``refeed`` turns it on for comparison.
"""

from typing import Self

import numpy as np
from pydantic import model_validator
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset
from playrec_core.data.features import lacking, song_features
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.references import DEEP_AUTOENCODERS, MELON_SYSTEMS

from .song_autoencoder import SongAutoencoder, SongAutoencoderConfig


class HybridSongAutoencoderConfig(SongAutoencoderConfig):
    """Hyperparameters, beside those of `SongAutoencoderConfig`.

    Args:
        min_songs: only playlists of at least this many songs are columns. The source's 24,684 columns leave 24,227 for
            playlists, which is about the number of its training playlists with 50 songs or more.
        refeed: dense re-feeding; requires a squared error and all outputs (``samples`` = 0).
    """

    min_songs: Positive
    refeed: bool

    @model_validator(mode="after")
    def _refeedable(self) -> Self:
        if self.refeed and (self.samples or self.loss == "multinomial"):
            raise ValueError("refeed needs a squared error as loss and all outputs (samples = 0)")
        return self


class HybridSongAutoencoder(SongAutoencoder):
    """Recommends the nearest songs of each seed by the code of features and playlists (`NeighbourContinuation`).

    A song in no playlist has a code from its features alone and can be a seed.
    """

    kind = "hybrid-song-autoencoder"
    title = mark("Hybrid song autoencoder")
    family = "autoencoder"
    reads = frozenset({"songs", "genres"})
    card = ModelCard(
        summary=mark(
            "One row per song: its catalogue entry, its tags and the playlists that contain it. A network "
            "reconstructs the row through a code, so that songs heard together come close although the catalogue "
            "calls them different."
        ),
        equation=(
            r"\min_{\theta} \; a\, \mathrm{MSE}_{f_{ij} = 1} + b\, \mathrm{MSE}, \qquad z_i = h(f_i), \qquad "
            r"\mathrm{sim}(i, j) = \cos(z_i, z_j)"
        ),
        symbols=mark(
            "$f_i$: the row of song $i$; $a$, $b$: `loss.masked` (the ones alone) and `loss.mean` (all entries); "
            "$z_i$: the code. Seed songs take turns as in content neighbours."
        ),
        references=(
            MELON_SYSTEMS,
            DEEP_AUTOENCODERS,
        ),
        page="hybrid-song-autoencoder",
        published=(
            PublishedSettings(
                mark("Melon systems"),
                {
                    "features.catalogue": ["year", "month", "genre", "detail genre"],
                    "features.tags": 110,
                    "features.playlists": True,
                    "neighbours": 100,
                    "similarity": "cosine",
                    "hidden": [2048, 1024, 2048],
                    "activation": "selu",
                    "code_dropout": 0.8,
                    "loss.mean": 200.0,
                    "loss.masked": 15.0,
                    "refeed": False,
                    "optimiser.learning_rate": 0.0005,
                    "optimiser.weight_decay": 0.0001,
                    "batch": 2048,
                    "epochs": 50,
                },
            ),
        ),
    )
    Config = HybridSongAutoencoderConfig
    config: HybridSongAutoencoderConfig

    def features(self, dataset: Dataset) -> csr_array:
        table = song_features(dataset, self.config.features)
        kept = ~table.columns("playlist")
        kept[~kept] = self._long_playlists(dataset)
        return csr_array(table.matrix[:, kept])

    @property
    def refeed(self) -> bool:
        return self.config.refeed

    def missing(self, dataset: Dataset) -> str | None:
        """As in `Recommender`. Each configured half, features and playlists, must be present."""
        features, nouns = self.config.features, dataset.nouns
        content = features.model_copy(update={"playlists": False})
        if (content.catalogue or content.tags) and (words := lacking(dataset, content)):
            return words
        if features.playlists and not self._long_playlists(dataset).any():
            return f"no {nouns.playlist} contains {self.config.min_songs} or more {nouns.items}"
        return lacking(dataset, features)

    def _long_playlists(self, dataset: Dataset) -> np.ndarray:
        """(n_playlists,) bool: which playlists are columns."""
        return np.diff(dataset.interactions.indptr) >= self.config.min_songs
