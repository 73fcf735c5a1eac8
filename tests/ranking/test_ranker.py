"""Ranking against plain sorting, and every step of the cold-start chain against a world whose answers are known."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playrec_core.config import Frozen, RankingConfig
from playrec_core.models.base import Recommender
from playrec_core.numerics.topk import top_k
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import Seed, Source
from playrec_core.store.files import open_arrays, save_arrays
from playrec_core.testing.planted import planted

CONFIG = RankingConfig(depth=20, tags=2, title_ngrams=(2, 3), title_neighbours=20)


class Fixed(Recommender):
    """A model that says what it is told; for tests of ranking alone."""

    kind = "fixed"
    title = "Fixed"
    reads: ClassVar = frozenset({"songs"})
    Config = Frozen

    def __init__(self, scores: np.ndarray, tag_scores: np.ndarray | None = None):
        super().__init__(Frozen())
        self.scores, self.tag_scores = scores, tag_scores

    def fit(self, dataset, *, rng, device, progress) -> None: ...

    def score(self, seeds):
        return np.tile(self.scores.astype(np.float32), (len(seeds), 1))

    def score_tags(self, seeds):
        return None if self.tag_scores is None else np.tile(self.tag_scores.astype(np.float32), (len(seeds), 1))

    def state(self) -> dict[str, np.ndarray]:
        return {}

    @classmethod
    def from_state(cls, config: Frozen, state: Mapping[str, np.ndarray]):
        return cls(np.empty(0))


@pytest.fixture(scope="module")
def world():
    return planted()


@pytest.fixture(scope="module")
def ranker(world):
    return Ranker.build(world.dataset, CONFIG)


def silent(world):
    return Fixed(np.full(world.dataset.n_items, -np.inf))


@given(
    arrays(np.float32, st.integers(1, 60), elements=st.sampled_from([0.0, 1.0, 1.5, -2.0, 7.0, -np.inf])),
    st.integers(0, 70),
)
@settings(deadline=None, max_examples=300)
def test_top_k_is_a_full_sort_cut_off(scores, k):
    finite = [index for index in range(len(scores)) if np.isfinite(scores[index])]
    expected = sorted(finite, key=lambda index: (-scores[index], index))[:k]
    assert top_k(scores, k).tolist() == expected


@pytest.mark.parametrize("share_said", [1.0, 0.3, 1e-3, 0.0])
@pytest.mark.parametrize("different", [2, 50, 10**6])
def test_top_k_of_a_catalogue_of_blocks_is_a_full_sort_cut_off(different, share_said):
    """Above a few thousand scores the blocks' maxima say what is looked at: ties and unsaid scores must not be lost."""
    rng = np.random.default_rng(different)
    scores = rng.integers(0, different, 70_123).astype(np.float32)
    scores[rng.random(len(scores)) >= share_said] = -np.inf
    finite = np.flatnonzero(np.isfinite(scores))
    expected = finite[np.lexsort((finite, -scores[finite]))]
    for k in (1, 100, 136, 137, 1000):
        assert top_k(scores, k).tolist() == expected[:k].tolist()
    assert (
        top_k(scores[-100:], 50).tolist()
        == [index - len(scores) + 100 for index in expected.tolist() if index >= len(scores) - 100][:50]
    )


def test_ties_go_to_the_more_popular_item(ranker, world):
    answer = ranker.rank(Fixed(np.ones(world.dataset.n_items)), [Seed((0, 3))], k=6)[0]
    assert answer.items.tolist() == [1, 2, 4, 5, 6, 7]
    counts = world.dataset.item_counts[answer.items]
    assert (np.diff(counts) <= 0).all()


def test_seed_and_banned_songs_never_come_back(ranker, world):
    n = world.dataset.n_items
    answer = ranker.rank(Fixed(np.arange(n)[::-1]), [Seed((0, 1, 2))], k=n, banned=(5, 6))[0]
    assert not {0, 1, 2, 5, 6} & set(answer.items.tolist())
    assert sorted(answer.items.tolist()) == [item for item in range(n) if item not in (0, 1, 2, 5, 6)]


def test_a_short_answer_is_filled_by_the_chain_and_says_so(ranker, world):
    scores = np.full(world.dataset.n_items, -np.inf)
    scores[[40, 7]] = [2, 1]
    answer = ranker.rank(Fixed(scores), [Seed((0,))], k=5)[0]
    assert answer.items.tolist() == [40, 7, 1, 2, 3]
    assert answer.sources.tolist() == [Source.MODEL] * 2 + [Source.POPULAR] * 3
    assert answer.scores[2:].tolist() == world.dataset.item_counts[[1, 2, 3]].tolist()


def test_without_songs_the_tags_answer(ranker, world):
    tag = world.dataset.tags.index(["tag1"])[0]
    answer = ranker.rank(silent(world), [Seed(tags=(int(tag),))], k=10)[0]
    assert set(answer.items.tolist()) <= set(world.groups[1].tolist())
    assert (answer.sources == Source.TAGS).all()
    matched = world.dataset.item_tag_counts[:, [tag]].toarray().ravel()
    assert answer.scores.tolist() == sorted(matched, reverse=True)[:10]


def test_without_songs_and_tags_the_title_answers(ranker, world):
    answer = ranker.rank(silent(world), [Seed(title="MOOD2 evening")], k=10)[0]
    assert set(answer.items.tolist()) <= set(world.groups[2].tolist())
    assert (answer.sources == Source.TITLE).all()


def test_a_tag_that_training_does_not_know_is_read_like_a_title(ranker, world):
    named, tagged = ranker.rank(silent(world), [Seed(title="mood2 mix"), Seed(other_tags=("mood2", "mix"))], k=10)
    assert tagged.sources.tolist() == named.sources.tolist()
    assert tagged.items.tolist() == named.items.tolist()


def test_tags_come_before_the_title(ranker, world):
    tag = int(world.dataset.tags.index(["tag1"])[0])
    answer = ranker.rank(silent(world), [Seed(tags=(tag,), title="mood2 mix")], k=30)[0]
    sources = answer.sources.tolist()
    assert sources == sorted(sources)
    assert set(answer.items[answer.sources == Source.TAGS].tolist()) <= set(world.groups[1].tolist())


def test_nothing_at_all_gives_the_most_popular(ranker, world):
    answer = ranker.rank(silent(world), [Seed(), Seed(title="   "), Seed(title="\u3000")], k=7)
    for each in answer:
        assert each.items.tolist() == list(range(7))
        assert (each.sources == Source.POPULAR).all()


def test_each_answered_song_votes_once_for_each_tag_it_ever_carried(ranker, world):
    answered = np.array([*world.groups[0][:6], *world.groups[1][:3]])
    votes = ranker.vote(answered)
    ever = world.dataset.item_tag_counts.toarray() > 0
    assert votes.tolist() == ever[answered].sum(axis=0).tolist()


def test_tags_by_votes_without_the_seeds_own(ranker, world):
    names = world.dataset.tags
    everywhere, tag0 = (int(row) for row in names.index(["everywhere", "tag0"]))
    scores = np.full(world.dataset.n_items, -np.inf)
    scores[world.groups[0]] = 1
    model = Fixed(scores)
    songs = tuple(world.groups[0][:2].tolist())
    assert set(ranker.rank(model, [Seed(songs)], n_tags=2)[0].tags.tolist()) == {everywhere, tag0}
    shown = ranker.rank(model, [Seed(songs, tags=(everywhere,))], n_tags=3)[0].tags.tolist()
    assert shown[0] == tag0
    assert everywhere not in shown
    assert len(shown) == len(set(shown)) == 3


def test_a_model_that_answers_tags_is_asked_for_them(ranker, world):
    own = np.array([0.0, 5.0, 1.0, 9.0])
    answer = ranker.rank(Fixed(np.ones(world.dataset.n_items), own), [Seed((0,), tags=(3,))], n_tags=2)[0]
    assert answer.tags.tolist() == [1, 2]
    assert answer.tag_scores.tolist() == [5.0, 1.0]


def test_saved_and_opened_it_answers_the_same(ranker, world, tmp_path):
    save_arrays(tmp_path / "state.safetensors", ranker.state())
    opened = Ranker.from_state(CONFIG, open_arrays(tmp_path / "state.safetensors"), world.dataset.interactions)
    seeds = [Seed(tags=(1,)), Seed(title="mood0"), Seed((4,)), Seed()]
    for mine, theirs in zip(ranker.rank(silent(world), seeds), opened.rank(silent(world), seeds), strict=True):
        assert all(getattr(mine, name).tolist() == getattr(theirs, name).tolist() for name in vars(mine))
