"""Every model of the current run in one table: Recall@10 and nDCG@10 with 95 % intervals, the best first.

    python -m benchmarks.zoo [--artifacts DIR]

Below the table: the vote and the two-stage model against the best of their members (paired bootstrap over held-out
playlists), and the seconds of each stage of the run.
"""

from benchmarks.script import ARTIFACTS, parser, print_head, print_row
from benchmarks.trials import written
from playrec_core.evaluation.intervals import Interval, paired_difference
from playrec_core.serving.loaded_run import LoadedRun

METRICS = ("recall@10", "ndcg@10")


def main() -> None:
    run = LoadedRun.open(parser(__doc__, artifacts=ARTIFACTS).parse_args().artifacts)
    table = run.metrics.set_index(["model", "metric"])

    def figure(model: str, metric: str) -> str:
        row = table.loc[(model, metric)]
        return written(Interval(row["mean"], row["low"], row["high"], int(row["n"])))

    ranked = sorted(run.model_names, key=lambda name: -table.loc[(name, METRICS[0]), "mean"])
    print_head("model", "Recall@10", "nDCG@10")
    for name in ranked:
        print_row(run.model_title(name), *(figure(name, metric) for metric in METRICS))
    print()
    for name in run.model_names:
        members = [member for member in ranked if member in run.model(name).parts()]
        if run.model(name).kind in ("rank-vote", "score-blend", "two-stage") and members:
            best, values = members[0], run.held_out_values
            gaps = [written(paired_difference(values(name)[m], values(best)[m])) for m in METRICS]
            print(f"{run.model_title(name)} less {run.model_title(best)}: Recall@10 {gaps[0]}, nDCG@10 {gaps[1]}")
    timings = run.run.manifest.timings
    slowest = sorted(timings.items(), key=lambda stage: -stage[1])[:8]
    print(f"\n{sum(timings.values()):.0f} s: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in slowest))


if __name__ == "__main__":
    main()
