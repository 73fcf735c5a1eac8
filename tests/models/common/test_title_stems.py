"""Segmentation of titles into the stems of training titles."""

import itertools
import math

import numpy as np

from playrec_core.models.common.title_stems import Stems
from playrec_core.text_index.title_index import TitleIndex

TITLES = ["비 오 날 듣 노래"] * 30 + ["여름 밤 산책 노래", "여름밤 감성", "감성 힙합 90 s", "최신 팝", "밤 듣 노래"] * 4


def test_particles_and_endings_are_dropped():
    stems = Stems.build(TITLES)
    assert stems.cut("비가 오는 날에 듣는 노래들!") == "비 오 날 듣 노래"
    assert stems.cut("감성힙합의 산책") == "감성 힙합 산책"


def test_non_korean_text_is_kept_and_unknown_text_dropped():
    stems = Stems.build(TITLES)
    assert stems.cut("90s R&B, 여름에 ★") == "90 s r b 여름"
    assert stems.cut("쿼카") == ""
    assert Stems.build([]).cut("여름 Pop") == "pop"


def test_the_most_probable_segmentation_is_chosen():
    """Against all segmentations."""
    stems = Stems.build(TITLES)
    total = sum(stems.counts.values())

    def cost(part: str) -> float:
        known = stems.counts.get(part, 0) if len(part) > 1 or stems.counts.get(part, 0) >= 20 else 0
        return -math.log(known / total) if known else (12.0 if len(part) == 1 else math.inf)

    for run in ("여름밤산책", "여름밤에노래", "감성적인밤"):
        ways = []
        for marks in itertools.product([0, 1], repeat=len(run) - 1):
            cuts = [0, *(place + 1 for place, mark in enumerate(marks) if mark), len(run)]
            ways.append([run[a:b] for a, b in itertools.pairwise(cuts)])
        best = min(ways, key=lambda way: sum(map(cost, way)))
        kept = [part for place, part in enumerate(best) if math.isfinite(cost(part)) and (len(part) > 1 or not place)]
        assert stems.cut(run).split() == [part for part in kept if part in stems.counts]


def test_stems_survive_saving():
    stems = Stems.build(TITLES)
    opened = Stems.from_state(stems.state())
    assert opened.counts == stems.counts
    assert Stems.from_state(Stems.build([]).state()).counts == {}


def test_a_stemmed_title_finds_playlists_of_that_title():
    """Particles are most of a written title's n-grams, and no training title has any."""
    titles = ["비 오 날", "가 은 는", "노래 모음"]
    index = TitleIndex.build(titles, (1, 2))
    stems = Stems({"비": 30, "오": 30, "날": 30, "노래": 5})
    written = index.search(["비가 오는 날은"], 3).toarray()[0]
    cut = index.search([stems.cut("비가 오는 날은")], 3).toarray()[0]
    assert np.argmax(cut) == 0
    assert cut[0] > written[0]
    assert cut[1] < written[1]
