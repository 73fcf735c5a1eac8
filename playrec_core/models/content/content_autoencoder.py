"""Content autoencoder: song embeddings are the codes of an autoencoder over song features.

The content half of the second of the Melon playlist-continuation systems (docs/sources/melon-systems.md). One-hot song
features pass through 457 > 512 > 512 > 1,024 > 512 > 512 > 457 with tied weights; the 1,024-dimensional code is the
song embedding. The code is wider than the features; its dropout of 0.8 keeps the network from copying. Alone it is
weak on songs and strong on tags (nDCG 0.0675 and 0.3387 in the source, against 0.0985 and 0.1761 for the collaborative
autoencoder): the catalogue describes a song, not the playlists it is in. The source therefore uses it to extend queries
that contain too few songs for a collaborative model.
"""

from playrec_core.data.dataset import Dataset
from playrec_core.data.features import lacking
from playrec_core.i18n import mark

from .song_autoencoder import SongAutoencoder, SongAutoencoderConfig


class ContentAutoencoder(SongAutoencoder):
    """Recommends the nearest songs of each seed song by the code of their features (`NeighbourContinuation`)."""

    kind = "content-autoencoder"
    title = mark("Content autoencoder")
    family = "autoencoder"
    reads = frozenset({"songs", "genres"})
    Config = SongAutoencoderConfig

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.features)
