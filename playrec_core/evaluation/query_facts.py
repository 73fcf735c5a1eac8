"""What is known of each question before anybody answers it: the columns that slices and rules are made of."""

from collections import Counter

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.data.held_out import HeldOut
from playrec_core.i18n import mark
from playrec_core.schema import GENRES, YEAR

MEANINGS = {
    "seed_length": mark("how many songs are shown"),
    "tags": mark("how many tags are shown"),
    "hidden": mark("how many songs are hidden"),
    "year": mark("the middle release year of the songs shown"),
    "genre": mark("the commonest main genre of the songs shown, '' where none is known"),
    "kind": mark("'songs', 'songs+tags', 'tags' or 'title'"),
    "popularity": mark("of the songs shown: the mean share of songs in fewer playlists than it, 0 (rarest) to 1"),
}
"""Each column in words; messages of the catalogues."""


def question_facts(dataset: Dataset, held_out: HeldOut) -> dict[str, np.ndarray]:
    """(n_questions,) a column, in the order of `MEANINGS`: float64, NaN where not known, or texts.

    Args:
        dataset: the training part, its items in popularity order.
        held_out: the questions.
    """
    seeds = held_out.seeds
    songs = [np.asarray(seed.songs, dtype=np.int64) for seed in seeds]
    years = dataset.catalogue[YEAR].to_numpy().astype(float)
    years[years == 0] = np.nan
    genres = [names[0] if names else "" for names in dataset.catalogue[GENRES].to_pylist()]
    # Songs in equally many playlists are equally popular, wherever the tie rule puts them.
    counts = dataset.item_counts
    rarer = np.searchsorted(np.sort(counts), counts, side="left") / max(len(counts), 1)
    return {
        "seed_length": np.array([len(one) for one in songs], dtype=float),
        "tags": np.array([len(seed.tags) for seed in seeds], dtype=float),
        "hidden": np.diff(held_out.hidden_songs.indptr).astype(float),
        "year": np.array([_middle(years[one]) for one in songs]),
        "genre": np.array([_commonest([genres[song] for song in one]) for one in songs], dtype=str),
        "kind": np.array(held_out.table[HeldOut.KIND].to_pylist(), dtype=str),
        "popularity": np.array([rarer[one].mean() if len(one) else np.nan for one in songs]),
    }


def _middle(years: np.ndarray) -> float:
    known = years[~np.isnan(years)]
    return float(np.median(known)) if len(known) else np.nan


def _commonest(genres: list[str]) -> str:
    """The most frequent one, the first met among equals."""
    counted = Counter(genre for genre in genres if genre)
    return counted.most_common(1)[0][0] if counted else ""
