"""Item-kNN: each seed song proposes the songs that share most playlists with it.

Cosine of the items' playlist vectors with shrinkage (Sarwar et al., WWW 2001; shrinkage as in Bell & Koren, ICDM
2007): pairs seen together in few playlists are trusted less.
"""

import numpy as np
from scipy.sparse import csr_array, vstack

from playrec_core.config import Frozen, NonNegative, Positive
from playrec_core.data.dataset import Dataset, binary
from playrec_core.i18n import mark
from playrec_core.models.common.item_weights import ItemWeights, meetings
from playrec_core.numerics.sparse import top_per_row
from playrec_core.schema import Progress


class ItemKnnConfig(Frozen):
    """Hyperparameters.

    Args:
        neighbours: neighbours kept for each item.
        shrinkage: added to the product of the two lengths; larger trusts rare pairs less.
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
        lengths = np.sqrt(dataset.item_counts).astype(np.float32)
        blocks = []
        for start, common in meetings(playlists.T.tocsr(), playlists):
            end = start + common.shape[0]
            rows = np.repeat(np.arange(start, end), np.diff(common.indptr))
            common.data /= lengths[rows] * lengths[common.indices] + np.float32(self.config.shrinkage)
            blocks.append(top_per_row(common, self.config.neighbours))
            progress(end / dataset.n_items)
        self.weights = csr_array(vstack(blocks, format="csr"), dtype=np.float32)
