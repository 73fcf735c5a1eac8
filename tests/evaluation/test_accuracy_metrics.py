"""Accuracy metrics against ranx, against plain counts, and against what must hold for any list."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from playrec_core.evaluation.metrics.base import Answers, Catalogue
from playrec_core.evaluation.metrics.clicks import Clicks
from playrec_core.evaluation.metrics.hit_rate import HitRate
from playrec_core.evaluation.metrics.ndcg import NDCG
from playrec_core.evaluation.metrics.precision import Precision
from playrec_core.evaluation.metrics.r_precision import RPrecision
from playrec_core.evaluation.metrics.recall import Recall
from playrec_core.evaluation.metrics.reciprocal_rank import ReciprocalRank

K = 5
ALL = [
    NDCG(k=K, cap=True),
    NDCG(k=K),
    Recall(k=K),
    Recall(k=K, cap=False),
    Precision(k=K),
    RPrecision(),
    Clicks(k=K),
    ReciprocalRank(k=K),
    HitRate(k=K),
]
NORMALISED = [NDCG(k=K, cap=True), Recall(k=K), ReciprocalRank(k=K), HitRate(k=K)]


def ids(metric):
    return f"{metric.name}{'' if getattr(metric, 'cap', True) else '-uncapped'}"


def make(ranked, relevant, n_items: int | None = None) -> Answers:
    """Answers from lists: `ranked` item_idx lists of one length, `relevant` lists of hidden item_idx."""
    n_items = n_items or 1 + max(item for row in [*ranked, *relevant] for item in row)
    dense = np.zeros((len(relevant), n_items), dtype=np.float32)
    for row, items in enumerate(relevant):
        dense[row, items] = 1
    return Answers(np.array(ranked, dtype=np.int32), sparse.csr_array(dense))


def value(metric, ranked, relevant, n_items=None) -> float:
    answers = make([ranked], [relevant], n_items)
    catalogue = Catalogue.from_interactions(sparse.csr_array((1, answers.n_items), dtype=np.float32))
    return float(metric.per_playlist(answers, catalogue)[0])


@st.composite
def questions(draw, n_items=14):
    """A ranked list (with some empty places) and at least one hidden item."""
    depth = draw(st.integers(K + 1, n_items))
    ranked = draw(st.permutations(range(n_items)))[:depth]
    empty = draw(st.sets(st.integers(0, depth - 1), max_size=3))
    ranked = [-1 if place in empty else item for place, item in enumerate(ranked)]
    return ranked, sorted(draw(st.sets(st.integers(0, n_items - 1), min_size=1)))


@pytest.mark.slow  # ranx compiles its metrics first, 20 s
@settings(max_examples=60, deadline=None)
@given(batch=st.lists(questions(), min_size=1, max_size=6))
def test_ranx_finds_the_same_values(batch):
    # ranx's metric functions take (item, relevance) rows for what is right and (item, score) rows, best first, for
    # what was answered. Empty places are left out: ranx has none, and reads a shorter list.
    from numba.typed.typedlist import List
    from ranx import metrics as peers

    full = [([item for item in ranked if item >= 0], relevant) for ranked, relevant in batch]
    right = List([np.array([[item, 1] for item in relevant], dtype=np.float64) for _, relevant in full])
    # One item that is never right keeps a wholly empty answer a list that ranx can read.
    run = List([np.array([[item, 1] for item in [*ranked, 99]], dtype=np.float64) for ranked, _ in full])
    ours = make([r + [-1] * (14 - len(r)) for r, _ in full], [relevant for _, relevant in full], 14)
    catalogue = Catalogue.from_interactions(sparse.csr_array((1, 14), dtype=np.float32))
    pairs = [
        (NDCG(k=K, cap=True), peers.ndcg(right, run, K)),
        (Recall(k=K, cap=False), peers.recall(right, run, K)),
        (Precision(k=K), peers.precision(right, run, K)),
        (RPrecision(), peers.r_precision(right, run)),
        (ReciprocalRank(k=K), peers.reciprocal_rank(right, run, K)),
        (HitRate(k=K), peers.hit_rate(right, run, K)),
    ]
    for metric, theirs in pairs:
        values = metric.per_playlist(ours, catalogue)
        np.testing.assert_allclose(values, theirs, rtol=0, atol=1e-12, err_msg=metric.name)


def test_kakao_ndcg_of_a_list_counted_by_hand():
    # Hits at ranks 1 and 3 of 3 places; 4 hidden, so the ideal runs over 4 ranks although 3 can be answered.
    expected = (1 / math.log(2) + 1 / math.log(4)) / sum(1 / math.log(rank + 1) for rank in (1, 2, 3, 4))
    assert value(NDCG(k=3), [5, 0, 6], [5, 6, 7, 8]) == pytest.approx(expected, abs=1e-15)


def test_kakao_ndcg_of_a_perfect_list_stays_below_one_when_more_is_hidden_than_may_be_answered():
    ten, thirty = list(range(10)), list(range(30))
    assert value(NDCG(k=10, of="tags"), ten, thirty) < 0.6
    assert value(NDCG(k=10, cap=True), ten, thirty) == pytest.approx(1)


def test_recall_caps_its_divisor_at_k_as_movie_rec_does():
    hidden = list(range(20))
    ranked = [0, 1, 2, 3, 4, 30, 31, 32, 33, 34]
    assert value(Recall(k=10), ranked, hidden) == 5 / 10
    assert value(Recall(k=10, cap=False), ranked, hidden) == 5 / 20


@pytest.mark.parametrize(
    ("rank", "clicks"), [(1, 0), (10, 0), (11, 1), (100, 9), (101, 10), (500, 49), (501, 51), (None, 51)]
)
def test_clicks_follow_the_recsys_challenge(rank, clicks):
    ranked = list(range(1, 521))
    if rank is not None:
        ranked[rank - 1] = 0
    assert value(Clicks(), ranked, [0], n_items=600) == clicks


def test_clicks_of_a_short_list_without_a_hit_are_the_highest():
    assert value(Clicks(), list(range(1, 101)), [0], n_items=200) == 51


def test_r_precision_looks_exactly_as_deep_as_there_are_hidden_items():
    assert value(RPrecision(), [0, 9, 1, 2], [0, 1], n_items=10) == 0.5
    assert value(RPrecision(), [0, 1], [0, 1, 2, 3], n_items=10) == 0.5


@pytest.mark.parametrize("metric", ALL, ids=ids)
def test_nothing_hidden_is_undefined_and_leaves_the_others_alone(metric):
    answers = make([[0, 1, 2], [0, 1, 2]], [[], [0]], n_items=4)
    catalogue = Catalogue.from_interactions(sparse.csr_array((1, 4), dtype=np.float32))
    found = metric.per_playlist(answers, catalogue)
    assert math.isnan(found[0])
    assert found[1] == value(metric, [0, 1, 2], [0], n_items=4)


@pytest.mark.parametrize("metric", ALL, ids=ids)
def test_empty_answers_are_the_worst_not_an_error(metric):
    worst = 1 + K // 10 if metric.better == "lower" else 0
    assert value(metric, [], [1], n_items=3) == worst
    assert value(metric, [-1, -1, -1], [1], n_items=3) == worst


@pytest.mark.parametrize("metric", ALL, ids=ids)
def test_no_playlists_give_no_values(metric):
    answers = Answers(np.zeros((0, 10), dtype=np.int32), sparse.csr_array((0, 4), dtype=np.float32))
    catalogue = Catalogue.from_interactions(sparse.csr_array((1, 4), dtype=np.float32))
    assert metric.per_playlist(answers, catalogue).shape == (0,)


@pytest.mark.parametrize("metric", ALL, ids=ids)
@settings(max_examples=40, deadline=None)
@given(question=questions(), seed=st.integers(0, 2**32))
def test_the_order_below_the_last_counted_place_does_not_matter(metric, question, seed):
    ranked, relevant = question
    cut = len(relevant) if metric.k is None else metric.k
    below = np.random.default_rng(seed).permutation(ranked[cut:]).tolist()
    assert value(metric, ranked, relevant, 14) == value(metric, ranked[:cut] + below, relevant, 14)


@pytest.mark.parametrize("metric", ALL, ids=ids)
@settings(max_examples=40, deadline=None)
@given(question=questions(), data=st.data())
def test_moving_a_hit_up_never_makes_it_worse(metric, question, data):
    ranked, relevant = question
    hits = [place for place, item in enumerate(ranked) if item in relevant and place > 0]
    if not hits:
        return
    place = data.draw(st.sampled_from(hits))
    raised = ranked.copy()
    raised[place - 1], raised[place] = raised[place], raised[place - 1]
    before, after = value(metric, ranked, relevant, 14), value(metric, raised, relevant, 14)
    assert after <= before if metric.better == "lower" else after >= before - 1e-15


@pytest.mark.parametrize("metric", [*NORMALISED, RPrecision()], ids=ids)
@settings(max_examples=40, deadline=None)
@given(question=questions())
def test_a_perfect_list_scores_one_and_no_list_more(metric, question):
    ranked, relevant = question
    others = [item for item in range(14) if item not in relevant]
    assert value(metric, relevant + others, relevant, 14) == pytest.approx(1, abs=1e-12)
    assert 0 <= value(metric, ranked, relevant, 14) <= 1 + 1e-12


@pytest.mark.parametrize("metric", ALL, ids=ids)
@settings(max_examples=20, deadline=None)
@given(batch=st.lists(questions(), min_size=2, max_size=4))
def test_a_batch_gives_what_its_rows_give_one_by_one(metric, batch):
    depth = max(len(ranked) for ranked, _ in batch)
    padded = [ranked + [-1] * (depth - len(ranked)) for ranked, _ in batch]
    answers = make(padded, [relevant for _, relevant in batch], 14)
    catalogue = Catalogue.from_interactions(sparse.csr_array((1, 14), dtype=np.float32))
    singly = [value(metric, ranked, relevant, 14) for ranked, relevant in batch]
    assert metric.per_playlist(answers, catalogue).tolist() == pytest.approx(singly, abs=1e-15)


def test_a_depth_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Recall(k=0)
