"""SIGKILL during ``train.py`` at random moments: the current run must always open.

    python -m benchmarks.kill_train --kills 50

Each round starts ``train.py`` on a small data set, kills it after a random time (seeded), and opens the current run: it
must be the old or the new one, with every hash right. Prints one line per kill and a summary; exit code 1 if a round
failed.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.script import ROOT, parser, timed
from playrec_core.errors import RunError
from playrec_core.store.run import Run, list_runs

# Changes to the demo's configuration, so that a training takes a few seconds.
CHANGES = {
    "[data.demo]": "[data.demo]\nsongs = 400\nartists = 60\nalbums = 90\nscenes = 40\nplaylists = 300\ntags = 120",
    "points = 50000": "points = 300",
    "clusters = 24": "clusters = 6",
    "items = 4000": "items = 300",
    "factors = 64": "factors = 8",
    "resamples = 1000": "resamples = 50",
}


def small_config(folder: Path) -> Path:
    """Write a small variant of ``configs/demo.toml``."""
    text = (ROOT / "configs" / "demo.toml").read_text(encoding="utf-8")
    for old, new in CHANGES.items():
        assert old in text, f"configs/demo.toml no longer says {old!r}"
        text = text.replace(old, new, 1)
    file = folder / "small.toml"
    file.write_text(text, encoding="utf-8")
    return file


def start(config: Path, artifacts: Path, seed: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(ROOT / "train.py"), "--config", str(config)]
    return subprocess.Popen(
        [*command, "--artifacts", str(artifacts), "--seed", str(seed)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def main() -> int:
    given = parser(__doc__, kills=50, seed=0).parse_args()
    rng = random.Random(given.seed)
    failures = killed = 0
    with tempfile.TemporaryDirectory() as folder:
        artifacts, config = Path(folder) / "artifacts", small_config(Path(folder))
        code, whole = timed(start(config, artifacts, 0).wait)
        assert code == 0
        print(f"an undisturbed training takes {whole.seconds:.1f} s")
        rounds = 0
        while killed < given.kills:
            rounds += 1
            moment = rng.uniform(0, whole.seconds)
            process = start(config, artifacts, rounds)
            try:
                process.wait(timeout=moment)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                killed += 1
            try:
                run = Run.open(artifacts)
                problems = run.verify()
            except RunError as error:
                run, problems = None, [str(error)]
            failures += bool(problems)
            print(
                f"{rounds:3d}  killed at {moment:5.2f} s  {run.id if run else '-'}  {problems or 'sound'}", flush=True
            )
        left = len(list_runs(artifacts))
    print(f"{rounds} trainings, {killed} killed before their end, {failures} failures, {left} finished runs")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
