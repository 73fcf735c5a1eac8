"""Content neighbours: the songs whose metadata and tags are most similar to those of the seeds.

A simple form of the content recommenders of the Melon playlist-continuation systems (docs/sources/melon-systems.md):
cosine similarity of principal components of the one-hot song features, instead of autoencoder codes. Songs that are in
no playlist can be seeds as well; they only lack tags.
"""

import numpy as np

from playrec_core.config import Positive
from playrec_core.data.dataset import Dataset
from playrec_core.data.features import FeatureConfig, lacking, song_features
from playrec_core.i18n import mark
from playrec_core.models.base import State
from playrec_core.models.card import ModelCard, PublishedSettings
from playrec_core.models.neighbours.neighbour_continuation import NeighbourConfig, NeighbourContinuation
from playrec_core.models.references import MELON_SYSTEMS
from playrec_core.schema import Progress

from .content_space import principal_components


class ContentNeighboursConfig(NeighbourConfig):
    """Hyperparameters, beside those of `NeighbourConfig`.

    Args:
        dimensions: number of principal components of the features.
        features: the song features.
    """

    dimensions: Positive
    features: FeatureConfig


class ContentNeighbours(NeighbourContinuation):
    """Recommends the nearest songs of each seed song by features, seeds taking turns (`NeighbourContinuation`)."""

    kind = "content-neighbours"
    title = mark("Content neighbours")
    family = "content"
    reads = frozenset({"songs", "genres"})
    card = ModelCard(
        summary=mark(
            "Compares songs by year, genres and tags, and continues a seed with the nearest songs of each of its "
            "songs. The seed's songs take turns, so they share the list evenly: three songs fill 100 ranks with 34, "
            "33 and 33 neighbours."
        ),
        equation=r"s_i = \frac{1}{\mathrm{rank}(i)}, \qquad \mathrm{sim}(i, j) = \cos(z_i, z_j)",
        symbols=mark(
            r"$\mathrm{rank}(i)$: the rank of song $i$ when the seed's songs name their nearest songs in turn; $z_i$: "
            r"principal components of the features of song $i$."
        ),
        references=(MELON_SYSTEMS,),
        page="content-neighbours",
        published=(
            PublishedSettings(
                mark("Melon systems"),
                {
                    "features.catalogue": ["year", "month", "genre", "detail genre"],
                    "features.tags": 110,
                    "dimensions": 180,
                    "neighbours": 100,
                    "similarity": "cosine",
                },
            ),
        ),
    )
    Config = ContentNeighboursConfig
    config: ContentNeighboursConfig

    def missing(self, dataset: Dataset) -> str | None:
        return lacking(dataset, self.config.features)

    def embed(
        self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress
    ) -> tuple[np.ndarray, State]:
        features = song_features(dataset, self.config.features)
        vectors, explained = principal_components(features.matrix, self.config.dimensions)
        progress(1.0)
        return vectors, {"explained_variance": explained}
