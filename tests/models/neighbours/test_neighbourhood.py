"""Playlist kNN and item kNN against plain formulas and `implicit`."""

import numpy as np
import pytest
from implicit.nearest_neighbours import CosineRecommender
from scipy.sparse import csr_matrix

from playrec_core.models.neighbours.item_knn import ItemKnn, ItemKnnConfig
from playrec_core.models.neighbours.playlist_knn import PlaylistKnn, PlaylistKnnConfig
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import planted

RNG = np.random.default_rng


@pytest.fixture(scope="module")
def dataset():
    return planted().dataset


def fit(model, dataset):
    model.fit(dataset, rng=RNG(0), device="cpu", progress=no_progress)
    return model


@pytest.mark.parametrize("amplification", [1.0, 2.0, 0.5])
@pytest.mark.parametrize("neighbours", [5, 10_000])
def test_playlist_knn_is_the_sum_over_the_nearest_playlists(dataset, amplification, neighbours):
    config = PlaylistKnnConfig(neighbours=neighbours, amplification=amplification, idf=1.0, vote_idf=-0.5)
    model = fit(PlaylistKnn(config), dataset)
    contained = dataset.interactions.toarray() > 0
    idf = np.log1p(len(contained) / np.maximum(contained.sum(axis=0), 1))
    seed = Seed((3, 10, 17), weights=(1.0, 2.0, 1.0))
    query = np.zeros(dataset.n_items)
    query[list(seed.songs)] = idf[list(seed.songs)] * np.array(seed.weights)
    similarity = np.array([row * idf @ query / np.linalg.norm(row * idf) / np.linalg.norm(query) for row in contained])
    # The k nearest, ties to the earlier playlist.
    nearest = [row for row in np.argsort(-similarity, kind="stable")[:neighbours] if similarity[row] > 0]
    expected = sum(similarity[row] ** amplification * contained[row] for row in nearest) * idf**-0.5
    scores = model.score([seed])[0]
    scored = expected > 0
    np.testing.assert_allclose(scores[scored], expected[scored], rtol=2e-5)
    assert np.isneginf(scores[~scored]).all()


def test_item_knn_without_shrinkage_is_the_cosine_of_implicit(dataset):
    model = fit(ItemKnn(ItemKnnConfig(neighbours=20, shrinkage=0.0)), dataset)
    peer = CosineRecommender(K=21)
    peer.fit(csr_matrix((dataset.interactions > 0).astype(np.float64)), show_progress=False)
    for item in range(0, 60, 7):
        items, similarities = model.similar_items(item)
        peer_items, peer_similarities = peer.similar_items(item, N=21)
        expected = sorted(peer_similarities[peer_items != item], reverse=True)[: len(items)]
        np.testing.assert_allclose(similarities, expected, rtol=1e-5)


def test_shrinkage_discounts_rare_pairs(dataset):
    counts = dataset.item_counts
    together = (dataset.interactions.T @ dataset.interactions).toarray()
    model = fit(ItemKnn(ItemKnnConfig(neighbours=1000, shrinkage=7.0)), dataset)
    items, similarities = model.similar_items(4)
    expected = together[4, items] / (np.sqrt(counts[4] * counts[items]) + 7.0)
    np.testing.assert_allclose(similarities, expected, rtol=1e-5)


def test_blocks_do_not_change_the_result(dataset, monkeypatch):
    """Blocks only bound memory: tiny blocks give the same neighbours."""
    whole = fit(ItemKnn(ItemKnnConfig(neighbours=9, shrinkage=1.0)), dataset).state()
    monkeypatch.setattr("playrec_core.models.common.item_weights._BLOCK_ENTRIES", 50)
    parts = fit(ItemKnn(ItemKnnConfig(neighbours=9, shrinkage=1.0)), dataset).state()
    assert all(whole[name].tobytes() == parts[name].tobytes() for name in whole)
