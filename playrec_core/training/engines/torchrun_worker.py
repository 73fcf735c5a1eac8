"""One of the processes of a `Torchrun` fit: ``torchrun -m playrec_core.training.engines.torchrun_worker FOLDER``."""

import faulthandler
import json
import os
import sys
from pathlib import Path

import numpy as np

from playrec_core.data import serialization
from playrec_core.errors import PlayrecError
from playrec_core.models import registry
from playrec_core.models.neural.data_parallel import ProcessGroup
from playrec_core.store.content_cache import CachedFolder
from playrec_core.store.files import save_arrays

from .torchrun import DATA, JOB, PROGRESS, STATE

_FAREWELL, _PATIENCE = "playrec/farewell", 3600.0
"""Key of the last barrier, and the seconds that the first process may take to write the state."""


def main(folder: Path) -> int:
    """Fit the job's model together with the other processes; the first one writes the state. Returns 1 on bad input."""
    import torch
    from torch import distributed
    from torch.distributed.elastic.utils.store import barrier
    from torch.distributed.rendezvous import rendezvous

    job = json.loads((folder / JOB).read_bytes())
    kept = CachedFolder.open(folder / DATA)
    if kept is None:
        print(f"playrec: {folder / DATA} is missing or damaged: is the folder on a shared disk?", file=sys.stderr)
        return 1
    dataset, _ = serialization.load(kept, "files", mapped=False)
    if job["device"] == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    store, rank, n_processes = next(rendezvous("env://"))
    backend = "nccl" if job["device"] == "cuda" else "gloo"
    distributed.init_process_group(backend, store=store, rank=rank, world_size=n_processes)
    ProcessGroup.sharded = job["sharded"]
    try:
        first = rank == 0
        model = registry.create(job["kind"], job["config"])
        rng = np.random.default_rng()
        rng.bit_generator.state = job["rng"]
        model.fit(dataset, rng=rng, device=job["device"], progress=_tell if first else lambda _: None)
        if first:
            save_arrays(folder / STATE, model.state())
        # No process exits while another still waits for its part. The barrier uses torchrun's store: a barrier of the
        # group, followed by its end, can abort the last process (https://github.com/pytorch/gloo/issues/155).
        barrier(store, n_processes, _FAREWELL, _PATIENCE)
    except PlayrecError as error:
        print(f"playrec: {error}", file=sys.stderr)
        return 1
    finally:
        distributed.destroy_process_group()
    return 0


def _tell(part: float) -> None:
    print(f"{PROGRESS}{part:.4f}", flush=True)


if __name__ == "__main__":
    faulthandler.enable()  # print a traceback on abort
    sys.exit(main(Path(sys.argv[1])))
