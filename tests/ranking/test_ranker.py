"""Ranking against plain sorting, and the fallbacks on a planted world."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playrec_core.config import Frozen, RankingConfig
from playrec_core.data.builder import DatasetBuilder
from playrec_core.models.base import Recommender
from playrec_core.models.baselines.popularity import Popularity
from playrec_core.numerics.topk import top_k
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import Nouns, Seed, Source, no_progress
from playrec_core.store.files import open_arrays, save_arrays
from playrec_core.testing.planted import planted

CONFIG = RankingConfig(depth=20, tags=2, title_ngrams=(2, 3), title_neighbours=20)


class Fixed(Recommender):
    """A model with given scores."""

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


def unscored(world):
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


@pytest.mark.parametrize("share_scored", [1.0, 0.3, 1e-3, 0.0])
@pytest.mark.parametrize("different", [2, 50, 10**6])
def test_top_k_of_a_catalogue_of_blocks_is_a_full_sort_cut_off(different, share_scored):
    """Large arrays are searched by block maxima: ties and missing scores must be handled as in a full sort."""
    rng = np.random.default_rng(different)
    scores = rng.integers(0, different, 70_123).astype(np.float32)
    scores[rng.random(len(scores)) >= share_scored] = -np.inf
    finite = np.flatnonzero(np.isfinite(scores))
    expected = finite[np.lexsort((finite, -scores[finite]))]
    for k in (1, 100, 136, 137, 1000):
        assert top_k(scores, k).tolist() == expected[:k].tolist()
    assert (
        top_k(scores[-100:], 50).tolist()
        == [index - len(scores) + 100 for index in expected.tolist() if index >= len(scores) - 100][:50]
    )


def test_ties_go_to_the_more_popular_item(ranker, world):
    ranked = ranker.rank(Fixed(np.ones(world.dataset.n_items)), [Seed((0, 3))], k=6)[0]
    assert ranked.items.tolist() == [1, 2, 4, 5, 6, 7]
    counts = world.dataset.item_counts[ranked.items]
    assert (np.diff(counts) <= 0).all()


def test_seed_and_banned_songs_are_never_recommended(ranker, world):
    n = world.dataset.n_items
    ranked = ranker.rank(Fixed(np.arange(n)[::-1]), [Seed((0, 1, 2))], k=n, banned=(5, 6))[0]
    assert not {0, 1, 2, 5, 6} & set(ranked.items.tolist())
    assert sorted(ranked.items.tolist()) == [item for item in range(n) if item not in (0, 1, 2, 5, 6)]


def test_a_short_list_is_filled_by_the_fallbacks_with_their_sources(ranker, world):
    scores = np.full(world.dataset.n_items, -np.inf)
    scores[[40, 7]] = [2, 1]
    ranked = ranker.rank(Fixed(scores), [Seed((0,))], k=5)[0]
    assert ranked.items.tolist() == [40, 7, 1, 2, 3]
    assert ranked.sources.tolist() == [Source.MODEL] * 2 + [Source.POPULAR] * 3
    assert ranked.scores[2:].tolist() == world.dataset.item_counts[[1, 2, 3]].tolist()


def test_without_songs_the_tags_are_used(ranker, world):
    tag = world.dataset.tags.index(["tag1"])[0]
    ranked = ranker.rank(unscored(world), [Seed(tags=(int(tag),))], k=10)[0]
    assert set(ranked.items.tolist()) <= set(world.groups[1].tolist())
    assert (ranked.sources == Source.TAGS).all()
    counts = world.dataset.item_tag_counts[:, [tag]].toarray().ravel()
    assert ranked.scores.tolist() == sorted(counts, reverse=True)[:10]


def test_without_songs_and_tags_the_title_is_used(ranker, world):
    ranked = ranker.rank(unscored(world), [Seed(title="MOOD2 evening")], k=10)[0]
    assert set(ranked.items.tolist()) <= set(world.groups[2].tolist())
    assert (ranked.sources == Source.TITLE).all()


def test_an_unknown_tag_is_read_like_a_title(ranker, world):
    named, tagged = ranker.rank(unscored(world), [Seed(title="mood2 mix"), Seed(other_tags=("mood2", "mix"))], k=10)
    assert tagged.sources.tolist() == named.sources.tolist()
    assert tagged.items.tolist() == named.items.tolist()


def test_tags_come_before_the_title(ranker, world):
    tag = int(world.dataset.tags.index(["tag1"])[0])
    ranked = ranker.rank(unscored(world), [Seed(tags=(tag,), title="mood2 mix")], k=30)[0]
    sources = ranked.sources.tolist()
    assert sources == sorted(sources)
    assert set(ranked.items[ranked.sources == Source.TAGS].tolist()) <= set(world.groups[1].tolist())


def test_an_empty_seed_gets_the_most_popular(ranker, world):
    ranked = ranker.rank(unscored(world), [Seed(), Seed(title="   "), Seed(title="\u3000")], k=7)
    for each in ranked:
        assert each.items.tolist() == list(range(7))
        assert (each.sources == Source.POPULAR).all()


def test_each_recommended_song_votes_once_for_each_tag_it_ever_carried(ranker, world):
    recommended = np.array([*world.groups[0][:6], *world.groups[1][:3]])
    votes = ranker.tag_votes(recommended, np.full(len(recommended), Source.MODEL))
    ever = world.dataset.item_tag_counts.toarray() > 0
    assert votes.tolist() == ever[recommended].sum(axis=0).tolist()


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


def test_tags_come_from_a_model_that_scores_them(ranker, world):
    own = np.array([0.0, 5.0, 1.0, 9.0])
    ranked = ranker.rank(Fixed(np.ones(world.dataset.n_items), own), [Seed((0,), tags=(3,))], n_tags=2)[0]
    assert ranked.tags.tolist() == [1, 2]
    assert ranked.tag_scores.tolist() == [5.0, 1.0]


@pytest.fixture(scope="module")
def two_hits():
    """Two songs in most playlists, hardly any of them with a tag, and twenty other songs in the playlists with most
    tags: the tag of the hits is not the most frequent one."""
    builder = DatasetBuilder("two hits", Nouns(), Path("two hits"), numeric_ids=True)
    for song in range(22):
        builder.add_item(song, f"song {song}")
    for playlist in range(30):
        builder.add_playlist(playlist, [0, 1], tags=["of the hits"] if playlist < 2 else [])
    for playlist in range(30, 50):
        builder.add_playlist(playlist, [playlist - 28], title="morning", tags=["of the others"])
    dataset = builder.build()
    return dataset, Ranker.build(dataset, CONFIG.model_copy(update={"depth": 2, "tags": 1}))


def tags_of(two_hits, model, seed, **options):
    dataset, ranker = two_hits
    return dataset.tags.outside(ranker.rank(model, [seed], **options)[0].tags)


@pytest.mark.parametrize("own", [None, np.zeros(2), np.full(2, -np.inf)])
def test_the_most_popular_songs_go_with_the_most_frequent_tags(two_hits, own):
    """The songs do not vote: the hits carry a tag that only two playlists have."""
    dataset, _ = two_hits
    unheard = Fixed(np.full(dataset.n_items, -np.inf), own)
    popular = Popularity(Frozen())
    popular.fit(dataset, rng=np.random.default_rng(0), device="cpu", progress=no_progress)
    for seed in (Seed(), Seed(title="no such word"), Seed((5,))):
        assert tags_of(two_hits, unheard, seed) == ["of the others"]
        assert tags_of(two_hits, popular, seed) == ["of the others"]
    assert tags_of(two_hits, unheard, Seed(tags=tuple(dataset.tags.index(["of the others"]).tolist()))) == [
        "of the hits"
    ]


def test_the_same_songs_vote_if_the_model_recommends_them(two_hits):
    dataset, _ = two_hits
    scores = dataset.item_counts.astype(float)
    assert tags_of(two_hits, Fixed(scores), Seed()) == ["of the hits"]
    # Without a score for any tag the model's songs vote, as for a model that scores none at all.
    assert tags_of(two_hits, Fixed(scores, np.full(2, -np.inf)), Seed()) == ["of the hits"]


def shelves(sizes: dict[str, tuple[int, int]]):
    """A data set in which each tag has songs of its own: by tag, their number, and the playlists of the first of them;
    each song is in one playlist less than the one before it, in one at least. One more song is under all tags."""
    builder = DatasetBuilder("shelves", Nouns(), Path("shelves"), numeric_ids=True)
    starts = np.cumsum([1, *(n for n, _ in sizes.values())]).tolist()
    for song in range(starts[-1]):
        builder.add_item(song, f"song {song}")
    own = {}
    for (tag, (n, most)), start in zip(sizes.items(), starts, strict=False):
        own[tag] = list(range(start, start + n))
        for playlist in range(most):
            songs = [song for place, song in enumerate(own[tag]) if playlist < max(1, most - place)]
            builder.add_playlist(f"{tag} {playlist}", [0, *songs], tags=[tag])
    dataset = builder.build()
    return dataset, {tag: set(dataset.items.index(songs).tolist()) for tag, songs in own.items()}


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        # The song of all tags is the first turn of the first tag.
        ({"frequent": (80, 60), "rare": (80, 1)}, [1 + 49, 50]),
        ({"a": (60, 3), "b": (60, 50), "c": (60, 1)}, [1 + 33, 33, 33]),
        ({"long": (150, 9), "short": (20, 40)}, [1 + 79, 20]),
    ],
)
def test_several_tags_without_songs_share_the_list_evenly(sizes, expected):
    dataset, own = shelves(sizes)
    ranker = Ranker.build(dataset, CONFIG.model_copy(update={"depth": 100}))
    tags = tuple(dataset.tags.index(sizes).tolist())
    ranked = ranker.rank(Fixed(np.full(dataset.n_items, -np.inf)), [Seed(tags=tags)])[0]
    shares = [len(songs & set(ranked.items.tolist())) for songs in own.values()]
    assert [shares[0] + 1, *shares[1:]] == expected
    assert len(set(ranked.items.tolist())) == 100
    assert (ranked.sources == Source.TAGS).all()
    assert ranked.items[0] == dataset.items.index([0])[0]
    # Within a tag by the number of playlists with both, then by popularity; and that number is the score.
    together = dataset.item_tag_counts.toarray()
    for (_, songs), tag in zip(own.items(), tags, strict=True):
        places = [place for place, item in enumerate(ranked.items.tolist()) if item in songs]
        items = ranked.items[places].tolist()
        assert items == sorted(songs, key=lambda song, tag=tag: (-together[song, tag], song))[: len(items)]
        assert ranked.scores[places].tolist() == together[items, tag].tolist()


def test_shares_of_tags_leave_out_what_is_excluded():
    dataset, own = shelves({"a": (30, 20), "b": (30, 1)})
    ranker = Ranker.build(dataset, CONFIG)
    tags = tuple(dataset.tags.index(["a", "b"]).tolist())
    silent = Fixed(np.full(dataset.n_items, -np.inf))
    banned = [0, *sorted(own["a"])[:7], *sorted(own["b"])[:3]]
    ranked = ranker.rank(silent, [Seed(tags=tags)], k=12, banned=banned)[0]
    assert not set(banned) & set(ranked.items.tolist())
    assert [len(songs & set(ranked.items.tolist())) for songs in own.values()] == [6, 6]


def test_the_shares_go_on_behind_the_songs_of_the_model():
    """As in the list of the tags alone, whatever the model recommends before."""
    dataset, own = shelves({"a": (30, 20), "b": (30, 1), "c": (30, 5)})
    ranker = Ranker.build(dataset, CONFIG)
    seed = Seed(tags=tuple(dataset.tags.index(["a", "b", "c"]).tolist()))
    alone = ranker.fallback(seed, 60)[0].tolist()
    scores = np.full(dataset.n_items, -np.inf)
    first = list(dict.fromkeys([*sorted(own["a"])[:5], alone[10], *sorted(own["c"])[2:4]]))
    scores[first] = np.arange(len(first), 0, -1)
    ranked = ranker.rank(Fixed(scores), [seed], k=40)[0]
    assert ranked.items.tolist() == [*first, *[item for item in alone if item not in first]][:40]


def test_tags_do_not_depend_on_the_number_of_songs_shown(world):
    """With 20 as the configured depth, the first 20 songs vote, whether 1 or 60 of them are asked for."""
    ranker = Ranker.build(world.dataset, CONFIG)
    rng = np.random.default_rng(3)
    ever = world.dataset.item_tag_counts.toarray() > 0
    for _ in range(10):
        scores = rng.permutation(world.dataset.n_items).astype(float)
        seed = Seed((int(rng.integers(30)),))
        order = [item for item in np.argsort(-scores).tolist() if item not in seed.songs]
        votes = ever[order[:20]].sum(axis=0)
        expected = sorted(range(len(votes)), key=lambda tag, votes=votes: (-votes[tag], tag))[:3]
        for k in (1, 7, 20, 60):
            ranked = ranker.rank(Fixed(scores), [seed], k=k, n_tags=3)[0]
            assert ranked.items.tolist() == order[:k]
            assert ranked.tags.tolist() == expected
            assert ranked.tag_scores.tolist() == votes[expected].tolist()


@pytest.fixture(scope="module")
def dated():
    """Twelve songs, song m issued in month m of 2018, and two more, of 2018 and of an unknown year. All are in every
    playlist but the first two, which are in fewer; all playlists have one tag and one title."""
    builder = DatasetBuilder("dated", Nouns(), Path("dated"), numeric_ids=True)
    for month in range(1, 13):
        builder.add_item(month, f"song {month}", released=f"2018{month:02}15")
    builder.add_item(13, "of the year", released="2018")
    builder.add_item(14, "of no date", released="00000000")
    for playlist in range(6):
        songs = [song for song in range(1, 15) if song > 2 or playlist < 3]
        builder.add_playlist(playlist, songs, title="summer", tags=["tag"])
    return builder.build()


JUNE, EARLIER = 12 * 2018 + 5, {1, 2, 3, 4, 5, 6, 13, 14}


def songs_of(dataset, ranker, model, seed):
    ranked = ranker.rank(model, [seed])[0]
    return set(dataset.items.outside(ranked.items)), set(ranked.sources.tolist())


@pytest.mark.parametrize("source", Source)
def test_songs_issued_after_the_last_change_are_not_recommended(dated, source):
    """By the model or any fallback. The month of the change itself, a year alone and no date stay in."""
    ranker = Ranker.build(dated, CONFIG.model_copy(update={"released_before_update": True}))
    model = Fixed(np.arange(14.0) if source == Source.MODEL else np.full(14, -np.inf))
    seeds = {
        Source.MODEL: Seed(),
        Source.TAGS: Seed(tags=(0,)),
        Source.TITLE: Seed(title="summer"),
        Source.POPULAR: Seed(),
    }
    seed = seeds[source]
    found, sources = songs_of(dated, ranker, model, replace(seed, updated=JUNE))
    assert (found, sources) == (EARLIER, {source})
    assert set(dated.items.outside(ranker.later_releases(replace(seed, updated=JUNE)))) == set(range(7, 13))
    # Without a date, or without the rule, nothing is excluded.
    everything = set(range(1, 15))
    assert songs_of(dated, ranker, model, seed)[0] == everything
    off = Ranker.build(dated, CONFIG)
    assert songs_of(dated, off, model, replace(seed, updated=JUNE))[0] == everything


def test_the_rule_survives_saving_and_earlier_runs_open(dated, tmp_path):
    config = CONFIG.model_copy(update={"released_before_update": True})
    ranker = Ranker.build(dated, config)
    save_arrays(tmp_path / "state.safetensors", ranker.state())
    state = open_arrays(tmp_path / "state.safetensors")
    opened = Ranker.from_state(config, state, dated.interactions)
    model, seed = Fixed(np.arange(14.0)), Seed(updated=JUNE)
    assert songs_of(dated, opened, model, seed)[0] == EARLIER
    earlier = {name: array for name, array in state.items() if name != "released"}
    assert len(songs_of(dated, Ranker.from_state(CONFIG, earlier, dated.interactions), model, seed)[0]) == 14


def test_a_saved_and_reopened_ranker_gives_the_same(ranker, world, tmp_path):
    save_arrays(tmp_path / "state.safetensors", ranker.state())
    opened = Ranker.from_state(CONFIG, open_arrays(tmp_path / "state.safetensors"), world.dataset.interactions)
    seeds = [Seed(tags=(1,)), Seed(title="mood0"), Seed((4,)), Seed()]
    for one, other in zip(ranker.rank(unscored(world), seeds), opened.rank(unscored(world), seeds), strict=True):
        assert all(getattr(one, name).tolist() == getattr(other, name).tolist() for name in vars(one))
