"""The public interface, used as a notebook uses it; its figures are those of the run."""

import inspect

import numpy as np
import pandas as pd
import pytest

from playrec_core import api
from playrec_core.api import PlayrecError, Run, open_run

CATALOGUE = ["title", "artist", "year", "playlists"]


@pytest.fixture(scope="module")
def run(demo_run) -> Run:
    return open_run(demo_run)


@pytest.fixture
def songs(run: Run) -> list:
    return list(run.items.index[:3])


def test_everything_public_is_documented():
    assert set(api.__all__) == {"PlayrecError", "Run", "open_run"}
    for name, member in inspect.getmembers(Run):
        assert name.startswith("_") or member.__doc__, name


def test_a_run_describes_itself(run: Run):
    assert run.id in repr(run)
    assert run.interactions.shape[1] == len(run.items)
    assert list(run.items) == CATALOGUE
    assert run.items["playlists"].tolist() == (run.interactions != 0).sum(axis=0).tolist()
    assert run.models.loc["als"].to_dict() == {
        "title": "ALS", "family": "factorisation", "reads": "songs", "recommends": "songs", "embeddings": True,
    }  # fmt: skip


def test_search_finds_a_title(run: Run):
    wanted = run.items.iloc[7]
    assert wanted.name in run.search(wanted["title"]).index


def test_recommendations_are_new_songs_in_order_of_score(run: Run, songs: list):
    first = run.recommend("als", songs, k=5)
    assert list(first) == ["item_id", *CATALOGUE, "score", "source"]
    assert first.index.tolist() == [1, 2, 3, 4, 5]
    assert first["score"].is_monotonic_decreasing
    assert set(first["source"]) == {"model"}
    assert not set(first["item_id"]) & set(songs)
    without = run.recommend("als", songs, k=5, exclude=first["item_id"][:2])
    assert without["item_id"].tolist()[:3] == first["item_id"].tolist()[2:]
    assert set(run.recommend("als", title=" ", k=2)["source"]) == {"popular"}


def test_exact_contributions_add_up_to_the_score(run: Run, songs: list):
    best = run.recommend("als", songs, k=1).iloc[0]
    found = run.explain("als", best["item_id"], songs)
    assert found.index.tolist() == songs
    assert (found.attrs["kind"], found.attrs["rank"]) == ("exact", 1)
    assert found.attrs["score"] == pytest.approx(best["score"], rel=1e-5)
    assert found["contribution"].sum() + found.attrs["baseline"] == pytest.approx(found.attrs["score"], rel=1e-4)
    assert run.explain("collaborative-autoencoder", best["item_id"], songs).attrs["kind"] == "occlusion"


def test_similar_items(run: Run, songs: list):
    for model in ("als", "item-knn"):
        found = run.similar(model, songs[0], k=4)
        assert songs[0] not in set(found["item_id"])
        assert found["similarity"].is_monotonic_decreasing
    with pytest.raises(PlayrecError, match="popularity has no similar items; these have: "):
        run.similar("popularity", songs[0])


def test_evaluate_gives_the_figures_of_the_run(run: Run):
    found = run.evaluate(["als", "ease"], ["ndcg", "recall@10"])
    assert list(found) == ["model", "metric", "mean", "low", "high", "n"]
    assert len(found) == 4
    assert (found["low"] <= found["mean"]).all()
    sliced = run.evaluate(["als"], ["ndcg"], slices=True)
    assert "kind: songs" in set(sliced["slice"])


def test_own_lists_are_evaluated_as_the_models_are(run: Run):
    """The most popular songs that a playlist does not contain are what the model `popularity` recommends."""
    held_out = run.held_out()
    lists = [[song for song in run.items.index if song not in set(given)][:100] for given in held_out["songs"]]
    own = run.evaluate_lists(lists)
    stored = run.evaluate(["popularity"], list(own["metric"])).drop(columns="model")
    pd.testing.assert_frame_equal(own, stored)
    pairs = zip(lists, held_out["hidden_songs"], strict=True)
    recall = [len(set(best[:10]) & set(hidden)) / min(len(hidden), 10) for best, hidden in pairs]
    assert own.set_index("metric")["mean"]["recall@10"] == pytest.approx(np.mean(recall))
    with pytest.raises(PlayrecError, match=f"1 lists for {len(held_out)} held-out playlists"):
        run.evaluate_lists(lists[:1])


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (lambda run: run.recommend("magic"), "no model 'magic'; the run has popularity, "),
        (lambda run: run.recommend("als", ["no song"]), "the run has no item 'no song'"),
        (lambda run: run.recommend("als", tags=["no tag"]), "the run has no tag 'no tag'"),
        (lambda run: run.evaluate(metrics=["magic"]), "no metric 'magic'; there are score, "),
        (lambda run: open_run("nowhere"), "playrec|train.py"),
    ],
)
def test_mistakes_are_named(run: Run, use, text: str):
    with pytest.raises(PlayrecError, match=text):
        use(run)
