"""Train models on playlists: ``python train.py`` for the built-in demo, ``--dataset melon --data DIR`` for real
data.
"""

import argparse
import os
import sys
from pathlib import Path

from playrec_core.config import load
from playrec_core.errors import PlayrecError

CONFIGS = Path(__file__).parent / "configs"


def main(arguments: list[str] | None = None) -> int:
    """0 when a run was trained, 1 when data, configuration or environment stand in the way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--config", type=Path, help="a TOML file; default: configs/DATASET.toml")
    parser.add_argument("--dataset", default="demo", help="a configuration in configs/: demo, melon, movielens, ...")
    parser.add_argument("--data", type=Path, help="the folder with the data set's files")
    parser.add_argument("--models", default="", help="only these, separated by commas")
    parser.add_argument("--artifacts", type=Path, default=Path("artifacts"), help="where runs are kept")
    parser.add_argument("--seed", type=int, help="replaces the configuration's")
    parser.add_argument("--threads", type=int, help="threads of the numerical libraries")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="for the models that use torch")
    parser.add_argument(
        "--engine", default="", help="fits what it can on torchrun=N, torchrun-sharded=N or spark=MASTER"
    )
    given = parser.parse_args(arguments)
    if given.threads:
        # The libraries read these once, when they are loaded: hence the import below.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
            os.environ[name] = str(given.threads)
    # Threads that spin while they wait made a training four times slower beside another busy process.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from playrec_core.training.pipeline import Options, train

    options = Options(
        artifacts=given.artifacts,
        data=given.data,
        models=tuple(name.strip() for name in given.models.split(",") if name.strip()),
        seed=given.seed,
        threads=given.threads,
        device=given.device,
        engine=given.engine,
    )
    try:
        train(load(given.config or CONFIGS / f"{given.dataset}.toml"), options)
    except (PlayrecError, OSError) as error:
        # An OSError is a full disk or a folder that may not be written: its text names the file.
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
