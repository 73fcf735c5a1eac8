"""Item kNN: each seed song contributes the songs that co-occur most with it.

Cosine of the items' playlist vectors with shrinkage, which discounts pairs with few common playlists (Sarwar et al.,
WWW 2001; shrinkage as in Bell & Koren, ICDM 2007).
"""

import numpy as np
from scipy.sparse import csr_array, vstack

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary
from playrec_core.i18n import mark
from playrec_core.models.common.item_weights import ItemWeights, co_occurrences
from playrec_core.numerics.sparse import top_per_row
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
        blocks = []
        for start, common in co_occurrences(playlists.T.tocsr(), playlists):
            end = start + common.shape[0]
            rows = np.repeat(np.arange(start, end), np.diff(common.indptr))
            common.data /= norms[rows] * norms[common.indices] + np.float32(self.config.shrinkage)
            blocks.append(top_per_row(common, self.config.neighbours))
            progress(end / dataset.n_items)
        self.weights = csr_array(vstack(blocks, format="csr"), dtype=np.float32)
