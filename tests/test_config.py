"""Configuration errors name the table and the key."""

import pytest
from pydantic import Field

from playrec_core.config import Frozen, LeaveOutSplit, TrainConfig, load, parse
from playrec_core.errors import ConfigError

TOML = """
name = "tiny"
seed = 7

[data]
reader = "melon"

[split]
kind = "leave-out"
count = 5
last = 1
min_left = 3

[ranking]
depth = 100
tags = 10
title_ngrams = [2, 3]
title_neighbours = 50

[map]
model = "als"
layouts = ["umap"]
points = 1000
neighbours = 15
min_dist = 0
perplexity = 30
clusters = 20

[evaluation]
resamples = 200
batch = 64

[models.als]
factors = 8
"""


def write(tmp_path, text: str):
    path = tmp_path / "tiny.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file(tmp_path):
    config = load(write(tmp_path, "\ufeff" + TOML))
    assert isinstance(config, TrainConfig)
    assert isinstance(config.split, LeaveOutSplit)
    assert (config.split.count, config.split.share, config.split.last) == (5, None, 1)
    assert config.ranking.title_ngrams == (2, 3)
    assert config.models == {"als": {"factors": 8}}
    assert config.map.min_dist == 0.0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed = 7", "", "seed: is missing and has no default"),
        ("seed = 7", "seed = 7\ncolour = 1", "colour: unknown key; valid: name, seed, data, split"),
        ("seed = 7", "seed = 7\n[[comparisons]]\ntitel = 'x'", r"comparisons\.0\.titel: .*; did you mean title\?"),
        ("depth = 100", "detph = 100", r"ranking\.detph: unknown key; did you mean depth\?"),
        ("clusters = 20", "others = { epoch = 1 }", r"map\.others\.epoch: unknown key; did you mean epochs\?"),
        ("depth = 100", "depth = 0", "ranking.depth: .*greater than 0"),
        ("depth = 100", "depth = 1.5", "ranking.depth: .*integer"),
        ("min_dist = 0", "min_dist = inf", "map.min_dist: .*finite"),
        ("min_left = 3", "min_left = 3\nhide = 2", r"split\.leave-out\.hide: unknown key; valid: kind, count, share"),
        ('kind = "leave-out"', 'kind = "random"', "split: .*'random'.*'kakao', 'leave-out', 'given'"),
        ('layouts = ["umap"]', 'layouts = ["pca"]', r"map\.layouts\.0: .*'umap' or 'tsne'"),
    ],
)
def test_a_fault_names_its_key(tmp_path, old, new, message):
    path = write(tmp_path, TOML.replace(old, new))
    with pytest.raises(ConfigError, match=message) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))


def test_every_fault_is_reported_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, TOML.replace("depth = 100", "depth = 0").replace("batch = 64", "batch = 0")))
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["ranking.depth", "evaluation.batch"]


def test_a_missing_file_lists_what_is_there(tmp_path):
    write(tmp_path, TOML)
    with pytest.raises(ConfigError, match=r"no such configuration \(found there: tiny\)"):
        load(tmp_path / "big.toml")


@pytest.mark.parametrize("content", [b"seed = ", b"\xff\xfe", b"seed = 1\nseed = 2"])
def test_a_file_that_is_not_toml_is_refused(tmp_path, content):
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="not a TOML file"):
        load(path)


def test_a_configuration_is_immutable():
    class Options(Frozen):
        size: int = Field(gt=0)

    options = parse(Options, {"size": 3}, "here")
    with pytest.raises(ValueError, match="frozen"):
        options.size = 4
    with pytest.raises(ConfigError, match=r"here: size: .*greater than 0"):
        parse(Options, {"size": -1}, "here")


def test_a_comparison_needs_two_models(tmp_path):
    table = '\n[[comparisons]]\ntitle = "two"\nmodels = ["popularity"]\n'
    with pytest.raises(ConfigError, match=r"comparisons\.0\.models: .*at least 2"):
        load(write(tmp_path, TOML + table))
    (one,) = load(write(tmp_path, TOML + table.replace('"]', '", "als"]'))).comparisons
    assert one.models == ("popularity", "als")
    assert load(write(tmp_path, TOML)).comparisons == ()


def test_only_configured_models_can_be_shown_by_default(tmp_path):
    with pytest.raises(ConfigError, match=r"shown: there is no \[models\.magic\]; valid: als"):
        load(write(tmp_path, 'shown = ["magic"]\n' + TOML))
    with pytest.raises(ConfigError, match=r"there is no \[models\.asl\]; did you mean als\?"):
        load(write(tmp_path, 'shown = ["asl"]\n' + TOML))
