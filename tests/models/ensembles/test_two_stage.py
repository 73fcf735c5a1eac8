"""Two stages: what the ranker sees, what it must not have seen, and that it finds what decides."""

from typing import ClassVar

import numpy as np
import pytest

from playrec_core.config import Frozen
from playrec_core.data.dataset import Dataset
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.models.ensembles.boosted_ranker import BoostedRanker
from playrec_core.models.ensembles.candidate_features import Candidates
from playrec_core.models.ensembles.two_stage import TwoStage, rehearse
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
    """Both members say the same to everybody: whatever is right for a seed, the features alone can tell."""
    members = {"popularity": {}, "again": {"kind": "popularity"}}
    return two_stage({**members, "two-stage": table(*members)}, world.dataset)


def test_the_ranker_finds_the_feature_that_decides(by_genre, world):
    genres = world.dataset.catalogue[GENRES].to_pylist()
    for group in world.groups:
        seed = Seed(tuple(group[[1, 4, 6]].tolist()))
        best = [item for item in top_k(by_genre.score([seed])[0], 30).tolist() if item not in seed.songs]
        assert {genres[item][0] for item in best[:20]} == {genres[group[0]][0]}


def test_the_trace_says_who_proposed_and_what_moved(by_genre, world):
    seed = Seed(tuple(world.groups[2][[1, 4, 6]].tolist()))
    proposed, ranked, learnt = by_genre.trace(seed, Nouns()).steps
    best = top_k(by_genre.score([seed])[0], 10).tolist()
    assert proposed.columns[0].values == ranked.columns[0].values == best
    assert [column.title for column in proposed.columns[1:]] == ["Most popular (popularity)", "Most popular (again)"]
    for row in range(10):
        assert any(column.values[row].startswith("genre like the seed's = 1: +") for column in ranked.columns[1:4])
    assert learnt.columns[0].values[0] == "genre like the seed's"


def test_what_moved_a_candidate_adds_up_to_its_score(by_genre, world):
    (candidates,) = by_genre._candidates(by_genre.members, [seed := Seed((0, 4), tags=(1,), title="mood1")])
    (rows,) = by_genre.features.tables([seed], [candidates])
    np.testing.assert_allclose(by_genre.ranker.contributions(rows).sum(axis=1), by_genre.ranker.score(rows), atol=1e-5)


def test_the_features_are_what_their_names_say(by_genre, world):
    dataset = world.dataset
    seed = Seed(tuple(world.groups[0][:2].tolist()), tags=(0, 1), title="mood0 mix")
    candidates = Candidates.gather([dataset.item_counts.astype(np.float32)] * 2, seed, 100)
    (rows,) = by_genre.features.tables([seed], [candidates])
    column = dict(zip(by_genre.ranker.names, rows.T, strict=True))
    genres, artists = dataset.catalogue[GENRES].to_pylist(), dataset.catalogue["artist"].to_pylist()
    by_playlist = dataset.interactions.toarray() > 0
    carries = dataset.playlist_tags.toarray()[:, [0, 1]] > 0
    for row, item in enumerate(candidates.items.tolist()):
        met = (by_playlist[:, [item]] & carries).sum(axis=0)
        assert column["tags shared with the seed"][row] == (met > 0).mean()
        assert column["meetings with the seed's tags"][row] == pytest.approx(np.log1p(met.sum()))
        assert column["genre like the seed's"][row] == (genres[item] == genres[seed.songs[0]])
        assert column["artist among the seed's"][row] == np.mean([artists[item] == artists[s] for s in seed.songs])
        assert column["years from the seed's"][row] == 0
        share = (dataset.item_counts[item] + 1) / (dataset.n_playlists + 1)
        assert column["popularity"][row] == pytest.approx(np.log(share))
    own, other = world.groups[0][5], world.groups[1][0]
    titles = dict(zip(candidates.items.tolist(), column["in playlists called alike"].tolist(), strict=True))
    assert titles[own] > titles[other] == 0


def test_candidates_hold_places_and_scores_by_hand():
    rows = [np.array([9, 5, 7, 1, 3], np.float32), np.array([-np.inf, 2, -np.inf, 4, -np.inf], np.float32)]
    found = Candidates.gather(rows, Seed((0,)), depth=2)
    assert found.items.tolist() == [1, 2, 3]
    nan = np.nan
    np.testing.assert_array_equal(found.places, np.array([[2, 2], [1, nan], [nan, 1]], np.float32))
    np.testing.assert_array_equal(found.scores, np.array([[0, 0], [1, nan], [-2, 1]], np.float32))


class Witness(Recommender):
    """Remembers what it was fitted on, and likes every song alike."""

    kind, title, family, reads, Config = "witness", "Witness", "baseline", frozenset(), Frozen
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
def test_what_is_hidden_in_practice_never_reaches_the_members_that_rehearse(world, practice):
    Witness.seen.clear()
    tables = {
        "popularity": {},
        "again": {"kind": "popularity"},
        "two-stage": table("popularity", "again", practice=practice, rehearsals=2),
    }
    model = registry.create_all(tables)["two-stage"]
    assert isinstance(model, TwoStage)
    witness = Witness(Frozen())
    model.attach({"popularity": witness, "again": witness})
    model.fit(world.dataset, rng=np.random.default_rng(3), device="cpu", progress=lambda _: None)
    seen, other = Witness.seen
    assert seen.fingerprint != other.fingerprint
    _, questions = model.practice(world.dataset, np.random.default_rng(3))
    assert len(questions) > 20
    hidden = 0
    for place, identity in enumerate(questions.table["id"].to_pylist()):
        (row,) = seen.playlists.index([int(identity)])
        if practice["kind"] == "kakao":
            assert row < 0
        else:
            shown = set(seen.interactions[[row], :].indices.tolist())
            answers = set(questions.hidden_songs[[place], :].indices.tolist())
            assert shown == set(questions.seeds[place].songs)
            assert not shown & answers
            hidden += len(answers)
    assert practice["kind"] == "kakao" or hidden == world.dataset.interactions.nnz - seen.interactions.nnz


def test_the_members_that_serve_saw_everything(world):
    tables = {"item-knn": ITEM_KNN, "als": ALS, "two-stage": table("item-knn", "als")}
    model = two_stage(tables, world.dataset)
    alone = registry.create("item-knn", ITEM_KNN)
    alone.fit(world.dataset, rng=np.random.default_rng(3), device="cpu", progress=lambda _: None)
    member = model.members["item-knn"]
    assert all((member.state()[name] == array).all() for name, array in alone.state().items())


def test_a_model_that_two_are_made_of_rehearses_once(world):
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
    again = rehearse(
        {name: made[name] for name in ("densified-query", "content-collaborative-mixture")},
        world.dataset,
        rng=np.random.default_rng(3),
        device="cpu",
        progress=lambda _: None,
    )
    one, two = (model.members["item-knn"] for model in again.values())
    assert one is two
    assert one is not made["item-knn"]


def test_a_member_without_an_opinion_abstains(world):
    tables = {"popularity": {}, "item-knn": ITEM_KNN, "two-stage": table("popularity", "item-knn", depth=12)}
    model = two_stage(tables, world.dataset)
    seed = Seed(tags=(1,))
    (candidates,) = model._candidates(model.members, [seed])
    assert candidates.items.tolist() == list(range(12))
    assert np.isnan([candidates.places[:, 1], candidates.scores[:, 1]]).all()
    assert np.isfinite(model.score([seed])[0]).sum() == 12


def test_where_all_abstain_the_seed_is_left_to_the_chain(world):
    model = two_stage({"item-knn": ITEM_KNN, "als": ALS, "two-stage": table("item-knn", "als")}, world.dataset)
    seed = Seed(title="mood1 mix")
    assert np.isneginf(model.score([seed])).all()
    assert model.trace(seed, Nouns()) is None


def test_the_names_of_the_features_are_kept_with_the_trees(by_genre):
    opened = BoostedRanker.from_array(by_genre.trees)
    assert opened.names == by_genre.features.names(["Most popular (popularity)", "Most popular (again)"], Nouns())
    assert opened.gains().sum() == pytest.approx(1)


def test_tags_are_those_of_the_member_that_answers_them(by_genre, world):
    knn = {"neighbours": 20, "amplification": 2.0, "idf": 1.0, "vote_idf": 0.0}
    fields = {**knn, "tags": 0.1, "title": 0.1, "title_ngrams": [1, 4]}
    model = two_stage(
        {"popularity": {}, "fields-knn": fields, "two-stage": table("popularity", "fields-knn")}, world.dataset
    )
    seeds = [Seed((0, 3)), Seed(tags=(1,))]
    np.testing.assert_array_equal(model.score_tags(seeds), model.members["fields-knn"].score_tags(seeds))
    assert by_genre.score_tags(seeds) is None


def test_data_too_small_to_practise_on_is_said_before(world):
    practice = {"kind": "leave-out", "count": 50, "last": 1, "min_left": 3}
    made = registry.create_all(
        {"popularity": {}, "item-knn": ITEM_KNN, "two-stage": table("popularity", "item-knn", practice=practice)}
    )
    assert made["two-stage"].missing(world.dataset) == "there are too few playlists or too short ones to practise on"
