"""Item kNN: each seed song contributes the songs that co-occur most with it.

Cosine of the items' playlist vectors with shrinkage, which discounts pairs with few common playlists (Sarwar et al.,
WWW 2001; shrinkage as in Bell & Koren, ICDM 2007).
"""

import numpy as np

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary
from playrec_core.i18n import mark
from playrec_core.models.card import ModelCard, Reference
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
    card = ModelCard(
        summary=mark(
            "Each seed song recommends the songs that share most playlists with it; the similarities are summed over "
            "the seed. Shrinkage discounts pairs that met in few playlists."
        ),
        equation=r"s_i = \sum_{j \in S} w_j \frac{n_{ij}}{\sqrt{n_i n_j} + h}",
        symbols=mark(
            "$n_{ij}$: playlists that contain both songs; $n_i$: playlists that contain song $i$; $w_j$: the weight "
            "of a seed song; $h$: `shrinkage`."
        ),
        references=(
            Reference(
                "Sarwar, Karypis, Konstan & Riedl, “Item-based Collaborative Filtering Recommendation "
                "Algorithms”, WWW 2001",
                "https://doi.org/10.1145/371920.372071",
            ),
            Reference(
                "Bell & Koren, “Scalable Collaborative Filtering with Jointly Derived Neighborhood Interpolation "
                "Weights”, ICDM 2007",
                "https://doi.org/10.1109/ICDM.2007.90",
            ),
        ),
        page="item-knn",
    )
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
