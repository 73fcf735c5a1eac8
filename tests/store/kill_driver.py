"""Run by test_kill.py in a separate process: writes runs in children that are killed, and reports what remains.

Usage: kill_driver.py ARTIFACTS. Prints one JSON object per killed child.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np

from playrec_core.store.files import save_arrays, save_json
from playrec_core.store.manifest import DatasetRecord
from playrec_core.store.run import Run
from playrec_core.store.writer import RunWriter

STEPS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}


def write_run(artifacts: Path, seed: int) -> None:
    """Write the seed into every file of the run, to detect a mixture of two runs."""
    with RunWriter.open(artifacts, f"{seed:08x}") as writer:
        for stage in ("data", "model"):
            if not writer.done(stage):
                with writer.stage(stage) as folder:
                    save_arrays(folder / "numbers.safetensors", {"seed": np.full(50_000, seed)})
                    save_json(folder / "seed.json", {"seed": seed, "attempt": os.getpid()})
        writer.finish(dataset=DatasetRecord(name="demo", fingerprint="f"), vocabulary_hash="v", config={}, seed=seed)


def in_child(artifacts: Path, seed: int, *, die_at_step: int = 0, die_after: float | None = None) -> bool:
    """Whether the child was killed before it finished."""
    child = os.fork()
    if child == 0:
        steps = 0

        def count(event: str, _: tuple) -> None:
            nonlocal steps
            steps += event in STEPS
            if steps == die_at_step and event in STEPS:
                os.kill(os.getpid(), signal.SIGKILL)

        if die_at_step:
            sys.addaudithook(count)
        write_run(artifacts, seed)
        os._exit(0)
    if die_after is not None:
        time.sleep(die_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def seeds_in(run: Run) -> list[int]:
    found = {run.manifest.seed}
    for stage in ("data", "model"):
        found |= set(run.arrays(f"{stage}/numbers.safetensors")["seed"].tolist()) | {
            run.json(f"{stage}/seed.json")["seed"]
        }
    return sorted(found)


def report(artifacts: Path, seed: int, how: str) -> None:
    run = Run.open(artifacts)
    after_kill = {"seeds": seeds_in(run), "problems": run.verify()}
    records = artifacts / "unfinished" / f"{seed:08x}" / "finished"
    done = {path.stem for path in records.glob("*.json")} if after_kill["seeds"] != [seed] else set()
    attempts = {
        stage: json.loads((records.parent / "files" / stage / "seed.json").read_bytes())["attempt"]
        for stage in done
        if (records.parent / "files" / stage).exists()
    }
    died_again = in_child(artifacts, seed)
    run = Run.open(artifacts)
    resumed = {"seeds": seeds_in(run), "problems": run.verify(), "died": died_again}
    redone = [stage for stage, attempt in attempts.items() if run.json(f"{stage}/seed.json")["attempt"] != attempt]
    left = sorted(path.name for path in (artifacts / "unfinished").iterdir())
    line = {"how": how, "seed": seed, "after_kill": after_kill, "done": sorted(attempts), "redone": redone}
    print(json.dumps(line | {"resumed": resumed, "left": left}))


def main() -> None:
    artifacts = Path(sys.argv[1])
    in_child(artifacts, 0)
    seed, step = 0, 0
    killed = True
    while killed:  # at every step, until the run is complete before that step
        seed, step = seed + 1, step + 1
        killed = in_child(artifacts, seed, die_at_step=step)
        if killed:
            report(artifacts, seed, f"step {step}")
    rng = random.Random(11)
    for _ in range(25):
        seed += 1
        moment = rng.uniform(0, 0.1)
        if in_child(artifacts, seed, die_after=moment):
            report(artifacts, seed, f"after {1000 * moment:.0f} ms")


if __name__ == "__main__":
    main()
