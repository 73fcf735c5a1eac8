"""Our sentences in the words of the data set, in English and in Korean."""

import pytest

from playrec_core import i18n
from playrec_core.schema import Nouns
from playrec_core.ui.wording.run import in_nouns, kind_in_words

MOVIES = Nouns("영화", "영화", "사용자", "사용자")


@pytest.fixture
def korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_asked", lambda: "ko")


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("곡을 숨긴 플레이리스트", "영화를 숨긴 사용자"),
        ("이 곡이며 저 곡의 점수", "이 영화이며 저 영화의 점수"),
        ("곡이 먼저, 곡은 다음, 곡과 곡으로", "영화가 먼저, 영화는 다음, 영화와 영화로"),
        ("보여 준 곡의 수, 곡들의 중앙값, 곡만", "보여 준 영화의 수, 영화들의 중앙값, 영화만"),
        ("3곡보다 적은 플레이리스트에서", "3영화보다 적은 사용자에서"),
        ("학습 곡선과 작곡가, 곡명", "학습 곡선과 작곡가, 곡명"),
        ("플레이리스트를 연다", "사용자를 연다"),
    ],
)
def test_korean_nouns_change_with_their_particles(text: str, fitted: str):
    assert in_nouns(text, MOVIES) == fitted
    assert in_nouns(text, Nouns("곡", "곡", "플레이리스트", "플레이리스트")) == text


def test_kinds_of_query(monkeypatch: pytest.MonkeyPatch):
    assert kind_in_words("songs+tags", Nouns("movie", "movies", "user", "users")) == "movies+tags"
    assert kind_in_words("5–9", Nouns()) == "5–9"
    monkeypatch.setattr(i18n, "_asked", lambda: "ko")
    assert kind_in_words("songs+tags", MOVIES) == "영화+태그"
