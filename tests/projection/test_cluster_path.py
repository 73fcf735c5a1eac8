"""A playlist's way through clusters, against all its orders."""

from itertools import permutations

import numpy as np
import pytest

from playrec_core.projection.cluster_path import NOWHERE, Stretch, journey


def test_songs_of_a_cluster_that_follow_one_another_are_one_stretch():
    found = journey([7, 3, 9, 1, 4], [2, 2, NOWHERE, 5, 2])
    assert found.stretches == (Stretch(2, (7, 3)), Stretch(NOWHERE, (9,)), Stretch(5, (1,)), Stretch(2, (4,)))
    assert found.clusters == 2
    assert found.changes == 2  # a song that is not on the map changes nothing


@pytest.mark.parametrize("membership", [[0, 0, 1, 1, 2], [0, 1, 0, 1], [3, 3, 3], [0, NOWHERE, 1, 1]])
def test_the_expected_changes_are_the_mean_over_all_orders(membership: list[int]):
    songs = list(range(len(membership)))
    changes = [journey(songs, order).changes for order in permutations(membership)]
    assert journey(songs, membership).expected == pytest.approx(np.mean(changes))


@pytest.mark.parametrize("membership", [[], [4], [NOWHERE, NOWHERE]])
def test_nothing_changes_on_a_way_of_one_song_or_none(membership: list[int]):
    found = journey(list(range(len(membership))), membership)
    assert (found.changes, found.expected) == (0, 0.0)
    assert found.clusters == len({one for one in membership if one != NOWHERE})
