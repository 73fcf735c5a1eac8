"""Two-stage ranking: features, out-of-fold training, and whether the ranker finds the decisive feature."""

from typing import ClassVar

import numpy as np
import pytest

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.models.ensembles.boosted_ranker import BoostedRanker
from playrec_core.models.ensembles.candidate_features import Candidates
from playrec_core.models.ensembles.two_stage import TwoStage, refit
from playrec_core.numerics.topk import top_k
from playrec_core.schema import GENRES, Nouns, Seed
from playrec_core.testing.planted import fitted, planted

ITEM_KNN = {"neighbours": 20, "shrinkage": 1.0}
ALS = {"factors": 6, "regularization": 1.0, "alpha": 5.0, "iterations": 4}
KAKAO = {"kind": "kakao", "share": 0.3}
LEAVE_OUT = {"kind": "leave-out", "count": 2, "last": 1, "min_left": 3}


def table(*members: str, practice: dict = KAKAO, depth: int = 100, rehearsals: int = 1) -> dict:
    return {
        "members": list(members),
        "depth": depth,
        "practice": practice,
        "rehearsals": rehearsals,
        "questions": 1000,
        "features": {
            "content": {"catalogue": ["genre"], "tags": 0, "playlists": False},
            "title_ngrams": [2, 3],
            "title_neighbours": 50,
        },
        "boosting": {
            "rounds": 20,
            "learning_rate": 0.2,
            "depth": 3,
            "min_child_weight": 0.0,
            "regularization": 1.0,
            "sample": 1.0,
            "columns": 1.0,
            "pairs": 32,
        },
    }


def two_stage(tables: dict, dataset) -> TwoStage:
    return fitted(tables, dataset)["two-stage"]  # type: ignore[return-value]


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def by_genre(world):
    """Both members score all seeds alike, so only the features can distinguish candidates."""
    members = {"popularity": {}, "again": {"kind": "popularity"}}
    return two_stage({**members, "two-stage": table(*members)}, world.dataset)


def test_the_ranker_finds_the_decisive_feature(by_genre, world):
    genres = world.dataset.catalogue[GENRES].to_pylist()
    for group in world.groups:
        seed = Seed(tuple(group[[1, 4, 6]].tolist()))
        best = [item for item in top_k(by_genre.score([seed])[0], 30).tolist() if item not in seed.songs]
        assert {genres[item][0] for item in best[:20]} == {genres[group[0]][0]}


def test_the_trace_shows_candidates_and_contributions(by_genre, world):
    seed = Seed(tuple(world.groups[2][[1, 4, 6]].tolist()))
    candidates, ranked, importance = by_genre.trace(seed, Nouns()).steps
    best = top_k(by_genre.score([seed])[0], 10).tolist()
    assert candidates.columns[0].values == ranked.columns[0].values == best
    assert [column.title for column in candidates.columns[1:]] == ["Most popular (popularity)", "Most popular (again)"]
    for row in range(10):
        assert any(
            column.values[row].startswith("genre similarity to the seed = 1: +") for column in ranked.columns[1:4]
        )
    assert importance.columns[0].values[0] == "genre similarity to the seed"


def test_contributions_sum_to_the_score(by_genre, world):
    (candidates,) = by_genre._candidates(by_genre.members, [seed := Seed((0, 4), tags=(1,), title="mood1")])
    (rows,) = by_genre.features.tables([seed], [candidates])
    np.testing.assert_allclose(by_genre.ranker.contributions(rows).sum(axis=1), by_genre.ranker.score(rows), atol=1e-5)


def test_the_features_match_their_names(by_genre, world):
    dataset = world.dataset
    seed = Seed(tuple(world.groups[0][:2].tolist()), tags=(0, 1), title="mood0 mix")
    candidates = Candidates.gather([dataset.item_counts.astype(np.float32)] * 2, seed, 100)
    (rows,) = by_genre.features.tables([seed], [candidates])
    column = dict(zip(by_genre.ranker.names, rows.T, strict=True))
    genres, artists = dataset.catalogue[GENRES].to_pylist(), dataset.catalogue["artist"].to_pylist()
    by_playlist = dataset.interactions.toarray() > 0
    carries = dataset.playlist_tags.toarray()[:, [0, 1]] > 0
    for row, item in enumerate(candidates.items.tolist()):
        counts = (by_playlist[:, [item]] & carries).sum(axis=0)
        assert column["tags shared with the seed"][row] == (counts > 0).mean()
        assert column["co-occurrences with the seed's tags"][row] == pytest.approx(np.log1p(counts.sum()))
        assert column["genre similarity to the seed"][row] == (genres[item] == genres[seed.songs[0]])
        assert column["artist in the seed"][row] == np.mean([artists[item] == artists[s] for s in seed.songs])
        assert column["years from the seed's median"][row] == 0
        share = (dataset.item_counts[item] + 1) / (dataset.n_playlists + 1)
        assert column["popularity"][row] == pytest.approx(np.log(share))
    own, other = world.groups[0][5], world.groups[1][0]
    titles = dict(zip(candidates.items.tolist(), column["in playlists with similar titles"].tolist(), strict=True))
    assert titles[own] > titles[other] == 0


def test_candidates_have_ranks_and_scores_as_by_hand():
    rows = [np.array([9, 5, 7, 1, 3], np.float32), np.array([-np.inf, 2, -np.inf, 4, -np.inf], np.float32)]
    found = Candidates.gather(rows, Seed((0,)), depth=2)
    assert found.items.tolist() == [1, 2, 3]
    nan = np.nan
    np.testing.assert_array_equal(found.ranks, np.array([[2, 2], [1, nan], [nan, 1]], np.float32))
    np.testing.assert_array_equal(found.scores, np.array([[0, 0], [1, nan], [-2, 1]], np.float32))


class Recorder(Recommender):
    """Records the data sets it is fitted to; scores all songs equally."""

    kind, title, family, reads, Config = "recorder", "Recorder", "baseline", frozenset(), Frozen
    seen: ClassVar[list[Dataset]] = []

    def fit(self, dataset, *, rng, device, progress):
        self.seen.append(dataset)
        self.n_items = dataset.n_items

    def score(self, seeds):
        return np.ones((len(seeds), self.n_items), np.float32)

    def state(self):
        return {}

    @classmethod
    def from_state(cls, config, state):
        return cls(config)


@pytest.mark.parametrize("practice", [KAKAO, LEAVE_OUT], ids=lambda practice: practice["kind"])
def test_out_of_fold_members_never_see_the_hidden_songs(world, practice):
    Recorder.seen.clear()
    tables = {
        "popularity": {},
        "again": {"kind": "popularity"},
        "two-stage": table("popularity", "again", practice=practice, rehearsals=2),
    }
    model = registry.create_all(tables)["two-stage"]
    assert isinstance(model, TwoStage)
    recorder = Recorder(Frozen())
    model.attach({"popularity": recorder, "again": recorder})
    model.fit(world.dataset, rng=np.random.default_rng(3), device="cpu", progress=lambda _: None)
    seen, other = Recorder.seen
    assert seen.fingerprint != other.fingerprint
    _, held_out = model.practice(world.dataset, np.random.default_rng(3))
    assert len(held_out) > 20
    hidden = 0
    for query, identity in enumerate(held_out.table["id"].to_pylist()):
        (row,) = seen.playlists.index([int(identity)])
        if practice["kind"] == "kakao":
            assert row < 0
        else:
            shown = set(seen.interactions[[row], :].indices.tolist())
            hidden_songs = set(held_out.hidden_songs[[query], :].indices.tolist())
            assert shown == set(held_out.seeds[query].songs)
            assert not shown & hidden_songs
            hidden += len(hidden_songs)
    assert practice["kind"] == "kakao" or hidden == world.dataset.interactions.nnz - seen.interactions.nnz


def test_the_serving_members_are_fitted_to_all_data(world):
    tables = {"item-knn": ITEM_KNN, "als": ALS, "two-stage": table("item-knn", "als")}
    model = two_stage(tables, world.dataset)
    alone = registry.create("item-knn", ITEM_KNN)
    alone.fit(world.dataset, rng=np.random.default_rng(3), device="cpu", progress=lambda _: None)
    member = model.members["item-knn"]
    assert all((member.state()[name] == array).all() for name, array in alone.state().items())


def test_a_shared_member_is_refitted_once(world):
    pair = {"content": "content-neighbours", "collaborative": "item-knn"}
    tables = {
        "item-knn": ITEM_KNN,
        "content-neighbours": {
            "features": {"catalogue": ["genre"], "tags": 0, "playlists": False},
            "dimensions": 2,
            "neighbours": 10,
            "similarity": "cosine",
        },
        "densified-query": {**pair, "most": 2, "songs": 10, "weight": 1.0},
        "content-collaborative-mixture": {**pair, "short": 30, "for_short": 2, "for_long": 1},
    }
    made = registry.create_all(tables)
    again = refit(
        {name: made[name] for name in ("densified-query", "content-collaborative-mixture")},
        world.dataset,
        rng=np.random.default_rng(3),
        device="cpu",
        progress=lambda _: None,
    )
    one, two = (model.members["item-knn"] for model in again.values())
    assert one is two
    assert one is not made["item-knn"]


def test_a_member_without_a_prediction_abstains(world):
    tables = {"popularity": {}, "item-knn": ITEM_KNN, "two-stage": table("popularity", "item-knn", depth=12)}
    model = two_stage(tables, world.dataset)
    seed = Seed(tags=(1,))
    (candidates,) = model._candidates(model.members, [seed])
    assert candidates.items.tolist() == list(range(12))
    assert np.isnan([candidates.ranks[:, 1], candidates.scores[:, 1]]).all()
    assert np.isfinite(model.score([seed])[0]).sum() == 12


def test_without_candidates_the_seed_is_left_to_the_fallbacks(world):
    model = two_stage({"item-knn": ITEM_KNN, "als": ALS, "two-stage": table("item-knn", "als")}, world.dataset)
    seed = Seed(title="mood1 mix")
    assert np.isneginf(model.score([seed])).all()
    assert model.trace(seed, Nouns()) is None


def test_the_feature_names_are_stored_with_the_trees(by_genre):
    opened = BoostedRanker.from_array(by_genre.trees)
    assert opened.names == by_genre.features.names(["Most popular (popularity)", "Most popular (again)"], Nouns())
    assert opened.gains().sum() == pytest.approx(1)


def test_tag_scores_are_those_of_the_member_that_has_them(by_genre, world):
    knn = {"neighbours": 20, "amplification": 2.0, "idf": 1.0, "vote_idf": 0.0}
    fields = {**knn, "tags": 0.1, "title": 0.1, "title_ngrams": [1, 4]}
    model = two_stage(
        {"popularity": {}, "fields-knn": fields, "two-stage": table("popularity", "fields-knn")}, world.dataset
    )
    seeds = [Seed((0, 3)), Seed(tags=(1,))]
    np.testing.assert_array_equal(model.score_tags(seeds), model.members["fields-knn"].score_tags(seeds))
    assert by_genre.score_tags(seeds) is None


def test_missing_reports_data_too_small_for_the_practice_split(world):
    practice = {"kind": "leave-out", "count": 50, "last": 1, "min_left": 3}
    made = registry.create_all(
        {"popularity": {}, "item-knn": ITEM_KNN, "two-stage": table("popularity", "item-knn", practice=practice)}
    )
    assert made["two-stage"].missing(world.dataset) == (
        "there are too few playlists, or they are too short, for the practice split"
    )
