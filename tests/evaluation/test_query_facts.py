"""Facts about each query, against plain loops over the demo data."""

from pathlib import Path
from statistics import median

import numpy as np
import pytest

from playrec_core.evaluation.query_facts import MEANINGS, query_facts
from playrec_core.serving.loaded_run import LoadedRun


@pytest.fixture(scope="module")
def run(demo_run: Path) -> LoadedRun:
    return LoadedRun.open(demo_run)


def test_every_column_against_a_loop(run: LoadedRun):
    found = query_facts(run.dataset, run.held_out)
    assert list(found) == list(MEANINGS)
    table, counts = run.held_out.table.to_pylist(), run.dataset.item_counts.tolist()
    years, genres = (run.dataset.catalogue[name].to_pylist() for name in ("year", "genres"))
    for row, question in enumerate(table):
        songs = question["songs"]
        assert found["seed_length"][row] == len(songs)
        assert found["tags"][row] == len(question["tags"])
        assert found["hidden"][row] == len(set(question["hidden_songs"]))
        assert found["kind"][row] == question["kind"]
        known = [years[song] for song in songs if years[song]]
        assert found["year"][row] == pytest.approx(median(known) if known else np.nan, nan_ok=True)
        main = [genres[song][0] for song in songs if genres[song]]
        assert (found["genre"][row] or None) == (max(main, key=main.count) if main else None)
        rarer = [sum(other < counts[song] for other in counts) / len(counts) for song in songs]
        assert found["popularity"][row] == pytest.approx(np.mean(rarer) if songs else np.nan, nan_ok=True)


def test_queries_without_songs_have_no_popularity(run: LoadedRun):
    found = query_facts(run.dataset, run.held_out)
    assert (found["seed_length"][found["kind"] == "title"] == 0).all()
    assert np.isnan(found["popularity"][found["seed_length"] == 0]).all()
