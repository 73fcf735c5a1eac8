from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from playrec_core.data.dataset import Dataset
from playrec_core.data.types.vocabulary import Vocabulary
from playrec_core.schema import Nouns, Seed
from playrec_core.ui.session.model_view import View
from playrec_core.ui.session.model_view import from_address as view_from
from playrec_core.ui.session.model_view import to_address as view_to
from playrec_core.ui.session.playlist import LONGEST_ADDRESS, OpenPlaylist, from_address, to_address

TAGS = ["rain", "a,b", "back\\slash", "\\,", "밤 드라이브", "<b>", "&=?#"]


def dataset(ids: list) -> Dataset:
    """A data set whose vocabularies are all that the address reads."""
    nothing = csr_array((0, len(ids)), dtype=np.float32)
    items, tags = Vocabulary(ids), Vocabulary(TAGS)
    empty = pa.table({})
    return Dataset("x", Nouns(), items, tags, Vocabulary([]), nothing, np.empty(0), None, nothing, empty, empty)


NUMBERED = dataset(list(range(100, 5000)))
NAMED = dataset(["spotify:track:1", "a,b", "x\\", "가"])


@given(
    songs=st.lists(st.integers(0, 4), unique=True),
    tags=st.lists(st.integers(0, len(TAGS) - 1), unique=True),
    title=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=50),
    banned=st.lists(st.integers(5, 9), unique=True),
)
def test_the_address_gives_the_playlist_back(songs, tags, title, banned):
    playlist = OpenPlaylist(Seed(tuple(songs), tuple(tags)), tuple(banned), "17").with_title(title)
    assert from_address(to_address(playlist, NUMBERED), NUMBERED) == playlist


def test_ids_with_commas_and_backslashes_come_back():
    playlist = OpenPlaylist(Seed((2, 1, 3, 0)))
    assert from_address(to_address(playlist, NAMED), NAMED) == playlist


@pytest.mark.parametrize("given", ["999999,abc,,100,100,-1,1e9,９", "100", ",,100,,"])
def test_ids_the_data_does_not_know_are_left_out(given: str):
    assert from_address({"songs": given}, NUMBERED).seed == Seed((0,))


def test_an_empty_address_is_an_empty_playlist():
    assert from_address({}, NUMBERED) == OpenPlaylist()
    assert to_address(OpenPlaylist(), NUMBERED) == {}


def test_a_long_playlist_is_cut_in_the_address_at_a_whole_id():
    address = to_address(OpenPlaylist(Seed(tuple(range(4900)))), NUMBERED)
    assert len(address["songs"]) <= LONGEST_ADDRESS
    kept = from_address(address, NUMBERED).seed.songs
    assert kept == tuple(range(len(kept)))
    assert len(kept) > 1000


def test_control_characters_in_a_title_become_blanks():
    assert from_address({"title": "a\x00b\u2028c"}, NUMBERED).seed.title == "a b c"


def test_a_song_is_in_the_seed_or_banned_and_never_both():
    playlist = OpenPlaylist().with_song(1).with_song(2).with_ban(1)
    assert (playlist.seed.songs, playlist.banned) == ((2,), (1,))
    playlist = playlist.with_song(1)
    assert (playlist.seed.songs, playlist.banned) == ((2, 1), ())
    crossed = from_address({"songs": "101", "ban": "101,102,102"}, NUMBERED)
    assert (crossed.seed.songs, crossed.banned) == ((1,), (2,))


def test_a_ban_is_lifted_without_coming_into_the_seed():
    playlist = OpenPlaylist().with_ban(3).without_ban(3)
    assert playlist == OpenPlaylist()


def test_adding_twice_changes_nothing():
    playlist = OpenPlaylist().with_songs([4, 4, 2]).with_tag(1)
    assert playlist.seed.songs == (4, 2)
    assert playlist.with_song(2).with_tag(1) == playlist


def test_a_changed_seed_loses_the_weights_of_the_question_it_came_from():
    weighted = OpenPlaylist(Seed((1, 2), (), "", (0.5, 2.0)), (), "7")
    assert weighted.without_song(1).seed == Seed((2,))
    assert replace(weighted, banned=(9,)).seed.weights == (0.5, 2.0)


def test_the_view_comes_back_from_the_address():
    models = ("popularity", "als", "ease")
    for view in (View(models), View(models).moved("ease", -1), View(models, depth=50).only({"als"})):
        assert view_from(view_to(view, models), models, models).shown == view.shown
        assert view_from(view_to(view, models), models, models).depth == view.depth


def test_an_address_without_models_shows_the_first_ones():
    assert view_from({}, ("a", "b", "c"), ("c", "a")) == View(("c", "a", "b"), frozenset("b"))
    assert view_to(view_from({}, ("a", "b", "c"), ("c", "a")), ("c", "a")) == {}


def test_unknown_models_and_depths_in_an_address_are_left_out():
    models = ("popularity", "als")
    assert view_from({"models": "als,nope,als", "depth": "7"}, models, models) == View(
        ("als", "popularity"), frozenset(["popularity"])
    )


def test_moving_stays_within_the_shown_models():
    view = View(("a", "b", "c", "d")).only({"a", "c", "d"})
    assert view.moved("c", -1).shown == ("c", "a", "d")
    assert view.moved("a", -1).shown == view.shown
    assert view.moved("d", 1).shown == view.shown
    assert set(view.moved("c", 1).order) == set(view.order)
