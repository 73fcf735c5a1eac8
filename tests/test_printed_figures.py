"""The mistakes that the Movie Rec report tells of (docs/sources/movie-rec-report.md), each with a test that catches it.

- "Recall@10 and nDCG@10 of the validation set printed in each other's place": here, on what train.py prints, and
  tests/evaluation/test_report.py on what is stored.
- losses masked to the right split, and rankings of unseen items only: here on what is measured, and in
  tests/models/autoencoders/test_playlist_autoencoder_family.py on losses and validation.
- "out of memory for want of loss.item()": tests/models/autoencoders/test_playlist_autoencoder_family.py.
- inference over all users and items killed for its memory: tests/serving/test_recommend_everybody.py.
"""

import math
import re

import numpy as np
import pytest

from playrec_core.evaluation.protocol import HEADLINE
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.training.evaluate import report_table
from playrec_core.training.pipeline import Options, train
from tests.conftest import small_config

MODELS = ("popularity", "item-knn")


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> tuple[dict[str, dict[str, float]], LoadedRun]:
    """The table that a training prints, by model title and column, and its run."""
    artifacts, said = tmp_path_factory.mktemp("printed"), []
    run_id = train(small_config(), Options(artifacts, models=MODELS, threads=1), said.append)
    head, *lines = next(text for text in said if text.startswith("\nmodel")).strip("\n").splitlines()
    columns = head.split()[1:]
    found = {}
    for line in lines:
        title, *figures = re.split(r"\s{2,}", line)
        found[title] = dict(zip(columns, map(float, figures), strict=True))
    return found, LoadedRun.open(artifacts, run_id)


def test_every_printed_figure_stands_under_its_own_name(printed):
    """Recomputed from the stored answers by the documents' formulas, not by our metrics."""
    table, run = printed
    hidden = run.held_out.table["hidden_songs"].to_pylist()
    hidden_tags = run.held_out.table["hidden_tags"].to_pylist()

    def ndcg(ranked: list[int], wanted: list[int], depth: int, ideal: int) -> float:
        gains = sum(1 / math.log2(rank + 1) for rank, item in enumerate(ranked[:depth], 1) if item in wanted)
        return gains / sum(1 / math.log2(rank + 1) for rank in range(1, ideal + 1))

    for name in MODELS:
        answers = run.held_out_answers(name)
        items, tags = answers["items"].tolist(), answers["tags"].tolist()
        songs = [(ranked, wanted) for ranked, wanted in zip(items, hidden, strict=True) if wanted]
        tagged = [(ranked, wanted) for ranked, wanted in zip(tags, hidden_tags, strict=True) if wanted]
        expected = {
            "recall@10": np.mean([len(set(r[:10]) & set(w)) / min(10, len(w)) for r, w in songs]),
            "ndcg@10": np.mean([ndcg(r, w, 10, min(10, len(w))) for r, w in songs]),
            "ndcg": np.mean([ndcg(r, w, 100, len(w)) for r, w in songs]),
            "tag_ndcg": np.mean([ndcg(r, w, 10, len(w)) for r, w in tagged]),
        }
        expected["score"] = 0.85 * expected["ndcg"] + 0.15 * expected["tag_ndcg"]
        assert table[run.model_title(name)] == pytest.approx(expected, abs=5.1e-5)
        assert len({round(value, 4) for value in expected.values()}) == len(expected), "a swap would be seen"


def test_columns_follow_their_names_and_not_the_order_they_come_in():
    planted = {name: np.array([place / 10]) for place, name in enumerate(HEADLINE)}
    turned = dict(reversed(planted.items()))
    head, line = report_table({"some model": turned}).strip("\n").splitlines()
    assert head.split()[1:] == list(HEADLINE)
    assert [float(figure) for figure in line.split()[2:]] == [value[0] for value in planted.values()]


def test_what_is_measured_ranks_unseen_items_only(printed):
    """Metrics over items that the question shows would reward repeating it."""
    _, run = printed
    for name in MODELS:
        for row, seed in enumerate(run.held_out.seeds):
            assert not set(run.held_out_answers(name)["items"][row].tolist()) & set(seed.songs)
