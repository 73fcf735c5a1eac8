"""Commands beside ``train.py``: ``python -m playrec_core models | recommend | evaluate | submission | compare |
sweep | index | check | demo-data``.

Exit codes: 0 done; 1 bad input or no usable run, said on standard error; 2 wrong arguments; 3 (`check`) the run is
damaged.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from playrec_core.training.progress import ProgressBar

from .errors import PlayrecError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; see the module's docstring for what it returns."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        return given.command(given)
    except (PlayrecError, OSError) as error:
        # An OSError is a full disk or a folder that may not be written: its text names the file.
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playrec_core", description="Ask the current run, and check it.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, action, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=action)
        sub.add_argument("--json", action="store_true", help="print one JSON value for machines")
        if name not in ("evaluate", "demo-data"):
            sub.add_argument("--artifacts", type=Path, default=Path("artifacts"), help="where runs are kept")
        return sub

    command("models", _models, "List the run's models, what they read and what they answer.")
    recommend = command("recommend", _recommend, "Answer a question file in the contest's format, or everybody.")
    recommend.add_argument("--model", required=True)
    whom = recommend.add_mutually_exclusive_group(required=True)
    whom.add_argument("--questions", type=Path, help="JSON list of {id, songs, tags, plylst_title}")
    whom.add_argument("--all", action="store_true", help="every training playlist; writes a CSV of user,item")
    recommend.add_argument("--k", type=int, default=10, help="with --all: how many for each")
    recommend.add_argument("--output", type=Path, required=True)
    evaluate = command("evaluate", _evaluate, "Score a results file as the Melon contest does.")
    evaluate.add_argument("--answers", type=Path, required=True)
    evaluate.add_argument("--results", type=Path, required=True)
    # Kept so that every command takes it; scoring two files needs no run.
    evaluate.add_argument("--artifacts", type=Path, default=Path("artifacts"), help=argparse.SUPPRESS)
    submission = command("submission", _submission, "Check a submission file of either contest before it is sent.")
    submission.add_argument("--results", type=Path, required=True, help="Kakao Arena's .json, or Movie Rec's .csv")
    submission.add_argument("--questions", type=Path, help="of a .json: the file it answers")
    submission.add_argument("--k", type=int, default=10, help="of a .csv: how many for each; checked against the run")
    compare = command("compare", _compare, "Two runs on the same questions: what their models differ by.")
    compare.add_argument("run", help="a run id; see runs/ among the artifacts")
    compare.add_argument("other", help="the run to compare it with")
    compare.add_argument("--metric", default="", help="only this one; default: what train.py prints")
    sweep = command("sweep", _sweep, "Search a model's settings on questions split off the training part.")
    sweep.add_argument(
        "--dataset", default="demo", help="a configuration in configs/, with its ranges in configs/sweeps/"
    )
    sweep.add_argument("--config", type=Path, help="a TOML file; default: configs/DATASET.toml")
    sweep.add_argument("--ranges", type=Path, help="a TOML file; default: configs/sweeps/DATASET.toml")
    sweep.add_argument("--data", type=Path, help="the folder with the data set's files")
    sweep.add_argument("--model", required=True)
    sweep.add_argument("--trials", type=int, default=30, help="in all, those of earlier calls included")
    sweep.add_argument("--metric", help="what is made best; default: the sweep file's, or the contest's score")
    sweep.add_argument("--seed", type=int, help="replaces the configuration's")
    sweep.add_argument("--threads", type=int, help="threads of the numerical libraries")
    sweep.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="for the models that use torch")
    index = command("index", _index, "Send the run's vectors to a Qdrant server, for neighbour search there.")
    index.add_argument("--qdrant", required=True, help="its URL, http://HOST:6333 say")
    index.add_argument("--models", default="", help="only these, separated by commas; an app needs all of them")
    command("check", _check, "Verify the hash of every file of the run.")
    demo = command("demo-data", _demo_data, "Write the built-in world in Melon's file format.")
    demo.add_argument("--scale", choices=("demo", "melon"), default="demo")
    demo.add_argument("--output", type=Path, required=True, help="a folder that does not exist yet")
    demo.add_argument("--seed", type=int, default=0)
    demo.add_argument("--mels", action="store_true", help="mel-spectrograms as well (2.5 GB at Melon's scale)")
    return parser


def _models(given: argparse.Namespace) -> int:
    from playrec_core.serving.loaded_run import LoadedRun

    from .models import registry

    run = LoadedRun.open(given.artifacts)
    rows = []
    for name in run.model_names:
        kind = registry.kind_of(name, run.config.models[name])
        rows.append(
            {
                "model": name,
                "title": run.model_title(name),
                "reads": sorted(kind.reads),
                "answers": sorted(kind.answers),
            }
        )
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print(f"{'model':<20}{'title':<22}{'reads':<20}answers")
        for row in rows:
            reads, answers = ", ".join(row["reads"]) or "nothing", ", ".join(row["answers"])
            print(f"{row['model']:<20}{row['title']:<22}{reads:<20}{answers}")
    return 0


def _recommend(given: argparse.Namespace) -> int:
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.serving.submission import answer_everybody, answer_file

    if given.all:
        run, bar = LoadedRun.open(given.artifacts), ProgressBar(f"ask {given.model}")
        answered = answer_everybody(run, given.model, given.output, k=given.k, progress=bar)
        bar.done()
        if given.json:
            print(json.dumps({"answered": answered, "output": str(given.output)}))
        else:
            print(f"{given.k} for each of {answered:,} {run.nouns.playlists} by {given.model}: {given.output}")
        return 0
    bar = ProgressBar(f"ask {given.model}")
    answered = answer_file(LoadedRun.open(given.artifacts), given.model, given.questions, given.output, progress=bar)
    bar.done()
    if given.json:
        print(json.dumps({"answered": answered, "output": str(given.output)}))
    else:
        print(f"{answered:,} questions answered by {given.model}: {given.output}")
    return 0


def _evaluate(given: argparse.Namespace) -> int:
    from playrec_core.evaluation.contest import evaluate_files

    score = evaluate_files(given.answers, given.results)
    if given.json:
        print(json.dumps(asdict(score)))
    else:
        print(f"Music nDCG: {score.music_ndcg:.6g}\nTag nDCG: {score.tag_ndcg:.6g}\nScore: {score.score:.6g}")
    return 0


def _submission(given: argparse.Namespace) -> int:
    from playrec_core.evaluation.contest import check_results
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.serving.submission import check_everybody

    if given.questions is not None:
        checked = check_results(given.questions, given.results)
    else:
        checked = check_everybody(LoadedRun.open(given.artifacts), given.results, k=given.k)
    if given.json:
        print(json.dumps({"answered": checked, "results": str(given.results)}))
    else:
        print(f"{given.results}: complete and well-formed, {checked:,} answered")
    return 0


def _compare(given: argparse.Namespace) -> int:
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.serving.run_comparison import compare_runs

    runs = [LoadedRun.open(given.artifacts, name) for name in (given.run, given.other)]
    found = compare_runs(*runs, metric=given.metric)
    if given.json:
        print(json.dumps([asdict(gap) for gap in found]))
        return 0
    print(f"{'model':<24}{'metric':<12}{given.run[-8:]:>10}{given.other[-8:]:>10}{'difference':>12}   95 % interval")
    for gap in found:
        print(
            f"{gap.model:<24}{gap.metric:<12}{gap.mean:>10.4f}{gap.other_mean:>10.4f}{gap.difference.mean:>+12.4f}   "
            f"{gap.difference.low:+.4f} to {gap.difference.high:+.4f}  {gap.verdict}"
        )
    return 0


def _sweep(given: argparse.Namespace) -> int:
    from playrec_core.training.pipeline import Options
    from playrec_core.training.tuning import space
    from playrec_core.training.tuning.search import sweep

    from .config import load

    configs = Path(__file__).parents[1] / "configs"
    options = Options(given.artifacts, given.data, seed=given.seed, threads=given.threads, device=given.device)
    config = load(given.config or configs / f"{given.dataset}.toml")
    ranges = space.load(given.ranges or configs / "sweeps" / f"{given.dataset}.toml")

    def say(line: str) -> None:
        print(line, file=sys.stderr if given.json else sys.stdout, flush=True)

    try:
        found = sweep(config, options, ranges, given.model, trials=given.trials, metric=given.metric, say=say)
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on where it stopped.", file=sys.stderr)
        return 130
    best = found.best()
    if given.json:
        print(json.dumps({"sweep": found.id, "best": best and best.model_dump(), "trials": len(found.trials)}))
    elif best is None:
        print(
            f"Every trial failed; the last: {found.trials[-1].problem}" if found.trials else "No trial was asked for."
        )
    else:
        print(
            f"\nBest: {found.record.metric} {best.value:.4f} (trial {best.number + 1}). To paste:\n\n{found.toml(best)}"
        )
    return 0 if best is not None else 1


def _index(given: argparse.Namespace) -> int:
    from playrec_core.serving.loaded_run import LoadedRun
    from playrec_core.similarity.qdrant import connect, upload

    run, client = LoadedRun.open(given.artifacts), connect(given.qdrant)
    asked = [name.strip() for name in given.models.split(",") if name.strip()]
    sent = {}
    for name in asked or run.spaces():
        vectors = run.model(name).item_embeddings()
        if vectors is not None:
            bar = ProgressBar(f"send {run.model_title(name)}")
            sent[name] = upload(client, run.id, name, vectors, bar)
            bar.done()
    print(json.dumps(sent) if given.json else f"{len(sent)} models of {run.id} are at {given.qdrant}")
    return 0


def _check(given: argparse.Namespace) -> int:
    from playrec_core.store.run import Run

    run = Run.open(given.artifacts)
    bar = ProgressBar("verify")
    problems = run.verify(bar)
    bar.done()
    if given.json:
        print(json.dumps({"run": run.id, "files": len(run.manifest.files), "problems": problems}))
    elif problems:
        print("\n".join(problems))
    else:
        print(f"{run.id}: all {len(run.manifest.files)} files are what was written.")
    return 3 if problems else 0


def _demo_data(given: argparse.Namespace) -> int:
    from playrec_core.data.synthetic import generate

    bar = ProgressBar("make the demo world")
    options = generate.MELON_SCALE if given.scale == "melon" else generate.DEMO
    if given.mels:
        options = replace(options, mel_share=0.95)
    generate.generate(given.output, options, seed=given.seed, progress=bar)
    bar.done()
    if given.json:
        print(json.dumps({"output": str(given.output), "options": asdict(options), "seed": given.seed}))
    else:
        print(f"{options.playlists:,} playlists over {options.songs:,} songs: {given.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
