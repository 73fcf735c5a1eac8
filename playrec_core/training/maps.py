"""Stages that lay out songs in two dimensions."""

from dataclasses import asdict

import numpy as np

from playrec_core.config import ClusterMapConfig
from playrec_core.projection import layout, out_of_sample
from playrec_core.projection.tag_separation import FEWEST_POINTS, TAG, cluster_map, one_tag_each, tag_separations
from playrec_core.store.files import open_table, save_json, save_table

from .context import Context

_POINTS, _CLUSTERS, _ISLANDS = "points.arrow", "clusters.json", "islands.json"


def make_maps(context: Context) -> None:
    """Write all maps that the configuration asks for; an empty stage if the model of the map has no embeddings."""
    config = context.config.map
    embeddings = context.models[config.model].item_embeddings() if config.model in context.models else None
    _main_map(context, embeddings)
    if embeddings is not None:
        if config.rest:
            _place_rest(context, embeddings)
        if config.others is not None:
            _other_embeddings(context)
        if config.cluster_map is not None:
            _cluster_map(context, config.cluster_map, embeddings)


def _main_map(context: Context, embeddings: np.ndarray | None) -> None:
    """Coordinates and clusters of the most popular songs, and what distinguishes each cluster."""
    with context.stage("map", "map") as (folder, progress):
        if folder and embeddings is not None:
            dataset = context.dataset
            points = layout.layout(dataset, embeddings, context.config.map, context.config.seed, progress)
            labels, names = layout.item_labels(dataset)
            membership = points[layout.CLUSTER].to_numpy()
            found = layout.distinguishing(membership, labels[: len(membership)], names, int(membership.max()) + 1)
            save_table(folder / _POINTS, points)
            save_json(folder / _CLUSTERS, [[vars(label) for label in cluster] for cluster in found])


def _place_rest(context: Context, embeddings: np.ndarray) -> None:
    """Coordinates of the songs that the main map does not lay out."""
    with context.stage("map-rest", "place the remaining songs") as (folder, progress):
        if folder:
            in_training = int((context.dataset.item_counts > 0).sum())
            points = open_table(context.writer.path("map") / _POINTS)
            save_table(
                folder / _POINTS,
                out_of_sample.place(embeddings, in_training, points, context.config.map.layouts, progress),
            )


def _other_embeddings(context: Context) -> None:
    """A map for every other model with embeddings."""
    config = context.config.map
    found = {name: model.item_embeddings() for name, model in context.models.items() if name != config.model}
    embeddings = {name: vectors for name, vectors in found.items() if vectors is not None}
    with context.stage("spaces", f"maps of {len(embeddings)} more models") as (folder, progress):
        if folder:
            for done, (name, vectors) in enumerate(embeddings.items(), start=1):
                points = layout.other_layout(context.dataset, vectors, config, context.config.seed)
                save_table(folder / f"{name}.arrow", points)
                progress(done / len(embeddings))


def _cluster_map(context: Context, asked: ClusterMapConfig, embeddings: np.ndarray) -> None:
    """t-SNE of the songs of each cluster, and how separate each tag is there. The clusters are those of the configured
    model, or of the main map if that model has none or is not trained.
    """
    config, seed = context.config.map, context.config.seed
    with context.stage("cluster-map", "map of the clusters") as (folder, _):
        if folder:
            name = asked.model if asked.model in context.models else config.model
            clusters, vectors = context.models[name].item_clusters(), context.models[name].item_embeddings()
            if clusters is None or vectors is None:
                name, vectors = config.model, layout.unit(embeddings)
                clusters = open_table(context.writer.path("map") / _POINTS)[layout.CLUSTER].to_numpy()
            points = cluster_map(
                context.dataset,
                clusters,
                vectors,
                per_cluster=asked.per_cluster,
                perplexity=config.perplexity,
                seed=seed,
            )
            coordinates = np.column_stack([points[layout.X].to_numpy(), points[layout.Y].to_numpy()])
            carried = one_tag_each(points[TAG].to_numpy(), len(context.dataset.tags))
            separations = tag_separations(coordinates, carried, min_points=FEWEST_POINTS, seed=seed)
            save_table(folder / _POINTS, points)
            save_json(folder / _ISLANDS, {"model": name, "islands": [asdict(one) for one in separations]})
