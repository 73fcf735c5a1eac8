"""Item kNN: each seed song contributes the songs that co-occur most with it.

Cosine of the items' playlist vectors with shrinkage, which discounts pairs with few common playlists (Sarwar et al.,
WWW 2001; shrinkage as in Bell & Koren, ICDM 2007).
"""

import numpy as np

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary
from playrec_core.i18n import mark
from playrec_core.models.common.item_weights import ItemWeights, most_similar
from playrec_core.schema import Progress


class ItemKnnConfig(Frozen):
    """Hyperparameters.

    Args:
        neighbours: neighbours stored per item.
        shrinkage: added to the product of the two norms; larger values discount rare pairs more.
    """

    neighbours: Positive
    shrinkage: NonNegative


class ItemKnn(ItemWeights):
    """score(i) = sum over the seed's songs j of similarity(j, i), similarity = common / (|i| |j| + shrinkage)."""

    kind = "item-knn"
    title = mark("Item kNN")
    family = "neighbours"
    Config = ItemKnnConfig
    config: ItemKnnConfig

    def fit(self, dataset: Dataset, *, rng: np.random.Generator, device: str, progress: Progress) -> None:
        playlists = binary(dataset.interactions)
        norms = np.sqrt(dataset.item_counts).astype(np.float32)
        shrinkage = np.float32(self.config.shrinkage)
        self.weights = most_similar(
            playlists.T.tocsr(),
            playlists,
            self.config.neighbours,
            lambda common, rows, columns: common / (norms[rows] * norms[columns] + shrinkage),
            progress,
        )
