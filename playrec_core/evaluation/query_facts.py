"""Facts about each query, independent of any model: the columns for slices and rules."""

from collections import Counter

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.i18n import mark
from playrec_core.schema import GENRES, YEAR

MEANINGS = {
    "seed_length": mark("number of songs shown"),
    "tags": mark("number of tags shown"),
    "hidden": mark("number of songs held out"),
    "year": mark("the median release year of the songs shown"),
    "genre": mark("the most common main genre of the songs shown, '' if unknown"),
    "kind": mark("'songs', 'songs+tags', 'tags' or 'title'"),
    "popularity": mark("mean popularity percentile of the songs shown, 0 (least popular) to 1"),
}
"""Description of each column, translated on screen."""


def query_facts(dataset: Dataset, held_out: HeldOut) -> dict[str, np.ndarray]:
    """Columns of shape (n_playlists,), in the order of `MEANINGS`: float64, NaN if unknown, or text.

    Args:
        dataset: the training part, its items in popularity order.
        held_out: the held-out playlists.
    """
    seeds = held_out.seeds
    songs = [np.asarray(seed.songs, dtype=np.int64) for seed in seeds]
    years = dataset.catalogue[YEAR].to_numpy().astype(float)
    years[years == 0] = np.nan
    genres = [names[0] if names else "" for names in dataset.catalogue[GENRES].to_pylist()]
    # Songs in the same number of playlists are equally popular, whatever their order.
    counts = dataset.item_counts
    rarer = np.searchsorted(np.sort(counts), counts, side="left") / max(len(counts), 1)
    return {
        "seed_length": np.array([len(one) for one in songs], dtype=float),
        "tags": np.array([len(seed.tags) for seed in seeds], dtype=float),
        "hidden": np.diff(held_out.hidden_songs.indptr).astype(float),
        "year": np.array([_median(years[one]) for one in songs]),
        "genre": np.array([_most_common([genres[song] for song in one]) for one in songs], dtype=str),
        "kind": np.array(held_out.table[HeldOut.KIND].to_pylist(), dtype=str),
        "popularity": np.array([rarer[one].mean() if len(one) else np.nan for one in songs]),
    }


def _median(years: np.ndarray) -> float:
    known = years[~np.isnan(years)]
    return float(np.median(known)) if len(known) else np.nan


def _most_common(genres: list[str]) -> str:
    """The most frequent one, the first among ties."""
    counted = Counter(genre for genre in genres if genre)
    return counted.most_common(1)[0][0] if counted else ""
