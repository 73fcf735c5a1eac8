"""Turns of several lists: even shares, duplicates and empty lists."""

import numpy as np
import pytest

from playrec_core.numerics.round_robin import round_robin


def queue(*items: int) -> np.ndarray:
    return np.asarray(items, dtype=np.int32)


def test_three_songs_share_a_hundred_ranks_34_33_33():
    queues = [np.arange(start, start + 100) for start in (1000, 2000, 3000)]
    items, owners = round_robin(queues, excluded=())
    assert np.bincount(owners[:100]).tolist() == [34, 33, 33]
    assert items[:5].tolist() == [1000, 2000, 3000, 1001, 2001]


def test_a_duplicate_is_replaced_by_the_same_queues_next():
    items, owners = round_robin([queue(1, 2, 3, 4), queue(1, 2, 5, 6), queue(9, 1, -1, -1)], excluded=(3,))
    assert items.tolist() == [1, 2, 9, 4, 5, 6]
    assert owners.tolist() == [0, 1, 2, 0, 1, 1]


@pytest.mark.parametrize("lengths", [(30, 4, 12, 0), (1,), (0, 0), (7, 7, 7)])
def test_turns_are_even_until_a_queue_is_empty(lengths):
    queues = [np.arange(length) + 100 * number for number, length in enumerate(lengths)]
    items, owners = round_robin(queues, excluded=())
    assert sorted(items.tolist()) == sorted(int(item) for one in queues for item in one)
    for end in range(len(owners) + 1):
        given = np.bincount(owners[:end], minlength=len(lengths))
        waiting = [n for n, length in zip(given.tolist(), lengths, strict=True) if n < length]
        assert not waiting or max(given.tolist()) - min(waiting) <= 1
