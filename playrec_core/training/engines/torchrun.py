"""Autoencoders in several processes, on one machine or many, by ``torchrun``: synchronous data parallelism.

Every process has the whole network and computes the gradient of its part of each batch; the gradients are summed over
all processes before the step (Li et al., "PyTorch Distributed", VLDB 2020, without its wrapper: a step here touches a
few thousand rows of a table, and only these are sent, see `models.neural.data_parallel`). The total batch size does not
depend on the number of processes, so the hyperparameters need no second tuning.

``--engine torchrun=2`` starts two processes on this machine. Any other text after ``=`` is passed to torchrun:
``--engine "torchrun=--nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint HOST:29400"``; on the other
machines, start the printed command on the same shared folder. NCCL sums on GPUs (``--device cuda``), Gloo on CPUs.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from typing import ClassVar

from playrec_core.data import serialization
from playrec_core.data.held_out import hold_out
from playrec_core.errors import ConfigError, PlayrecError
from playrec_core.models.base import Recommender, State
from playrec_core.store.content_cache import write_cached
from playrec_core.store.files import open_arrays, save_json

from .base import Engine, Job

DATA, JOB, STATE, PROGRESS = "data", "job.json", "state.safetensors", "progress "
_LINES_OF_PROCESSES, _LINES_OF_REPORT = 30, 9
_REPORT = re.compile(r"torch/distributed/elastic/.* (Sending process|failed) ")
"""The first line of torchrun's own report of a failed process."""


class Torchrun(Engine):
    """Fits the models that share batches (`Recommender.shares_batches`)."""

    name = "torchrun"
    sharded: ClassVar[bool] = False
    """Whether each process keeps only a part of the tables."""
    workers = (f"{__package__}.torchrun_worker",)

    def __init__(self, where: str):
        super().__init__(where)
        asked = where or "2"
        self.flags = ["--standalone", "--nproc-per-node", asked] if asked.isdigit() else shlex.split(asked)
        if asked == "0" or not all(each.isprintable() for each in self.flags):
            raise ConfigError(f"--engine torchrun={where}: give a number of processes or options of torchrun")

    def fits(self, model: Recommender) -> bool:
        return model.shares_batches

    def fit(self, model: Recommender, job: Job) -> State:
        job.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=job.folder, prefix="torchrun-") as made:
            folder = job.folder / made
            nothing = hold_out([], job.dataset.items, job.dataset.tags)
            write_cached(folder / DATA, lambda files: serialization.save(files, job.dataset, nothing))
            save_json(
                folder / JOB,
                {
                    "kind": model.kind,
                    "config": model.config.model_dump(mode="json"),
                    "rng": job.rng.bit_generator.state,
                    "device": job.device,
                    "sharded": self.sharded,
                },
            )
            command = ["-m", "torch.distributed.run", *self.flags, "-m", *self.workers, str(folder)]
            self._run(command, job)
            return {name: array.copy() for name, array in open_arrays(folder / STATE).items()}

    def _run(self, command: list[str], job: Job) -> None:
        if "--standalone" not in self.flags:
            print(f"\n  on the other machines: python {shlex.join(command)}")
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, stderr=errors, text=True)
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if line.startswith(PROGRESS):
                        job.progress(float(line.removeprefix(PROGRESS)))
            except BaseException:
                # Leave no processes behind when interrupted.
                process.terminate()
                raise
            finally:
                code = process.wait()
            if code:
                errors.seek(0)
                raise PlayrecError(f"torchrun {shlex.join(self.flags)} ended with {code}: {last_words(errors.read())}")


def last_words(said: str) -> str:
    """Why a fit failed: our own error message if a process printed one, else the last lines of the processes and of
    torchrun's report.

    Args:
        said: standard error: the lines of the processes, then those of torchrun.
    """
    lines = said.strip().splitlines()
    ours = [line.split(":", 1)[1].strip() for line in lines if line.startswith("playrec:")]
    if ours:
        return ours[0]
    reported = next((n for n, line in enumerate(lines) if _REPORT.search(line)), len(lines))
    return "\n".join([*lines[:reported][-_LINES_OF_PROCESSES:], *lines[reported:][-_LINES_OF_REPORT:]])
