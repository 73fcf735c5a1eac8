"""What is said of an item's score and rank."""

from pathlib import Path

from playrec_core.schema import Query, Seed
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.ui.components.why.why import standing


def test_the_rank_is_that_in_the_list_and_excluded_items_have_none(demo_run: Path):
    run, seed = LoadedRun.open(demo_run), Seed((0, 3, 5))
    first, second = run.recommend_one("als", seed, k=2).items.tolist()
    assert "rank **2** of" in standing(run, "als", Query(seed), second)
    assert "rank **1** of" in standing(run, "als", Query(seed, (first,)), second)
    assert "excluded" in standing(run, "als", Query(seed, (first,)), first)
    assert "already" in standing(run, "als", Query(seed), 3)
