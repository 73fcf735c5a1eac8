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
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.references import DEEP_AUTOENCODERS, MELON_SYSTEMS

from .song_autoencoder import SongAutoencoder, SongAutoencoderConfig


class ContentAutoencoder(SongAutoencoder):
    """Recommends the nearest songs of each seed song by the code of their features (`NeighbourContinuation`)."""

    kind = "content-autoencoder"
    title = mark("Content autoencoder")
    family = "autoencoder"
    reads = frozenset({"songs", "genres"})
    card = ModelCard(
        summary=mark(
            "A network reconstructs what is known of a song through a code; songs with similar codes continue one "
            "another. The code is wider than the input, and dropout keeps the network from copying."
        ),
        equation=(
            r"\min_{\theta} \sum_i \lVert f_i - g(z_i) \rVert^2, \qquad z_i = h(f_i), \qquad \mathrm{sim}(i, j) = "
            r"\cos(z_i, z_j)"
        ),
        symbols=mark(
            "$f_i$: the one-hot features of song $i$; $h$, $g$: encoder and decoder; $z_i$: the code, the song's "
            "embedding. Seed songs take turns as in content neighbours."
        ),
        references=(
            MELON_SYSTEMS,
            DEEP_AUTOENCODERS,
        ),
        page="content-autoencoder",
        published=(
            PublishedSettings(
                mark("Melon systems"),
                {
                    "features.catalogue": ["year", "month", "genre", "detail genre"],
                    "features.tags": 110,
                    "similarity": "cosine",
                    "hidden": [512, 512, 1024, 512, 512],
                    "activation": "relu",
                    "tied": True,
                    "code_dropout": 0.8,
                    "loss.sum": 1.0,
                    "loss.mean": 3.0,
                    "optimiser.kind": "adam",
                    "optimiser.learning_rate": 0.0001,
                    "optimiser.weight_decay": 0.0001,
                    "batch": 128,
                    "epochs": 50,
                },
            ),
        ),
    )
    Config = SongAutoencoderConfig

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.features)
