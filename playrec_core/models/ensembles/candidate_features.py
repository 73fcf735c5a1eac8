"""Features of candidates for the second stage of `two_stage`.

They contain no item indices, so a ranker fitted on one data set (a practice split) can be applied to another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

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

T = TypeVar("T")
_NOT_KNOWN = np.nan


class CandidateConfig(Frozen):
    """Settings of the features.

    Args:
        content: kinds of content to compare songs by, one feature each.
        title_ngrams: shortest and longest n-gram of the titles, in characters.
        title_neighbours: number of playlists with the most similar titles.
    """

    content: FeatureConfig
    title_ngrams: tuple[Positive, Positive]
    title_neighbours: Positive


@dataclass(frozen=True)
class Candidates:
    """The candidates of several models for one seed.

    Args:
        items: (n,) item_idx, ascending, without the seed's songs.
        ranks: (n, n_models) float32: rank in each model's list, from 1; NaN if not listed.
        scores: (n, n_models) float32: scaled to 1 for the first and 0 for the last of the model's list, negative below;
            NaN without a prediction. Raw scores of different models are not comparable.
    """

    items: np.ndarray
    ranks: np.ndarray
    scores: np.ndarray

    @classmethod
    def gather(cls, rows: Sequence[np.ndarray], seed: Seed, depth: int) -> "Candidates":
        """Return the union of the models' top ``depth``.

        Args:
            rows: (n_items,) scores of each model.
            seed: the seed; its songs are no candidates.
            depth: candidates per model.
        """
        lists = [top_k(closed(row, seed.songs), depth) for row in rows]
        items = np.unique(np.concatenate(lists))
        ranks = np.full((len(items), len(rows)), np.nan, dtype=np.float32)
        scores = np.full_like(ranks, np.nan)
        for column, (row, listed) in enumerate(zip(rows, lists, strict=True)):
            if not len(listed):
                continue
            ranks[np.searchsorted(items, listed), column] = np.arange(1, len(listed) + 1)
            first, last = row[listed[[0, -1]]]
            scored = np.isfinite(row[items])
            scores[scored, column] = (row[items[scored]] - last) / (first - last or 1)
        return cls(items, ranks, scores)


@dataclass(frozen=True, eq=False)
class CandidateFeatures:
    """Computes the features.

    Args:
        config: the settings.
        depth: candidates per model.
        popularity: (n_items,) float32, natural logarithm of the share of playlists that contain each item.
        years: (n_items,) float32, NaN if unknown.
        artists: (n_items,) int32 artist index, -1 if unknown.
        content: for each kind of content (n_items, n_columns) float32, rows of norm 1.
        item_tags: (n_items, n_tags) float32, number of playlists with both item and tag.
        playlists: (n_playlists, n_items) float32 ones.
        titles: index of their titles.
    """

    config: CandidateConfig
    depth: int
    popularity: np.ndarray
    years: np.ndarray
    artists: np.ndarray
    content: dict[str, csr_array]
    item_tags: csr_array
    playlists: csr_array
    titles: TitleIndex

    @classmethod
    def build(cls, dataset: Dataset, config: CandidateConfig, depth: int) -> "CandidateFeatures":
        """Create from a training data set."""
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
        """Return the features' display names.

        Args:
            models: display names of the members.
            nouns: the nouns for items and playlists.
        """
        return [
            *_interleave(
                [tr("rank by {model}", model=model) for model in models],
                [tr("score by {model}", model=model) for model in models],
            ),
            tr("models that list it"),
            tr("rank votes"),
            tr("popularity"),
            tr("tags shared with the seed"),
            tr("co-occurrences with the seed's tags"),
            tr("in {playlists} with similar titles", playlists=nouns.playlists),
            *(tr("{kind} similarity to the seed", kind=tr(KINDS[kind])) for kind in self.content),
            tr("artist in the seed"),
            tr("release year"),
            tr("years from the seed's median"),
            tr("{items} in the seed", items=nouns.items),
            tr("tags in the seed"),
        ]

    def trends(self, n_models: int) -> list[int]:
        """Return the monotone constraints for `BoostedRanker.train`.

        A better rank, a higher score or more votes never lower a candidate's score: otherwise the trees overfit to a
        few hundred queries.
        """
        known = [-1, 1] * n_models + [1, 1]
        return known + [0] * (len(self.names([""] * n_models, Nouns())) - len(known))

    def tables(self, seeds: Sequence[Seed], found: Sequence[Candidates]) -> list[np.ndarray]:
        """Return for each seed the features, (n_candidates, n_features) float32, NaN where unknown."""
        by_title = self.titles.search([seed.words for seed in seeds], self.config.title_neighbours)
        totals = np.asarray(by_title.sum(axis=1)).ravel()
        title_votes = csr_array(by_title @ self.playlists)
        tables = []
        for row, (seed, candidates) in enumerate(zip(seeds, found, strict=True)):
            items, listed = candidates.items, np.isfinite(candidates.ranks)
            votes = np.where(listed, self.depth + 1 - candidates.ranks, 0).sum(axis=1)
            title_share = title_votes[[row], :].toarray()[0, items] / totals[row] if totals[row] else _NOT_KNOWN
            columns = [
                *_interleave(candidates.ranks.T, candidates.scores.T),
                listed.sum(axis=1),
                votes,
                self.popularity[items],
                *self._by_tags(seed, items),
                title_share,
                *self._by_songs(seed, items),
                len(seed.songs),
                len(seed.tags),
            ]
            table = np.empty((len(items), len(columns)), dtype=np.float32)
            for column, values in enumerate(columns):
                table[:, column] = values
            tables.append(table)
        return tables

    def _by_tags(self, seed: Seed, items: np.ndarray) -> tuple[np.ndarray | float, ...]:
        """Share of the seed's tags that each item ever carried, and the log of the number of co-occurrences."""
        if not seed.tags:
            return (_NOT_KNOWN,) * 2
        counts = self.item_tags[items, :][:, list(seed.tags)].toarray()
        return (counts > 0).mean(axis=1), np.log1p(counts.sum(axis=1))

    def _by_songs(self, seed: Seed, items: np.ndarray) -> list[np.ndarray | float]:
        """Similarity to the seed's songs by each kind of content and by artist; release year and distance in years."""
        songs = np.asarray(seed.songs, dtype=np.int64)
        if not len(songs):
            return [*(_NOT_KNOWN,) * len(self.content), _NOT_KNOWN, self.years[items], _NOT_KNOWN]
        similarities = [
            rows[items, :] @ np.asarray(rows[songs, :].mean(axis=0)).ravel() for rows in self.content.values()
        ]
        artists = self.artists[items]
        by_artist = (artists[:, None] == self.artists[songs]).mean(axis=1)
        years = self.years[songs]
        median = np.median(years[np.isfinite(years)]) if np.isfinite(years).any() else _NOT_KNOWN
        return [
            *similarities,
            np.where(artists >= 0, by_artist, np.nan),
            self.years[items],
            np.abs(self.years[items] - median),
        ]

    def state(self) -> State:
        """Return the arrays to store."""
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
            **self.titles.state(),
        }

    @classmethod
    def from_state(cls, config: CandidateConfig, depth: int, state: Mapping[str, np.ndarray]) -> "CandidateFeatures":
        """Restore from `state`."""
        kinds = [kind for kind in (*config.content.catalogue, "tag", "playlist") if f"content.{kind}.data" in state]
        return cls(
            config,
            depth,
            popularity=state["popularity"],
            years=state["years"],
            artists=state["artists"],
            content={kind: unpack(f"content.{kind}", state) for kind in kinds},
            item_tags=unpack("item_tags", state),
            playlists=unpack("playlists", state),
            titles=TitleIndex.from_state(state),
        )


def _interleave(ranks: Iterable[T], scores: Iterable[T]) -> list[T]:
    """What concerns each model's ranks, then its scores, model by model."""
    return [one for both in zip(ranks, scores, strict=True) for one in both]


def _content(dataset: Dataset, config: FeatureConfig) -> dict[str, csr_array]:
    """(n_items, n_columns) for each available kind of content, rows of norm 1; empty if there is none."""
    if not available(dataset, config):
        return {}
    features = song_features(dataset, config)
    blocks = {}
    for kind in features.widths:
        block = csr_array(features.matrix[:, features.columns(kind)])
        norms = np.sqrt(np.diff(block.indptr))
        blocks[kind] = csr_array(diags_array((1 / np.maximum(norms, 1)).astype(np.float32)) @ block)
    return blocks
