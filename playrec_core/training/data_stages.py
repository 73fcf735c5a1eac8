"""Stages that need the data only: its files, the search index and the state of the ranker."""

from playrec_core.data import serialization
from playrec_core.ranking.ranker import Ranker
from playrec_core.schema import ARTIST, TITLE
from playrec_core.store.files import save_arrays
from playrec_core.text_index.catalogue_search import build_index

from .context import Context


def save_data(context: Context) -> None:
    """Write the training part and the held-out playlists."""
    with context.stage(serialization.STAGE, "data set") as (folder, _):
        if folder:
            serialization.save(folder, context.dataset, context.held_out)


def index_catalogue(context: Context) -> None:
    """Build the full-text index of titles and artists."""
    with context.stage("search", "search index") as (folder, progress):
        if folder:
            titles, artists = (context.dataset.catalogue[column].to_pylist() for column in (TITLE, ARTIST))
            build_index(folder / "search.sqlite", titles, artists, progress=progress)


def build_ranker(context: Context) -> Ranker:
    """Build the ranker, and write what it falls back to for seeds that a model has no prediction for."""
    ranker = Ranker.build(context.dataset, context.config.ranking)
    with context.stage("ranking", "fallback index") as (folder, _):
        if folder:
            save_arrays(folder / "state.safetensors", ranker.state())
    return ranker
