"""Two runs are compared on the same held-out playlists, or not at all."""

import json
from pathlib import Path

import numpy as np
import pytest

from playrec_core.commands.cli import main
from playrec_core.errors import ConfigError, RunError
from playrec_core.evaluation.intervals import paired_difference
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.serving.run_comparison import compare_runs
from playrec_core.training.pipeline import Options, train
from tests.conftest import small_config


def trained(artifacts: Path, asked: tuple[str, ...], **changes) -> LoadedRun:
    config = small_config().model_copy(update=changes)
    return LoadedRun.open(artifacts, train(config, Options(artifacts, models=asked, threads=1), lambda _: None))


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("two-runs")


@pytest.fixture(scope="module")
def one(artifacts) -> LoadedRun:
    return trained(artifacts, ("popularity", "als"))


@pytest.fixture(scope="module")
def two(artifacts) -> LoadedRun:
    models = small_config().models
    return trained(artifacts, ("als", "item-knn"), models=models | {"als": models["als"] | {"factors": 2}})


def test_the_difference_is_the_paired_bootstrap_of_the_same_held_out_playlists(one, two):
    found = {(gap.model, gap.metric): gap for gap in compare_runs(one, two)}
    assert {model for model, _ in found} == {"als"}
    assert {metric for _, metric in found} == {"score", "ndcg", "tag_ndcg", "recall@10", "ndcg@10"}
    values, others = one.held_out_values("als")["ndcg"], two.held_out_values("als")["ndcg"]
    expected = paired_difference(values, others, seed=one.config.seed, resamples=50)
    gap = found["als", "ndcg"]
    assert (gap.mean, gap.other_mean) == pytest.approx((np.nanmean(values), np.nanmean(others)))
    assert (gap.difference.low, gap.difference.high) == pytest.approx((expected.low, expected.high))
    assert gap.difference.mean > 0, "eight factors find more than two"
    turned = {(gap.model, gap.metric): gap for gap in compare_runs(two, one)}
    assert turned["als", "ndcg"].difference.mean == pytest.approx(-gap.difference.mean)


def test_a_run_is_identical_to_itself(one):
    assert {gap.verdict for gap in compare_runs(one, one)} == {"identical"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seed": 5}, "different seeds"),
        ({"split": small_config().split.model_copy(update={"share": 0.3})}, "different splits"),
        ({"name": "other"}, "one is of the data set demo, the other of other"),
    ],
)
def test_other_held_out_playlists_are_refused_with_the_reason(one, artifacts, changes, why):
    other = trained(artifacts, ("popularity",), **changes)
    with pytest.raises(RunError, match=f"cannot be compared: .*{why}"):
        compare_runs(one, other)


def test_no_common_model_and_an_unknown_metric_are_reported(one, two, artifacts):
    lonely = trained(artifacts, ("item-knn",))
    with pytest.raises(RunError, match="no model in common: one has popularity, als, the other item-knn"):
        compare_runs(one, lonely)
    with pytest.raises(ConfigError, match="--metric magic: there are"):
        compare_runs(one, two, metric="magic")


def test_the_command(one, two, artifacts, capsys):
    assert main(["compare", one.id, two.id, "--metric", "ndcg", "--artifacts", str(artifacts)]) == 0
    head, line = capsys.readouterr().out.strip().splitlines()
    assert head.split()[:2] == ["model", "metric"]
    gap = compare_runs(one, two, metric="ndcg")[0]
    assert line.split()[:4] == ["als", "ndcg", f"{gap.mean:.4f}", f"{gap.other_mean:.4f}"]
    assert main(["compare", one.id, two.id, "--json", "--artifacts", str(artifacts)]) == 0
    assert json.loads(capsys.readouterr().out)[0]["model"] == "als"
    assert main(["compare", one.id, "nothing", "--artifacts", str(artifacts)]) == 1
    assert "does not exist" in capsys.readouterr().err
