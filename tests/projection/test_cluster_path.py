"""The path of a playlist through clusters, against all orders of its songs."""

from itertools import permutations

import numpy as np
import pytest

from playrec_core.projection.cluster_path import NOT_ON_MAP, Segment, cluster_path


def test_consecutive_songs_of_a_cluster_are_one_segment():
    found = cluster_path([7, 3, 9, 1, 4], [2, 2, NOT_ON_MAP, 5, 2])
    assert found.segments == (Segment(2, (7, 3)), Segment(NOT_ON_MAP, (9,)), Segment(5, (1,)), Segment(2, (4,)))
    assert found.clusters == 2
    assert found.changes == 2  # a song that is not on the map changes nothing


@pytest.mark.parametrize("membership", [[0, 0, 1, 1, 2], [0, 1, 0, 1], [3, 3, 3], [0, NOT_ON_MAP, 1, 1]])
def test_the_expected_changes_are_the_mean_over_all_orders(membership: list[int]):
    songs = list(range(len(membership)))
    changes = [cluster_path(songs, order).changes for order in permutations(membership)]
    assert cluster_path(songs, membership).expected == pytest.approx(np.mean(changes))


@pytest.mark.parametrize("membership", [[], [4], [NOT_ON_MAP, NOT_ON_MAP]])
def test_a_path_of_at_most_one_song_has_no_changes(membership: list[int]):
    found = cluster_path(list(range(len(membership))), membership)
    assert (found.changes, found.expected) == (0, 0.0)
    assert found.clusters == len({one for one in membership if one != NOT_ON_MAP})
