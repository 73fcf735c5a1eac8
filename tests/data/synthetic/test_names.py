"""Names in the languages of the demo: varied, mostly of one language, and without influence on anything else."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from playrec_core.data.readers.melon import Melon, MelonOptions
from playrec_core.data.synthetic import names as demo_names
from playrec_core.data.synthetic import terms
from playrec_core.data.synthetic.generate import DEMO, Names, generate
from playrec_core.schema import DETAIL_GENRES, GENRES, TAGS, no_progress
from tests.data.synthetic.test_generate import SMALL, Files, has_hangul


def test_a_tenth_of_the_english_names_is_korean_and_no_term(tmp_path: Path):
    generate(tmp_path / "demo", DEMO)
    world = Files(tmp_path / "demo")
    songs, artists = ({song[key] for song in world.songs} for key in ("song_name", "album_name"))
    for names in (songs, artists, {song["artist_name_basket"][0] for song in world.songs}):
        assert 0.05 < sum(map(has_hangul, names)) / len(names) < 0.15
    assert not any(map(has_hangul, world.genres.values()))
    assert not any(has_hangul(tag) for playlist in world.playlists for tag in playlist["tags"])


def test_only_words_depend_on_the_language(tmp_path: Path):
    read = {}
    for names in get_args(Names):
        generate(tmp_path / names, replace(SMALL, names=names), seed=3)
        read[names] = Melon(MelonOptions()).read(tmp_path / names, progress=no_progress)
    english = read.pop("english")
    for other in read.values():
        for mine, its in (
            (english.interactions, other.interactions),
            (english.playlist_tags, other.playlist_tags),
            (english.facet(GENRES)[0], other.facet(GENRES)[0]),
            (english.facet(DETAIL_GENRES)[0], other.facet(DETAIL_GENRES)[0]),
        ):
            assert mine.shape == its.shape
            assert np.array_equal(mine.indices, its.indices)
            assert np.array_equal(mine.indptr, its.indptr)
        assert np.array_equal(english.items.ids, other.items.ids)
        assert np.array_equal(english.positions, other.positions)
        for language in ("en", "ko"):
            for kind, mine, its in (
                (TAGS, english.tags.ids, other.tags.ids),
                (GENRES, english.facet(GENRES)[1], other.facet(GENRES)[1]),
                (DETAIL_GENRES, english.facet(DETAIL_GENRES)[1], other.facet(DETAIL_GENRES)[1]),
            ):
                assert [english.terms.name(kind, term, language) for term in mine] == [
                    other.terms.name(kind, term, language) for term in its
                ]


def test_names_do_not_repeat_up_to_the_stated_limits():
    order = np.arange(demo_names.ARTIST_PAIRS)
    for mixture in demo_names.MIXTURES.values():
        english = [place < mixture.artists * mixture.max_artists for place in range(mixture.max_artists)]
        assert len(set(demo_names.artist_names(english, order))) == mixture.max_artists
        assert len({mixture.written(tag) for tag in terms.all_tags()}) == terms.MAX_TAGS


@pytest.mark.parametrize("words", demo_names.NAMES.values(), ids=demo_names.NAMES)
def test_every_pair_of_words_is_one_artist(words: demo_names.NameWords):
    assert len(set(words.adjectives)) * len(set(words.artist_nouns)) == demo_names.ARTIST_PAIRS
    assert len(words.first_names) * len(words.last_names) in (0, demo_names.ARTIST_PAIRS)
    assert set(words.moods) == {mood.key for mood in terms.MOODS}
