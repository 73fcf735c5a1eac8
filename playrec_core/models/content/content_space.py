"""Principal components of the one-hot song features, and k-means clusters of them.

The Melon playlist-continuation systems (docs/sources/melon-systems.md) reduce 457 features to 180 components (94 % of
the variance) and form 1,000 clusters: finer than the catalogue's genres, and partly by mood ("rainy evening", "drive"),
because tags are among the features. The source concludes that the clusters hardly crossed genre boundaries.
"""

import numpy as np
from scipy.sparse import csr_array

_BLOCK = 65_536
_NEGLIGIBLE = 1e-7
"""A component of less variance is rounding noise of redundant features; a feature of one song in a million has ten
times as much.
"""


def principal_components(features: csr_array, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Project sparse features on their first principal components without making them dense.

    Args:
        features: (n_items, n_features) CSR.
        dimensions: maximum number of components; fewer if the features have a lower rank.

    Returns:
        (n_items, d) float32 coordinates, equal for equal features, and (d,) float64 explained variance ratios.
    """
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    exact = features.astype(np.float64)
    # On one thread: the order of summation, and with it the last bits, would depend on the number of threads.
    with threadpool_limits(1, user_api="blas"):
        pca = PCA(min(dimensions, *features.shape), svd_solver="covariance_eigh")
        with np.errstate(invalid="ignore"):  # features without any variance: 0 / 0
            pca.fit(exact)
        significant = pca.explained_variance_ > _NEGLIGIBLE
        d = max(1, int(significant.sum()))
        explained = np.where(significant, pca.explained_variance_ratio_, 0.0)
        vectors = np.empty((features.shape[0], d), dtype=np.float32)
        for start in range(0, len(vectors), _BLOCK):
            vectors[start : start + _BLOCK] = pca.transform(exact[start : start + _BLOCK])[:, :d]
    return vectors, explained[:d]


def k_means(vectors: np.ndarray, clusters: int, seed: int) -> np.ndarray:
    """Lloyd's k-means by `faiss`, which trains on at most 256 songs per cluster.

    Args:
        vectors: (n, d) float32.
        clusters: number of clusters; fewer if there are fewer distinct vectors.
        seed: random seed of the initial centroids.

    Returns:
        (n,) int32 cluster of each vector, numbered by falling size; no cluster is empty.
    """
    import faiss

    k = _count_distinct(vectors, clusters)
    means = faiss.Kmeans(vectors.shape[1], k, niter=25, seed=seed, min_points_per_centroid=1)
    means.train(vectors)
    _, nearest = means.index.search(vectors, 1)
    _, membership, sizes = np.unique(nearest[:, 0], return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes), dtype=np.int32)
    return rank[membership]


def _count_distinct(vectors: np.ndarray, enough: int) -> int:
    """The number of distinct rows, counted up to ``enough``."""
    seen: set[bytes] = set()
    for row in vectors:
        seen.add(row.tobytes())
        if len(seen) == enough:
            break
    return len(seen)
