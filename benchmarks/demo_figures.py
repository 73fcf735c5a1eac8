"""Write the demo's figures into the documents: ``make figures``.

    python -m benchmarks.demo_figures [--artifacts DIR] [--check]

A table row of ``docs/models`` with a comment such as ``<!-- als -->`` has the figures of that model of the run,
``<!-- fields-knn - playlist-knn -->`` the difference of two on the same playlists; the table's head says which metric a
column has, and other columns stay. The leaderboard between ``<!-- demo -->`` and ``<!-- end -->`` is written anew. All
figures are means with 95 % bootstrap intervals. ``--check`` only says which documents would change.
"""

import re
import sys
from datetime import date
from pathlib import Path

from benchmarks.script import ARTIFACTS, ROOT, parser
from benchmarks.trials import written
from playrec_core.evaluation.intervals import Interval, paired_difference
from playrec_core.serving.loaded_run import LoadedRun

METRICS = {
    "song nDCG": "ndcg",
    "tag nDCG": "tag_ndcg",
    "Score": "score",
    "Recall@10": "recall@10",
    "nDCG@10": "ndcg@10",
}
LEADERBOARD = ROOT / "benchmarks" / "leaderboards.md"
MARK = re.compile(r"<!-- ([\w-]+)(?: - ([\w-]+))? -->")
_BOARD = re.compile(r"<!-- demo -->\n.*?<!-- end -->", re.DOTALL)


class Figures:
    """The figures of one run, as text."""

    def __init__(self, run: LoadedRun):
        self.run = run
        self._table = run.metrics.set_index(["model", "metric"])

    def of(self, model: str, other: str | None, metric: str) -> str:
        """The mean of a metric, or the mean difference of two models; "" for a metric that the model lacks."""
        if other is None:
            row = self._table.loc[(model, metric)]
            return written(Interval(row["mean"], row["low"], row["high"], int(row["n"])))
        values, others = (self.run.held_out_values(name)[metric] for name in (model, other))
        return written(paired_difference(values, others, seed=self.run.config.seed), signed=True)

    def ranked(self) -> list[str]:
        """The models of the run, the best by Recall@10 first."""
        return sorted(self.run.own_models, key=lambda name: -self._table.loc[(name, "recall@10"), "mean"])


def filled(text: str, figures: Figures) -> str:
    """A Markdown document with its marked rows filled in."""
    lines, columns = text.split("\n"), []
    for place, line in enumerate(lines):
        cells = [cell.strip() for cell in line.split("|")]
        if place + 1 < len(lines) and re.fullmatch(r"\|[-:|\s]+\|", lines[place + 1]):
            columns = cells
        if found := MARK.search(cells[1] if line.startswith("|") else ""):
            lines[place] = " | ".join(
                figures.of(found[1], found[2], METRICS[head]) if head in METRICS and cell != "-" else cell
                for head, cell in zip(columns, cells, strict=True)
            ).strip()
    return "\n".join(lines)


def leaderboard(figures: Figures) -> str:
    """Every model of the run, the best first."""
    run = figures.run
    heads = ["model", *METRICS]
    rows = [
        [run.model_title(name), *(figures.of(name, None, metric) for metric in METRICS.values())]
        for name in figures.ranked()
    ]
    lines = [
        "<!-- demo -->",
        f"{len(run.held_out)} held-out playlists of the built-in data, {len(rows)} models, seed {run.config.seed}. "
        f"`make figures`, {date.fromisoformat(run.run.manifest.created[:10])}.",
        "",
        *(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)),
        "<!-- end -->",
    ]
    return "\n".join(lines)


def main() -> int:
    given = parser(__doc__, artifacts=ARTIFACTS, check=False).parse_args()
    figures = Figures(LoadedRun.open(given.artifacts))
    stale = []
    for path in (LEADERBOARD, *sorted((ROOT / "docs" / "models").glob("*.md"))):
        before = path.read_text(encoding="utf-8")
        after = filled(before, figures)
        if path == LEADERBOARD:
            after = _BOARD.sub(lambda _: leaderboard(figures), after)
        if after != before:
            stale.append(Path(path).relative_to(ROOT))
            if not given.check:
                path.write_text(after, encoding="utf-8")
    for path in stale:
        print(f"{'differs' if given.check else 'written'}: {path}")
    return 1 if given.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
