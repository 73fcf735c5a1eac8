"""Answering the questions in batches and threads."""

from pathlib import Path

import numpy as np
import pytest

from playrec_core.config import KakaoSplit, RankingConfig
from playrec_core.data.split import split
from playrec_core.evaluation import protocol
from playrec_core.models.neighbours.playlist_knn import PlaylistKnn, PlaylistKnnConfig
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import no_progress
from playrec_core.testing.planted import planted


@pytest.fixture(scope="module")
def asked():
    rng = np.random.default_rng(0)
    dataset, held_out = split(KakaoSplit(kind="kakao", share=0.3), planted().dataset, Path("planted"), rng)
    model = PlaylistKnn(PlaylistKnnConfig(neighbours=20, amplification=2.0, idf=1.0, vote_idf=0.0))
    model.fit(dataset, rng=rng, device="cpu", progress=no_progress)
    ranker = Ranker.build(dataset, RankingConfig(depth=10, tags=2, title_ngrams=(2, 3), title_neighbours=20))
    return model, ranker, held_out


@pytest.mark.parametrize(("batch", "threads"), [(7, 1), (5, 3), (1, 2), (500, 4)])
def test_batches_and_threads_do_not_change_the_answers(asked, batch, threads):
    seen: list[float] = []
    whole = protocol.answer(*asked, batch=1000, progress=no_progress)
    found = protocol.answer(*asked, batch=batch, progress=seen.append, threads=threads)
    for name, array in whole.items():
        np.testing.assert_array_equal(found[name], array)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_fault_in_a_thread_is_the_callers(asked):
    model, ranker, held_out = asked

    class Faulty(PlaylistKnn):
        def score(self, seeds):
            raise ValueError("no scores")

    broken = Faulty(model.config)
    with pytest.raises(ValueError, match="no scores"):
        protocol.answer(broken, ranker, held_out, batch=3, progress=no_progress, threads=2)
