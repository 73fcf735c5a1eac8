"""The computation of the ALS tutorial, against formulae written out and planted data."""

import numpy as np
import pytest

from playrec_core.models.factorisation.als import AlsConfig
from playrec_core.teaching.als_tutorial import TutorialModel, fit, mistyped, take_subset
from playrec_core.testing.planted import PlantedWorld, planted
from playrec_core.text_index.catalogue_search import normalise

CONFIG = AlsConfig(factors=8, regularization=0.1, alpha=5.0, iterations=15)


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return planted()


@pytest.fixture(scope="module")
def favourites(world: PlantedWorld) -> tuple[int, ...]:
    return tuple(world.groups[1][[0, 3, 5, 8]].tolist())


@pytest.fixture(scope="module")
def fitted(world: PlantedWorld, favourites: tuple[int, ...]) -> TutorialModel:
    return fit(take_subset(world.dataset, favourites), favourites, CONFIG)


class TestCut:
    def test_the_most_active_playlists_by_the_most_popular_items(self, world: PlantedWorld):
        subset = take_subset(world.dataset, n_playlists=40, n_items=25)
        dense = world.dataset.interactions.toarray()
        np.testing.assert_array_equal(subset.items, np.arange(25))
        np.testing.assert_array_equal(subset.matrix.toarray(), dense[subset.playlists][:, :25])
        held = (dense[:, :25] > 0).sum(axis=1)
        left_out = np.setdiff1d(np.arange(len(dense)), subset.playlists)
        assert len(subset.playlists) == 40
        assert held[subset.playlists].min() >= held[left_out].max()

    def test_a_rare_favourite_gets_a_column(self, world: PlantedWorld):
        rare = [world.dataset.n_items - 1, 3, int(world.unheard[0])]
        subset = take_subset(world.dataset, rare, n_playlists=40, n_items=25)
        assert subset.items[list(subset.columns(rare))].tolist() == rare
        np.testing.assert_array_equal(
            subset.matrix.toarray(), world.dataset.interactions.toarray()[subset.playlists][:, subset.items]
        )

    def test_all_of_a_small_data_set(self, world: PlantedWorld):
        subset = take_subset(world.dataset, n_playlists=10_000, n_items=10_000)
        assert subset.matrix.shape == world.dataset.interactions.shape
        assert (subset.matrix != world.dataset.interactions).nnz == 0


class TestLearn:
    def test_the_favourites_are_one_more_row(self, fitted: TutorialModel):
        before, after = fitted.subset.matrix.toarray(), fitted.ratings.toarray()
        np.testing.assert_array_equal(after[:-1], before)
        row = np.zeros(before.shape[1])
        row[list(fitted.seed.songs)] = fitted.subset.strongest
        np.testing.assert_array_equal(after[-1], row)
        assert len(fitted.ratings.indptr) == len(fitted.subset.matrix.indptr) + 1

    def test_scores_and_contributions_are_those_of_the_paper(self, fitted: TutorialModel):
        """Hu, Koren & Volinsky 2008, with all matrices of the paper dense."""
        y = fitted.model.item_factors.astype(np.float64)
        preference = fitted.ratings.toarray()[-1] > 0
        confidence = np.where(preference, CONFIG.alpha * fitted.subset.strongest, 1.0)
        w = np.linalg.inv(y.T @ np.diag(confidence) @ y + CONFIG.regularization * np.eye(CONFIG.factors))
        x = w @ y.T @ np.diag(confidence) @ preference
        np.testing.assert_allclose(fitted.scores, y @ x, atol=1e-5)
        for column in (*fitted.recommended(5).tolist(), int(np.argmin(fitted.scores))):
            found = fitted.explain(column)
            parts = [confidence[song] * y[column] @ w @ y[song] for song in fitted.seed.songs]
            np.testing.assert_allclose(found.contributions, parts, atol=1e-6)
            assert found.total == pytest.approx(fitted.scores[column], abs=1e-5)
            assert fitted.vectors(column).dot == pytest.approx(fitted.scores[column], abs=1e-5)

    def test_the_favourites_kind_is_recommended_and_near(self, world: PlantedWorld, fitted: TutorialModel):
        group = set(world.groups[1].tolist())
        recommended = fitted.subset.items[fitted.recommended(15)].tolist()
        assert set(recommended) <= group
        assert not set(recommended) & set(fitted.subset.items[list(fitted.seed.songs)].tolist())
        near, cosines = fitted.neighbours(fitted.seed.songs[0], 10)
        assert set(fitted.subset.items[near].tolist()) <= group
        y = fitted.model.item_factors
        norms = np.linalg.norm(y, axis=1)
        own = fitted.seed.songs[0]
        np.testing.assert_allclose(cosines, y[near] @ y[own] / norms[near] / norms[own], atol=1e-5)

    def test_the_baseline_is_popularity_without_the_favourites(self, fitted: TutorialModel):
        expected = [column for column in range(30) if column not in fitted.seed.songs][:20]
        assert fitted.most_popular(20).tolist() == expected

    def test_the_same_twice(self, fitted: TutorialModel, favourites: tuple[int, ...]):
        again = fit(fitted.subset, favourites, CONFIG)
        assert again.model.item_factors.tobytes() == fitted.model.item_factors.tobytes()

    def test_a_mistaken_title_makes_an_item_that_scores_next_to_nothing(self, fitted: TutorialModel, favourites):
        gentle = CONFIG.model_copy(update={"alpha": 1.0})
        right, wrong = fit(fitted.subset, favourites, gentle), fit(fitted.subset, favourites, gentle, mistaken=1)
        second, real = len(fitted.subset.items), fitted.seed.songs[1]
        assert wrong.ratings.shape[1] == fitted.ratings.shape[1] + 1
        assert np.flatnonzero(wrong.ratings.toarray()[:, second]).tolist() == [wrong.ratings.shape[0] - 1]
        assert wrong.ratings.toarray()[-1, real] == 0
        assert abs(wrong.scores[second]) < 0.2 * right.scores[real]
        # The original item can now be recommended to the user who named it.
        assert real in wrong.recommended(20)
        assert real not in right.recommended(100)


@pytest.mark.parametrize("title", ["Men in Black (1997)", "여권의 약속", "Léon", "a", "ß-Carotene", "1999 カ"])
def test_a_mistyped_title_is_another_string_that_means_the_same(title: str):
    other = mistyped(title)
    if title == "1999 カ":
        assert other is None  # it has no other spelling
        return
    assert other is not None
    assert other != title
    assert normalise(other) == normalise(title)


@pytest.mark.parametrize("title", ["", "1984", "\u200b"])
def test_a_title_that_cannot_be_mistyped(title: str):
    assert mistyped(title) is None
