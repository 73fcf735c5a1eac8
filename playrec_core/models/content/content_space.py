"""The space of the raw song features: their principal components, and k-means clusters in it (row M2).

The document reduces its 457 one-hot features to 180 components (94 % of the variance) and makes 1,000 clusters of
them: genres finer than the catalogue's, and of another kind, because tags are among the features ("rainy evening",
"drive"). Its own verdict is that the clusters hardly left the bounds of the genres.
"""

import numpy as np
from scipy.sparse import csr_array

_BLOCK = 65_536
_NEGLIGIBLE = 1e-7
"""A component of less variance than this is rounding noise of features that repeat one another; one song of a million
gives its feature ten times as much.
"""


def principal_components(features: csr_array, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Project sparse features on their first principal components, without ever making them dense.

    Args:
        features: (n_items, n_features).
        dimensions: how many components at the most; fewer where the features have fewer.

    Returns:
        (n_items, d) float32 coordinates, equal for equal features, and (d,) float64 shares of the variance explained.
    """
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    exact = features.astype(np.float64)
    # On one thread, because the order of the sums, and with it the last bits, would depend on how many there are.
    with threadpool_limits(1, user_api="blas"):
        pca = PCA(min(dimensions, *features.shape), svd_solver="covariance_eigh")
        with np.errstate(invalid="ignore"):  # features without any variance: 0 / 0
            pca.fit(exact)
        telling = pca.explained_variance_ > _NEGLIGIBLE
        d = max(1, int(telling.sum()))
        explained = np.where(telling, pca.explained_variance_ratio_, 0.0)
        vectors = np.empty((features.shape[0], d), dtype=np.float32)
        for start in range(0, len(vectors), _BLOCK):
            vectors[start : start + _BLOCK] = pca.transform(exact[start : start + _BLOCK])[:, :d]
    return vectors, explained[:d]


def k_means(vectors: np.ndarray, clusters: int, seed: int) -> np.ndarray:
    """Lloyd's k-means by `faiss`, which learns from at most 256 songs a cluster.

    Args:
        vectors: (n, d) float32.
        clusters: how many; fewer where there are fewer different vectors.
        seed: of the first centroids.

    Returns:
        (n,) int32 cluster of each vector, numbered by falling size; no cluster is empty.
    """
    import faiss

    k = _different(vectors, clusters)
    means = faiss.Kmeans(vectors.shape[1], k, niter=25, seed=seed, min_points_per_centroid=1)
    means.train(vectors)
    _, nearest = means.index.search(vectors, 1)
    _, membership, sizes = np.unique(nearest[:, 0], return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes), dtype=np.int32)
    return rank[membership]


def _different(vectors: np.ndarray, enough: int) -> int:
    """How many different rows there are, counted up to ``enough``."""
    seen: set[bytes] = set()
    for row in vectors:
        seen.add(row.tobytes())
        if len(seen) == enough:
            break
    return len(seen)
