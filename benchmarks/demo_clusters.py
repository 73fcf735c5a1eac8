"""Song clusters of the demo data set, compared with its planted scenes, genres and moods.

    python -m benchmarks.demo_clusters --artifacts artifacts

Generates and splits the demo data set as ``train.py`` does, makes the clusters of ``cluster-mf`` from the training
part, and prints the adjusted Rand index (Hubert & Arabie 1985: 0 for chance, 1 for the same partition) over the songs
of the training playlists: for the features as configured and for some of them, with as many clusters as configured and
as many as there are scenes, and for ALS embeddings, which use only the playlists; "by pop." is the mean over ten
equal parts of the songs by popularity, for the scenes. Then the coverage table, the most concentrated and the most
scattered tags on the map of the clusters, and the clusters in which the tag with three planted kinds ("drive":
electronic, R&B, hip-hop) is most common. ``docs/models/cluster-mf.md`` quotes the output.
"""

import json
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from sklearn.metrics import adjusted_rand_score

from benchmarks.script import ARTIFACTS, parser
from benchmarks.trials import demo, fit
from playrec_core.config import TrainConfig
from playrec_core.data.dataset import Dataset
from playrec_core.data.features import song_features
from playrec_core.models.content.content_space import k_means, principal_components
from playrec_core.models.factorisation.cluster_mf import ClusterMfConfig, cluster_counts, coverage, long_playlists
from playrec_core.models.registry import create
from playrec_core.projection import layout
from playrec_core.projection.tag_separation import TAG, X, Y, cluster_map, one_tag_each, tag_separations


def planted(artifacts: Path, dataset: Dataset) -> dict[str, np.ndarray]:
    """The planted partitions of the songs, by item_idx."""
    folders = sorted((artifacts / "demo-data").iterdir(), key=lambda folder: folder.stat().st_mtime)
    truth = json.loads((folders[-1] / "truth.json").read_text(encoding="utf-8"))
    scene = np.asarray(truth["song_scene"])[dataset.items.ids]  # songs are listed by id
    return {
        "scenes": scene,
        "genres": np.asarray([one["genre"] for one in truth["scenes"]])[scene],
        "moods": np.asarray(truth["song_mood"])[dataset.items.ids],
    }


def together(dataset: Dataset, config: TrainConfig) -> np.ndarray:
    """(n_items, factors) float32 unit ALS embeddings: the information of playlists alone."""
    vectors = fit(create("als", config.models["als"]), dataset, np.random.default_rng(config.seed)).item_embeddings()
    assert vectors is not None
    return layout.unit(vectors)


def by_popularity(truth: np.ndarray, found: np.ndarray, parts: int = 10) -> float:
    """Mean adjusted Rand index over parts of the songs by popularity."""
    both = (np.array_split(labels, parts) for labels in (truth, found))
    return float(np.mean([adjusted_rand_score(*pair) for pair in zip(*both, strict=True)]))


def main() -> None:
    given = parser(__doc__, artifacts=ARTIFACTS).parse_args()
    config, dataset, _ = demo("final", given.artifacts)
    settings = create("cluster-mf", config.models["cluster-mf"]).config
    assert isinstance(settings, ClusterMfConfig)
    truth, used = planted(given.artifacts, dataset), dataset.item_counts > 0

    whole = settings.features
    variants = {
        "as configured": whole,
        "without dates": whole.model_copy(update={"catalogue": ("genre", "detail genre")}),
        "catalogue only": whole.model_copy(update={"tags": 0}),
        "tags only": whole.model_copy(update={"catalogue": ()}),
    }
    names = "".join(f"{name:>9}" for name in (*truth, "by pop."))
    print(f"{'features':<18}{'columns':>8}{'variance':>10}{'clusters':>10}{names}")
    spaces = {}
    for label, features in variants.items():
        table = song_features(dataset, features)
        vectors, explained = principal_components(table.matrix, settings.dimensions)
        spaces[label] = vectors, len(table.names), explained.sum()
    spaces["playlists (ALS)"] = together(dataset, config), dataset.n_playlists, np.nan
    for label, (vectors, columns, explained) in spaces.items():
        for n in (settings.clusters, len(np.unique(truth["scenes"]))):
            found = k_means(vectors, n, config.seed)
            agreement = [adjusted_rand_score(partition[used], found[used]) for partition in truth.values()]
            print(
                f"{label:<18}{columns:>8}{explained:>10.3f}{found.max() + 1:>10}"
                + "".join(f"{value:>9.3f}" for value in (*agreement, by_popularity(truth["scenes"][used], found[used])))
            )

    vectors = spaces["as configured"][0]
    found = k_means(vectors, settings.clusters, config.seed)
    rows = long_playlists(dataset, settings.min_songs, settings.min_playlists)
    described = coverage(cluster_counts(csr_array(dataset.interactions[rows]), found), settings.top)
    print(
        f"\n{described.playlists} playlists of at least {settings.min_songs} songs: {described.mean:.1f} clusters on "
        f"average, {described.most} at most; the {described.top} most frequent contain "
        + ", ".join(f"{share:.1%}" for share in described.covered)
        + " of the songs (quartiles)\n"
    )
    drawn = cluster_map(dataset, found, vectors, per_cluster=100, perplexity=30, seed=config.seed)
    points = np.column_stack([drawn[X], drawn[Y]])
    for one in tag_separations(points, one_tag_each(drawn[TAG].to_numpy(), len(dataset.tags)), seed=config.seed):
        interval = one.isolation
        print(
            f"{dataset.tags.ids[one.tag]}: {one.points} songs, isolation {interval.mean:.2f} "
            f"[{interval.low:.2f}, {interval.high:.2f}]"
        )

    _kinds_of(dataset, found, "드라이브")


def _kinds_of(dataset: Dataset, clusters: np.ndarray, tag: str) -> None:
    """The clusters in which a tag is most common, each with its over-represented features."""
    used = clusters[dataset.item_counts > 0]
    labels, names = layout.item_labels(dataset)
    labels, n = labels[: len(used)], int(used.max()) + 1
    apart = layout.distinguishing(used, labels, names, n)
    print(f"\n{tag} is most common in")
    for share in layout.spread(used, labels[:, [names.index(tag)]].toarray().ravel(), n)[:10]:
        texts = ", ".join(label.text for label in apart[share.cluster])
        print(f"  cluster {share.cluster}: {share.lift:.1f} times as common; {texts}")


if __name__ == "__main__":
    main()
