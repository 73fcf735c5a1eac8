"""The densified query (docs/sources/melon-systems.md) on the demo: number and weight of added songs.

    python -m benchmarks.densified_query trials [--artifacts DIR]
    python -m benchmarks.densified_query final [--artifacts DIR]

Repeats the ablation of the Melon systems report (content only, playlists only, plain mixture) with the densified query
at several settings. ``trials`` evaluates four second splits of the training playlists, pooled; the weight in
``configs/demo.toml`` was chosen with it. ``final`` evaluates the held-out playlists, as ``train.py`` does. All rows of
a split share the same two trained autoencoders. Figures are means with 95 % intervals; "less CAE" is the difference in
Score from the collaborative autoencoder on the same playlists. The second table has that difference in song nDCG by the
number of songs shown.
"""

from pathlib import Path

import numpy as np

from benchmarks.script import ARTIFACTS, parser, print_head, print_row
from benchmarks.trials import Variant, demo, figures, fitted, written
from playrec_core.evaluation import protocol
from playrec_core.evaluation.intervals import mean_interval, paired_difference
from playrec_core.evaluation.slices import by_seed_length
from playrec_core.ranking.ranker import Ranker

CONTENT, COLLABORATIVE = "content-autoencoder", "collaborative-autoencoder"
DENSIFIED, MIXTURE = "densified-query", "content-collaborative-mixture"
SETTINGS = ((1.0, 3), (1.0, 2), (1.0, 1), (0.25, 3), (0.1, 3), (0.05, 3))
"""Weight of an added song, and most songs added per seed song; the first is the setting of the report."""
MIXED: dict[str, Variant] = {"plain mixture": (MIXTURE, {})} | {
    f"densified query, weight {weight:g}, at most {most}": (DENSIFIED, {"weight": weight, "most": most})
    for weight, most in SETTINGS
}
METRICS = ("ndcg", "tag_ndcg", protocol.SCORE)
EDGES = (1, 5, 10, 25)
SPLITS = {"trials": 4, "final": 1}
CONTENT_ALONE, PLAYLISTS_ALONE = "content only", "playlists only (CAE)"
Values = dict[str, np.ndarray]


def ask(what: str, artifacts: Path, again: int) -> tuple[np.ndarray, dict[str, Values]]:
    """Number of songs shown of each held-out playlist of one split, and all metrics by row of the table."""
    config, dataset, held_out = demo(what, artifacts, again)
    ranker = Ranker.build(dataset, config.ranking)
    members = {name: fitted(config, dataset, (name, {})) for name in (CONTENT, COLLABORATIVE)}
    models = {CONTENT_ALONE: members[CONTENT], PLAYLISTS_ALONE: members[COLLABORATIVE]}
    models |= {label: fitted(config, dataset, variant, members) for label, variant in MIXED.items()}
    lengths = np.asarray([len(seed.songs) for seed in held_out.seeds])
    return lengths, {label: figures(model, ranker, dataset, held_out) for label, model in models.items()}


def main() -> None:
    options = parser(__doc__, artifacts=ARTIFACTS)
    options.add_argument("what", choices=SPLITS)
    given = options.parse_args()
    splits = [ask(given.what, given.artifacts, again) for again in range(SPLITS[given.what])]
    lengths = np.concatenate([some for some, _ in splits])
    values = {
        label: {metric: np.concatenate([rows[label][metric] for _, rows in splits]) for metric in METRICS}
        for label in splits[0][1]
    }
    against = values[PLAYLISTS_ALONE]

    print_head("", "song nDCG", "tag nDCG", "Score", "less CAE")
    for label, columns in values.items():
        means = [mean_interval(columns[metric]) for metric in METRICS]
        means.append(paired_difference(columns[protocol.SCORE], against[protocol.SCORE]))
        print_row(label, *map(written, means))

    shown = [part for part in by_seed_length(lengths, EDGES) if part.name != "0"]
    print()
    print_head("less CAE", *(f"{part.name} songs ({part.mask.sum()})" for part in shown))
    for label, columns in values.items():
        less = [paired_difference(columns["ndcg"][part.mask], against["ndcg"][part.mask]) for part in shown]
        print_row(label, *map(written, less))


if __name__ == "__main__":
    main()
