"""Content autoencoder (row M5): songs are alike when a network squeezes what is known of them into similar codes.

The content half of the document's second system. The song features (row M1) go through 457 > 512 > 512 > 1,024 > 512 >
512 > 457, the decoder's weights being the encoder's; the 1,024 numbers in the middle are the song. The code is wider
than the features: what keeps the network from merely copying is the dropout of 0.8 on it. Alone it is weak on
songs and strong on tags (0.0675 and 0.3387 there, where the collaborative autoencoder has 0.0985 and 0.1761): what the
catalogue knows says what a song is called, not who puts it where. Hence its part in the document: it fills up
questions that hold too few songs for a collaborative model.
"""

from playrec_core.data.dataset import Dataset
from playrec_core.data.features import lacking
from playrec_core.i18n import mark

from .song_autoencoder import SongAutoencoder, SongAutoencoderConfig


class ContentAutoencoder(SongAutoencoder):
    """Every seed song brings its nearest songs by the code of their features (`NeighbourContinuation`)."""

    kind = "content-autoencoder"
    title = mark("Content autoencoder")
    family = "autoencoder"
    reads = frozenset({"songs", "genres"})
    Config = SongAutoencoderConfig

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.features)
