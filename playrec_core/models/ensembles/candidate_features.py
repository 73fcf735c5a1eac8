"""What is known of a candidate for a seed, as one row of a table: the second stage's view of the first.

Row numbers of songs never appear in it. A ranker can therefore learn on one numbering (the practice split of
`two_stage`) and serve on another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from playrec_core.config import Frozen, Positive
from playrec_core.data.dataset import Dataset, binary
from playrec_core.data.features import KINDS, FeatureConfig, available, song_features
from playrec_core.i18n import tr
from playrec_core.models.base import State
from playrec_core.numerics.sparse import pack, unpack
from playrec_core.numerics.topk import closed, top_k
from playrec_core.schema import ARTIST, TITLE, YEAR, Nouns, Seed
from playrec_core.text_index.title_index import TitleIndex

_NOT_KNOWN = np.nan


class CandidateConfig(Frozen):
    """What a candidate's row is made of.

    Args:
        content: what songs are compared by, a column each.
        title_ngrams: shortest and longest n-gram of the titles.
        title_neighbours: how many playlists of the most similar titles are asked.
    """

    content: FeatureConfig
    title_ngrams: tuple[Positive, Positive]
    title_neighbours: Positive


@dataclass(frozen=True)
class Candidates:
    """What several models propose for one seed.

    Args:
        items: (n,) item_idx, rising, none of the seed's.
        places: (n, n_models) float32: the place in each model's list, from 1; NaN where it is not listed.
        scores: (n, n_models) float32: 1 for the first of the model's list, 0 for the last, below 0 for what stands
            behind it; NaN where the model has no opinion. Scores of different models are comparable in no other way.
    """

    items: np.ndarray
    places: np.ndarray
    scores: np.ndarray

    @classmethod
    def gather(cls, rows: Sequence[np.ndarray], seed: Seed, depth: int) -> "Candidates":
        """The first ``depth`` of every model, together.

        Args:
            rows: for each model (n_items,) scores.
            seed: whose songs are no candidates.
            depth: how many each one proposes.
        """
        lists = [top_k(closed(row, seed.songs), depth) for row in rows]
        items = np.unique(np.concatenate(lists))
        places = np.full((len(items), len(rows)), np.nan, dtype=np.float32)
        scores = np.full_like(places, np.nan)
        for column, (row, listed) in enumerate(zip(rows, lists, strict=True)):
            if not len(listed):
                continue
            places[np.searchsorted(items, listed), column] = np.arange(1, len(listed) + 1)
            first, last = row[listed[[0, -1]]]
            opinion = np.isfinite(row[items])
            scores[opinion, column] = (row[items[opinion]] - last) / (first - last or 1)
        return cls(items, places, scores)


class CandidateFeatures:
    """Makes the table.

    Args:
        config: which columns.
        depth: how many songs each model proposes.
        popularity: (n_items,) float32, natural logarithm of the share of playlists that hold each item.
        years: (n_items,) float32, NaN where it is not known.
        artists: (n_items,) int32 number of the artist, -1 where it is not known.
        content: for each kind of content (n_items, n_columns) float32, rows of length one.
        item_tags: (n_items, n_tags) float32, in how many playlists an item met a tag.
        playlists: (n_playlists, n_items) float32 ones.
        titles: index over their titles.
    """

    def __init__(
        self,
        config: CandidateConfig,
        depth: int,
        *,
        popularity: np.ndarray,
        years: np.ndarray,
        artists: np.ndarray,
        content: Mapping[str, csr_array],
        item_tags: csr_array,
        playlists: csr_array,
        titles: TitleIndex,
    ):
        self.config, self.depth = config, depth
        self.popularity, self.years, self.artists = popularity, years, artists
        self.content, self.item_tags, self.playlists, self.titles = dict(content), item_tags, playlists, titles

    @classmethod
    def build(cls, dataset: Dataset, config: CandidateConfig, depth: int) -> "CandidateFeatures":
        """What the table needs of a training data set."""
        years = dataset.catalogue[YEAR].to_numpy().astype(np.float32)
        names = dataset.catalogue[ARTIST].to_numpy().astype(str)
        _, artists = np.unique(names, return_inverse=True)
        return cls(
            config,
            depth,
            popularity=np.log((dataset.item_counts + 1) / (dataset.n_playlists + 1)).astype(np.float32),
            years=np.where(years > 0, years, np.float32(np.nan)),
            artists=np.where(names != "", artists, -1).astype(np.int32),
            content=_content(dataset, config.content),
            item_tags=dataset.item_tag_counts,
            playlists=binary(dataset.interactions),
            titles=TitleIndex.build(dataset.playlist_table[TITLE].to_pylist(), config.title_ngrams),
        )

    @property
    def n_items(self) -> int:
        return len(self.popularity)

    def names(self, models: Sequence[str], nouns: Nouns) -> list[str]:
        """What the columns of the table say, in words of whoever reads them.

        Args:
            models: the proposing ones, by their names on screen.
            nouns: what things are called.
        """
        by_model = [
            name
            for model in models
            for name in (tr("place by {model}", model=model), tr("score by {model}", model=model))
        ]
        return [
            *by_model,
            tr("models that list it"),
            tr("votes by place"),
            tr("popularity"),
            tr("tags shared with the seed"),
            tr("meetings with the seed's tags"),
            tr("in {playlists} called alike", playlists=nouns.playlists),
            *(tr("{kind} like the seed's", kind=tr(KINDS[kind])) for kind in self.content),
            tr("artist among the seed's"),
            tr("release year"),
            tr("years from the seed's"),
            tr("{items} in the seed", items=nouns.items),
            tr("tags in the seed"),
        ]

    def trends(self, n_models: int) -> list[int]:
        """Which columns can speak one way only, as `BoostedRanker.train` takes it.

        A better place, a higher score or more votes never make a candidate worse: without that the trees learn the
        accidents of a few hundred questions.
        """
        known = [-1, 1] * n_models + [1, 1]
        return known + [0] * (len(self.names([""] * n_models, Nouns())) - len(known))

    def tables(self, seeds: Sequence[Seed], found: Sequence[Candidates]) -> list[np.ndarray]:
        """For each seed (n_candidates, n_features) float32, NaN where a column says nothing."""
        near = self.titles.search([seed.words for seed in seeds], self.config.title_neighbours)
        likeness = np.asarray(near.sum(axis=1)).ravel()
        called_alike = csr_array(near @ self.playlists)
        tables = []
        for row, (seed, candidates) in enumerate(zip(seeds, found, strict=True)):
            items, listed = candidates.items, np.isfinite(candidates.places)
            votes = np.where(listed, self.depth + 1 - candidates.places, 0).sum(axis=1)
            by_title = called_alike[[row], :].toarray()[0, items] / likeness[row] if likeness[row] else _NOT_KNOWN
            columns = [
                *_in_turn(candidates.places.T, candidates.scores.T),
                listed.sum(axis=1),
                votes,
                self.popularity[items],
                *self._by_tags(seed, items),
                by_title,
                *self._by_songs(seed, items),
                len(seed.songs),
                len(seed.tags),
            ]
            table = np.empty((len(items), len(columns)), dtype=np.float32)
            for place, values in enumerate(columns):
                table[:, place] = values
            tables.append(table)
        return tables

    def _by_tags(self, seed: Seed, items: np.ndarray) -> tuple[np.ndarray | float, ...]:
        """The share of the seed's tags that each item ever carried, and how often, as a logarithm."""
        if not seed.tags:
            return (_NOT_KNOWN,) * 2
        met = self.item_tags[items, :][:, list(seed.tags)].toarray()
        return (met > 0).mean(axis=1), np.log1p(met.sum(axis=1))

    def _by_songs(self, seed: Seed, items: np.ndarray) -> list[np.ndarray | float]:
        """Likeness to the seed's songs: by each kind of content, by artist; the release year, and years apart."""
        songs = np.asarray(seed.songs, dtype=np.int64)
        if not len(songs):
            return [*(_NOT_KNOWN,) * len(self.content), _NOT_KNOWN, self.years[items], _NOT_KNOWN]
        alike = [rows[items, :] @ np.asarray(rows[songs, :].mean(axis=0)).ravel() for rows in self.content.values()]
        artists = self.artists[items]
        by_artist = (artists[:, None] == self.artists[songs]).mean(axis=1)
        years = self.years[songs]
        middle = np.median(years[np.isfinite(years)]) if np.isfinite(years).any() else _NOT_KNOWN
        return [
            *alike,
            np.where(artists >= 0, by_artist, np.nan),
            self.years[items],
            np.abs(self.years[items] - middle),
        ]

    def state(self) -> State:
        """Arrays for the run store."""
        content = {
            key: array for kind, rows in self.content.items() for key, array in pack(f"content.{kind}", rows).items()
        }
        return {
            "popularity": self.popularity,
            "years": self.years,
            "artists": self.artists,
            **content,
            **pack("item_tags", self.item_tags),
            **pack("playlists", self.playlists),
            **{f"titles.{name}": array for name, array in self.titles.state().items()},
        }

    @classmethod
    def from_state(cls, config: CandidateConfig, depth: int, state: Mapping[str, np.ndarray]) -> "CandidateFeatures":
        """What `state` stored."""
        kinds = [kind for kind in (*config.content.catalogue, "tag", "playlist") if f"content.{kind}.data" in state]
        titles = {name.removeprefix("titles."): array for name, array in state.items() if name.startswith("titles.")}
        return cls(
            config,
            depth,
            popularity=state["popularity"],
            years=state["years"],
            artists=state["artists"],
            content={kind: unpack(f"content.{kind}", state) for kind in kinds},
            item_tags=unpack("item_tags", state),
            playlists=unpack("playlists", state),
            titles=TitleIndex.from_state(titles),
        )


def _in_turn(places: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    """Model by model its places (n,), then its scores (n,)."""
    return [column for both in zip(places, scores, strict=True) for column in both]


def _content(dataset: Dataset, config: FeatureConfig) -> dict[str, csr_array]:
    """For each kind the data set has (n_items, n_columns), rows of length one; nothing where it has none."""
    if not available(dataset, config):
        return {}
    features = song_features(dataset, config)
    blocks = {}
    for kind in features.widths:
        block = csr_array(features.matrix[:, features.columns(kind)])
        lengths = np.sqrt(np.diff(block.indptr))
        blocks[kind] = csr_array(diags_array((1 / np.maximum(lengths, 1)).astype(np.float32)) @ block)
    return blocks
