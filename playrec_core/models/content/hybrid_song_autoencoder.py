"""Hybrid song autoencoder (row M8): what a song is, and which playlists hold it, in one row and one code.

The document's third and best system. Its second joined two models; here the question is whether a song's embedding
can itself hold what people do with the song, so that songs heard together come close though the catalogue calls them
different. The network is Kuchaiev & Ginsburg's ("Training Deep AutoEncoders for Collaborative Filtering",
arXiv:1708.01715), turned round: they advise rows of users over rows of items, so songs are taken for users, and
features and playlists for what they like. Songs of one playlist are users of one taste, and a song may be recommended
to whoever holds its likes.

* SELU, because it keeps a negative part: with ReLU the document saw ones predicted as zeros or little more.
* Squared error over the ones alone (the paper's masked error) is best served by predicting one everywhere, and that
  is what it learns; so the error over all entries is added, 15 to 200.
* No dense re-feeding. The paper feeds outputs back because a good network should leave them as they are: f(f(x)) =
  f(x). Of songs this should not be so, the document says: of two with the same genre and tags the codes should differ
  when they stand in different playlists, and that is what an output has smoothed away. ``refeed`` turns it on, to see.
"""

from typing import Self

import numpy as np
from pydantic import model_validator
from scipy.sparse import csr_array

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset
from playrec_core.data.features import lacking, song_features
from playrec_core.i18n import mark

from .song_autoencoder import SongAutoencoder, SongAutoencoderConfig


class HybridSongAutoencoderConfig(SongAutoencoderConfig):
    """Hyperparameters, beside those of `SongAutoencoderConfig`.

    Args:
        min_songs: playlists of fewer are no columns. The document's 24,684 columns leave room for 24,227 playlists: of
            its training playlists about as many have 50 songs or more.
        refeed: dense re-feeding; it needs a squared error, and all outputs (``samples`` = 0).
    """

    min_songs: Positive
    refeed: bool

    @model_validator(mode="after")
    def _refeedable(self) -> Self:
        if self.refeed and (self.samples or self.loss == "multinomial"):
            raise ValueError("refeed needs a squared error as loss, and all outputs: samples = 0")
        return self


class HybridSongAutoencoder(SongAutoencoder):
    """Every seed song brings its nearest songs by the code of features and playlists (`NeighbourContinuation`).

    A song that no playlist holds has a code by its features alone, and can be a seed.
    """

    kind = "hybrid-song-autoencoder"
    title = mark("Hybrid song autoencoder")
    family = "autoencoder"
    reads = frozenset({"songs", "genres"})
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
        """A hybrid of one half is none: neither half that is asked for makes up for the lack of the other."""
        features, nouns = self.config.features, dataset.nouns
        content = features.model_copy(update={"playlists": False})
        if (content.catalogue or content.tags) and (words := lacking(dataset, content)):
            return words
        if features.playlists and not self._long_playlists(dataset).any():
            return f"no {nouns.playlist} holds {self.config.min_songs} {nouns.items}"
        return lacking(dataset, features)

    def _long_playlists(self, dataset: Dataset) -> np.ndarray:
        """(n_playlists,) bool: which are columns."""
        return np.diff(dataset.interactions.indptr) >= self.config.min_songs
