"""Evidence for a pair against plain counting over the training playlists, and its edges."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.schema import LIKES, TITLE, Nouns
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.similarity.neighbour_space import Together
from playrec_core.ui.components.why.evidence import in_words, playlist_table, together


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


@pytest.fixture(scope="module")
def playlists(run: LoadedRun) -> list[set[int]]:
    """The songs of each training playlist, read row by row."""
    matrix = run.dataset.interactions
    return [set(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()) for row in range(matrix.shape[0])]


def test_every_joint_playlist_is_found_and_the_figures_are_those_of_a_plain_count(run: LoadedRun, playlists):
    rng = np.random.default_rng(3)
    likes = run.dataset.playlist_table[LIKES].to_numpy()
    often = [rng.choice(sorted(songs), 2, replace=False).tolist() for songs in playlists[:40] if len(songs) > 1]
    for first, second in [*often, *rng.integers(0, run.dataset.n_items, (60, 2)).tolist()]:
        found, rows = together(run, first, second)
        holding = [row for row, songs in enumerate(playlists) if first in songs and second in songs]
        n_first = sum(first in songs for songs in playlists)
        n_second = sum(second in songs for songs in playlists)
        assert sorted(rows.tolist()) == holding
        assert (np.diff(likes[rows]) <= 0).all()
        assert found == Together(len(holding), n_first, n_second, len(playlists))
        by_chance = (n_first / len(playlists)) * (n_second / len(playlists))
        assert found.expected == pytest.approx(len(playlists) * by_chance)
        if by_chance:
            assert found.lift == pytest.approx(len(holding) / len(playlists) / by_chance)


def test_the_table_has_each_playlists_own_title_tags_and_length(run: LoadedRun, playlists):
    dataset = run.dataset
    rows = np.array([7, 3, 11])
    table = playlist_table(run, rows)
    assert table["Title"].tolist() == [(dataset.playlist_table[TITLE][row].as_py() or "(no title)") for row in rows]
    assert table["Songs"].tolist() == [len(playlists[row]) for row in rows]
    tags = [", ".join(map(str, dataset.tags.outside(dataset.playlist_tags[[row], :].indices))) for row in rows]
    assert table["Tags"].tolist() == tags


def test_words_for_a_pair_that_never_meets_and_for_one_that_cannot():
    assert "No training playlist contains both" in in_words(Together(0, 20, 30, 100), Nouns())
    assert "expected by chance 6" in in_words(Together(0, 20, 30, 100), Nouns())
    assert "One of the two is in no training playlist" in in_words(Together(0, 0, 30, 100), Nouns())


def test_words_say_how_far_from_chance_a_pair_is():
    said = in_words(Together(12, 20, 30, 100), Nouns())
    assert "12 of 100 training playlists contain both" in said
    assert "Expected by chance 6 (20 contain the one, 30 the other); they co-occur 2x as often" in said
    assert "1 of 100 training playlists contains both" in in_words(Together(1, 20, 30, 100), Nouns())
