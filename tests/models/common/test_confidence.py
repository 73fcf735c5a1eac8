"""The confidence rules against their formulas, on a small data set."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.data.builder import DatasetBuilder
from playrec_core.models.common.confidence import Confidence, ConfidenceConfig, curve, lacking
from playrec_core.schema import Nouns, Seed
from playrec_core.testing.planted import planted, without_content


@pytest.fixture(scope="module")
def dataset():
    """Three users. a is in all their lists, b in two, c and d in one; a is comedy, b comedy and drama, c drama, d has
    no genre. Indices by popularity: a 0, b 1, c 2, d 3.
    """
    builder = DatasetBuilder("hand", Nouns(), Path("hand"), numeric_ids=False)
    builder.add_item("a", "A", genres=["comedy"], released="1980")
    builder.add_item("b", "B", genres=["comedy", "drama"], released="1990")
    builder.add_item("c", "C", genres=["drama"], released="1970")
    builder.add_item("d", "D")
    builder.add_playlist("one", ["a", "b", "c"], times=[100, 150, 300])
    builder.add_playlist("two", ["a", "b"], times=[7, 7])
    builder.add_playlist("three", ["d", "a"], times=[5, 1])
    return builder.build()


def learn(dataset, *rules, strength=1.0):
    return Confidence.learn(ConfidenceConfig(rules=rules, strength=strength), dataset)


def unscaled(dataset, *rules):
    """The rules' values, recovered from (1 + value) / mean, in the order one: a b c, two: a b, three: a d."""
    found, weights = learn(dataset, *rules)
    return weights * found.mean - 1


def test_without_rules_all_weights_are_1(dataset):
    found, weights = learn(dataset)
    assert (weights == 1).all()
    assert (found.of(Seed((3, 1))) == 1).all()


def test_popularity_is_a_share_of_the_most_popular(dataset):
    np.testing.assert_allclose(unscaled(dataset, "popularity"), [1, 2 / 3, 1 / 3, 1, 2 / 3, 1, 1 / 3], atol=1e-6)


def test_genre_is_the_share_of_the_list_with_the_songs_genres(dataset):
    # "one" has comedy in two of three songs and drama in two of three; "two" comedy 2/2, drama 1/2; "three" comedy 1/2.
    expected = [2 / 3, 2 / 3, 2 / 3, 1, (1 + 1 / 2) / 2, 1 / 2, 0]
    np.testing.assert_allclose(unscaled(dataset, "genre"), expected, atol=1e-6)


def test_recency_is_the_position_in_the_users_time_span(dataset):
    np.testing.assert_allclose(unscaled(dataset, "recency"), [0, 0.25, 1, 1, 1, 0, 1], atol=1e-6)


def test_the_year_factor_is_exponential(dataset):
    found, weights = learn(dataset, "year")
    expected = np.exp([0, 10, -10, 0, 10, 0, 0])  # d has no year: as 1980
    np.testing.assert_allclose(weights, expected / expected.mean(), rtol=1e-5)
    slow, _ = learn(dataset, "decade")
    np.testing.assert_allclose(slow.item_factors, np.exp([0, 1, -1, 0]), rtol=1e-6)
    assert found.mean == pytest.approx(expected.mean())


def test_rules_add_up_and_the_year_multiplies(dataset):
    """As in docs/sources/movie-rec-report.md: (popularity + genre preference) * e^(year - 1980)."""
    _, weights = learn(dataset, "popularity", "genre", "year", strength=3.0)
    added = 1 + 3 * (unscaled(dataset, "popularity") + unscaled(dataset, "genre"))
    expected = added * np.exp([0, 10, -10, 0, 10, 0, 0])
    np.testing.assert_allclose(weights, expected / expected.mean(), rtol=1e-5)


@pytest.mark.parametrize("rules", [("popularity",), ("genre",), ("recency",), ("decade", "genre")])
def test_the_mean_over_the_training_interactions_is_one(dataset, rules):
    _, weights = learn(dataset, *rules, strength=7.0)
    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(1, rel=1e-5)


def test_a_seed_is_weighted_like_a_training_list_in_any_order(dataset):
    found, weights = learn(dataset, "popularity", "genre", "decade")
    np.testing.assert_allclose(found.of(Seed((0, 1, 2))), weights[:3], rtol=1e-6)
    np.testing.assert_allclose(found.of(Seed((2, 0, 1))), weights[[2, 0, 1]], rtol=1e-6)


def test_unknown_times_of_a_seed_count_as_the_mean(dataset):
    found, _ = learn(dataset, "recency")
    np.testing.assert_allclose(found.of(Seed((0, 3))), (1 + np.mean([0, 0.25, 1, 1, 1, 0, 1])) / found.mean, rtol=1e-6)


def test_missing_data_is_reported():
    bare = without_content(planted().dataset)
    assert lacking(bare, ("popularity",)) is None
    assert lacking(bare, ("genre", "year", "decade")) == (
        "confidence needs genres and release years, which the data set does not have"
    )
    assert "times" in str(lacking(bare, ("recency",)))


def test_a_curve_equals_its_rule(dataset):
    years = curve("year", dataset)
    assert years is not None
    assert years.x.tolist() == [1970, 1980, 1990]
    np.testing.assert_allclose(years.y, np.exp([-10, 0, 10]))
    np.testing.assert_allclose(years.share, np.array([1, 3, 2]) / 7)
    for rule in ("popularity", "genre", "recency"):
        found = curve(rule, dataset)
        assert found is not None
        assert found.share.sum() == pytest.approx(1)
        assert (np.diff(found.y) > 0).all()


def test_a_rule_without_its_data_has_no_curve():
    world = planted().dataset
    assert curve("recency", world) is None
    assert curve("genre", without_content(world)) is None
