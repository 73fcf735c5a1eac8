"""Several processes that share every batch train the network that one process trains."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playrec_core.errors import ConfigError, PlayrecError
from playrec_core.models import registry
from playrec_core.models.base import State
from playrec_core.schema import no_progress
from playrec_core.testing.planted import planted
from playrec_core.training.engines import registry as engines
from playrec_core.training.engines.base import Job
from playrec_core.training.engines.torchrun import Torchrun, last_words
from playrec_core.training.engines.torchrun_sharded import TorchrunSharded

ADAM = {"kind": "adam", "lazy": False, "learning_rate": 0.01, "final": 0.5, "weight_decay": 0.0}
MULTINOMIAL = {
    "hidden": [8],
    "activation": "tanh",
    "tied": True,
    "normalise": True,
    "input_dropout": 0.0,
    "code_dropout": 0.0,
    "loss": "multinomial",
    "optimiser": ADAM,
    "batch": 25,
    "epochs": 3,
    "samples": 0,
    "sample_power": 0.5,
    "held_out": 0.0,
    "patience": 5,
    "min_playlists": 1,
}
SQUARED = MULTINOMIAL | {
    "tied": False,
    "loss": {"sum": 0.01, "mean": 3.0, "masked": 0.0},
    "optimiser": {"kind": "sgd", "momentum": 0.6, "learning_rate": 0.05, "final": 1.0, "weight_decay": 0.0},
}


NOISY = MULTINOMIAL | {"input_dropout": 0.3, "code_dropout": 0.2, "samples": 20, "held_out": 0.2}


def fitted(table: dict, folder: Path, engine: Torchrun | None) -> State:
    model = registry.create("collaborative-autoencoder", table)
    job = Job(planted().dataset, np.random.default_rng(3), "cpu", no_progress, folder)
    return engines.fit(model, job, engine)


ALL = {"multinomial": MULTINOMIAL, "squared": SQUARED, "noise and samples": NOISY}
SLOW = [pytest.mark.slow]
QUICK = {(Torchrun, "noise and samples"), (TorchrunSharded, "squared")}


@pytest.mark.parametrize(
    ("engine", "table"),
    [
        pytest.param(engine, table, id=f"{engine.__name__}-{name}", marks=[] if (engine, name) in QUICK else SLOW)
        for engine in (Torchrun, TorchrunSharded)
        for name, table in ALL.items()
    ],
)
def test_two_processes_train_what_one_trains(engine: type[Torchrun], table: dict, tmp_path: Path):
    alone, shared = fitted(table, tmp_path, None), fitted(table, tmp_path, engine("2"))
    assert alone.keys() == shared.keys()
    for name, array in alone.items():
        np.testing.assert_allclose(shared[name], array, rtol=2e-4, atol=2e-5, err_msg=name)
    assert not list(tmp_path.iterdir()), "files that passed between the processes were left behind"


def test_what_a_process_says_reaches_whoever_started_it(tmp_path: Path):
    table = MULTINOMIAL | {"optimiser": ADAM | {"learning_rate": 1e30}, "loss": {"sum": 1.0, "mean": 1.0, "masked": 0}}
    with pytest.raises(PlayrecError, match="training diverged"):
        fitted(table, tmp_path, Torchrun("2"))


def test_a_process_that_aborts_is_heard_and_not_only_reported(tmp_path: Path):
    """Once an abort was seen and its reason was not: torchrun's report is longer than what was shown."""
    worker = tmp_path / "worker.py"
    worker.write_text("import os, sys\nprint('words of the process', file=sys.stderr, flush=True)\nos.abort()\n")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "1", str(worker)]
    said = last_words(subprocess.run(command, stderr=subprocess.PIPE, text=True).stderr)
    assert "words of the process" in said
    assert "SIGABRT" in said
    assert len(said.splitlines()) < 50


def test_models_of_another_kind_are_fitted_here():
    assert not Torchrun("2").fits(registry.create("popularity", {}))


@pytest.mark.parametrize("asked", ["torchrun=0", "no-such-engine=2"])
def test_an_impossible_engine_is_refused(asked: str):
    with pytest.raises(ConfigError, match=asked.split("=")[0]):
        engines.create(asked)
