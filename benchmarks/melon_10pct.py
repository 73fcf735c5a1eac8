"""The contest's metrics on a tenth of Melon, through the command line, checked by an independent implementation.

    python -m benchmarks.melon_10pct --data DIR --artifacts DIR

Trains ``configs/melon-10pct.toml`` (unless the folder contains a run), answers the questions with every model by
``recommend``, scores them by ``evaluate``, compares the scores with plain loops written here, and answers the contest's
``test.json``. The last lines are the table for ``benchmarks/README.md``.
"""

import json
import math
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.script import ROOT, parser, timed


def run(*command: str) -> str:
    """Run a command and return its standard output."""
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout


def independent(answers: Path, results: Path) -> tuple[float, float]:
    """Song and tag nDCG by the definition of the contest, in plain loops."""
    given = {row["id"]: row for row in json.loads(results.read_text(encoding="utf-8"))}
    totals = {"songs": 0.0, "tags": 0.0}
    truth = json.loads(answers.read_text(encoding="utf-8"))
    for row in truth:
        for key in totals:
            hidden = set(row[key])
            gain = sum(1 / math.log(rank + 2) for rank, value in enumerate(given[row["id"]][key]) if value in hidden)
            totals[key] += gain / sum(1 / math.log(rank + 2) for rank in range(len(row[key])))
    return totals["songs"] / len(truth), totals["tags"] / len(truth)


def in_format(questions: Path, results: Path) -> bool:
    """Whether every question has exactly 100 distinct songs and 10 distinct tags, none of them shown."""
    queries = json.loads(questions.read_text(encoding="utf-8"))
    given = {row["id"]: row for row in json.loads(results.read_text(encoding="utf-8"))}
    return len(queries) == len(given) and all(
        len(set(given[row["id"]][key])) == len(given[row["id"]][key]) == size
        and not set(given[row["id"]][key]) & set(row[key])
        for row in queries
        for key, size in (("songs", 100), ("tags", 10))
    )


def main() -> None:
    given = parser(__doc__, data=Path, artifacts=Path).parse_args()
    data, artifacts = given.data.resolve(), str(given.artifacts.resolve())
    if not (given.artifacts / "current").is_file():
        _, spent = timed(run, "train.py", "--dataset", "melon-10pct", "--data", str(data), "--artifacts", artifacts)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        print(f"trained and indexed in {spent.seconds:.0f} s, peak memory {peak:.2f} GiB")
    models = json.loads(run("-m", "playrec_core", "models", "--json", "--artifacts", artifacts))
    rows = [
        "| model | song nDCG | tag nDCG | score | evaluate - independent count | test.json in format |",
        "|---" * 6 + "|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for model in (row["model"] for row in models):
            results, final = Path(folder) / "val.json", Path(folder) / "test.json"
            ask = ("-m", "playrec_core", "recommend", "--model", model, "--artifacts", artifacts)
            run(*ask, "--questions", str(data / "val_questions.json"), "--output", str(results))
            answers = data / "val_answers.json"
            score = json.loads(
                run("-m", "playrec_core", "evaluate", "--json", "--answers", str(answers), "--results", str(results))
            )
            songs, tags = independent(answers, results)
            gap = max(abs(score["music_ndcg"] - songs), abs(score["tag_ndcg"] - tags))
            run(*ask, "--questions", str(data / "test.json"), "--output", str(final))
            rows.append(
                f"| {model} | {score['music_ndcg']:.4f} | {score['tag_ndcg']:.4f} | {score['score']:.4f} | {gap:.1e} "
                f"| {'yes' if in_format(data / 'test.json', final) else 'NO'} |"
            )
            print(rows[-1], flush=True)
    print("\n".join(["", *rows]))


if __name__ == "__main__":
    main()
