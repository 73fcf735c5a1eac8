"""Sentences about songs and playlists, told in the nouns of the data and in the reader's language."""

import pytest

from playrec_core import language
from playrec_core.schema import Nouns
from playrec_core.ui.run_words import in_nouns

MOVIES = Nouns("영화", "영화", "사용자", "사용자")
SONGS = Nouns("곡", "곡", "플레이리스트", "플레이리스트")


@pytest.fixture(autouse=True)
def korean(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(language, "_asked", lambda: "ko")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("플레이리스트가 곡을 담는다", "사용자가 영화를 담는다"),
        ("곡이 플레이리스트로 간다", "영화가 사용자로 간다"),
        ("곡은(는) 곡마다 다르다", "영화는 영화마다 다르다"),
        ("선곡과 곡선", "선곡과 곡선"),
        ("이 곡이며 저 곡의 점수", "이 영화이며 저 영화의 점수"),
    ],
)
def test_the_particle_fits_the_noun_that_took_the_place(text: str, told: str):
    assert in_nouns(text, MOVIES) == told


def test_a_song_stays_a_song():
    assert in_nouns("곡을 플레이리스트에, 곡은(는) 곡으로", SONGS) == "곡을 플레이리스트에, 곡은 곡으로"
