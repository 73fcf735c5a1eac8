"""The public interface, for notebooks and scripts: open a trained run, and get what its models say as DataFrames.

::

    from playrec_core.api import open_run

    run = open_run("artifacts")
    songs = run.search("moon").index[:3]
    run.recommend("als", songs)

Songs are given and returned by the ids of the data set. All that is not in this module may change in any version.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from playrec_core.data.held_out import HeldOut
from playrec_core.data.types.vocabulary import UNKNOWN, Vocabulary
from playrec_core.errors import PlayrecError
from playrec_core.evaluation import protocol
from playrec_core.evaluation.report import report
from playrec_core.explain.attribution import rank_of
from playrec_core.models import registry
from playrec_core.schema import ARTIST, ITEM_ID, TITLE, YEAR, Seed, Source
from playrec_core.serving.loaded_run import LoadedRun
from playrec_core.similarity.neighbour_space import Similarity

__all__ = ["PlayrecError", "Run", "open_run"]

Id = int | str


def open_run(artifacts: str | Path = "artifacts", run_id: str | None = None) -> "Run":
    """Open a trained run.

    Args:
        artifacts: the folder that ``playrec train`` wrote.
        run_id: the name of a folder in ``artifacts/runs``; None for the current run.

    Raises:
        PlayrecError: there is no such run, or it is damaged.
    """
    return Run(LoadedRun.open(Path(artifacts), run_id))


class Run:
    """A trained run. Made by `open_run`.

    Songs and tags that the run does not know raise `PlayrecError`, as do unknown names of models and metrics.
    """

    def __init__(self, loaded: LoadedRun):
        self._loaded = loaded

    def __repr__(self) -> str:
        data = self._loaded.dataset
        return f"Run {self.id}: {len(self._loaded.model_names)} models, {data.n_items:,} items"

    @property
    def id(self) -> str:
        """The run id."""
        return self._loaded.id

    @property
    def interactions(self) -> csr_array:
        """(n_playlists, n_items) float32: the training playlists. Columns are in the order of `items`."""
        return self._loaded.dataset.interactions

    @property
    def items(self) -> pd.DataFrame:
        """The catalogue by item id, most popular first: ``title, artist, year (0: unknown), playlists``."""
        return self._catalogue(np.arange(self._loaded.dataset.n_items))

    @property
    def models(self) -> pd.DataFrame:
        """The models by name: ``title``, ``family``, what they read and recommend, and whether they have vectors."""
        kinds = {name: registry.kind_of(name, table) for name, table in self._loaded.config.models.items()}
        rows = {
            name: {
                "title": self._loaded.model_title(name),
                "family": kind.family,
                "reads": ", ".join(sorted(kind.reads)),
                "recommends": ", ".join(sorted(kind.answers)),
                "embeddings": kind.has_embeddings(),
            }
            for name, kind in kinds.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")

    def search(self, text: str, limit: int = 20) -> pd.DataFrame:
        """Items whose title or artist contains every word of a text, best match first; columns as in `items`."""
        return self._catalogue(self._loaded.search.search(text, limit))

    def recommend(
        self,
        model: str,
        songs: Iterable[Id] = (),
        tags: Iterable[str] = (),
        title: str = "",
        *,
        k: int = 10,
        exclude: Iterable[Id] = (),
    ) -> pd.DataFrame:
        """Continue a playlist.

        Args:
            model: its name in `models`.
            songs, tags, title: the playlist so far; any of them may be empty.
            k: number of recommendations.
            exclude: items that are not recommended, besides ``songs``.

        Returns:
            By ``rank``, from 1: ``item_id, title, artist, year, playlists, score, source``. The source is "model", or
            the fallback that made the recommendation: "tags", "title" or "popular".
        """
        excluded = self._items(exclude)
        found = self._loaded.recommend_one(self._model(model), self._seed(songs, tags, title), k=k, banned=excluded)
        table = self._catalogue(found.items).reset_index()
        table["score"] = found.scores
        table["source"] = [Source(source).name.lower() for source in found.sources]
        return table.set_index(_ranks(table))

    def explain(
        self, model: str, item: Id, songs: Iterable[Id] = (), tags: Iterable[str] = (), title: str = ""
    ) -> pd.DataFrame:
        """Attribute the score of one item to the songs of a playlist.

        Returns:
            One row a song of the playlist, by item id: ``title, artist, year, playlists, contribution``. ``attrs``
            contains ``score``, ``baseline`` (the score without any song), ``rank`` (None where the model gives no
            score) and ``kind``. "exact" contributions and the baseline add up to the score. "occlusion" contributions
            are the change of the score when that song alone is removed, and need not add up.
        """
        seed, (row,) = self._seed(songs, tags, title), self._items([item])
        found = self._loaded.explain(self._model(model), seed, row)
        table = self._catalogue(found.songs).assign(contribution=found.contributions)
        rank = rank_of(self._loaded.model(model).score([seed])[0], row, seed.songs)
        table.attrs = {"score": found.score, "baseline": found.baseline, "rank": rank, "kind": found.kind}
        return table

    def similar(self, model: str, item: Id, *, k: int = 10, similarity: Similarity = "cosine") -> pd.DataFrame:
        """The nearest neighbours of an item.

        Args:
            model: a model with item vectors or item-to-item weights.
            item: its id.
            k: number of neighbours.
            similarity: of vectors, "cosine" or "dot"; ignored by models with weights.

        Returns:
            By ``rank``, from 1: ``item_id, title, artist, year, playlists, similarity``.
        """
        if self._model(model) not in self._loaded.spaces():
            raise PlayrecError(f"{model} has no similar items; these have: {', '.join(self._loaded.spaces())}")
        (row,) = self._items([item])
        found, similarities = self._loaded.similar(model, row, k, similarity)
        table = self._catalogue(found).reset_index().assign(similarity=similarities)
        return table.set_index(_ranks(table))

    def evaluate(
        self, models: Sequence[str] = (), metrics: Sequence[str] = (), *, slices: bool = False
    ) -> pd.DataFrame:
        """Metrics on the held-out playlists, as measured at training.

        Args:
            models: names; empty for all.
            metrics: names; empty for all.
            slices: by part of the held-out playlists instead of over all of them.

        Returns:
            ``model, metric, mean, low, high, n``, with ``slice`` first where asked for; ``low`` and ``high`` bound the
            95 % bootstrap interval over ``n`` playlists.
        """
        table = self._loaded.sliced_metrics if slices else self._loaded.metrics
        return _chosen(table, [self._model(name) for name in models], metrics)

    def held_out(self) -> pd.DataFrame:
        """The held-out playlists by id: lists of ``songs``, ``tags`` and the ``title`` a model is given, and
        ``hidden_songs``, those it should recommend. Hidden songs that do not occur in training are left out here;
        metrics count them.
        """
        dataset, found = self._loaded.dataset, self._loaded.held_out

        def ids(column: str, vocabulary: Vocabulary) -> list[list[Id]]:
            lists = found.table[column].to_pylist()
            return [vocabulary.outside(row for row in rows if row < len(vocabulary)) for rows in lists]

        return pd.DataFrame(
            {
                "songs": ids(HeldOut.SONGS, dataset.items),
                "tags": ids(HeldOut.TAGS, dataset.tags),
                "title": found.table[HeldOut.TITLE].to_pylist(),
                "hidden_songs": ids(HeldOut.HIDDEN_SONGS, dataset.items),
            },
            index=pd.Index(found.table[HeldOut.ID].to_pylist(), name="id"),
        )

    def evaluate_lists(self, lists: Sequence[Iterable[Id]], metrics: Sequence[str] = ()) -> pd.DataFrame:
        """Metrics of your own recommendations, by the protocol of `evaluate`.

        Args:
            lists: item ids, best first, one list for each row of `held_out`; none contains an item twice.
            metrics: names; empty for all that are about songs.

        Returns:
            ``metric, mean, low, high, n``.
        """
        held_out, config = self._loaded.held_out, self._loaded.config
        if len(lists) != len(held_out):
            raise PlayrecError(f"{len(lists)} lists for {len(held_out)} held-out playlists")
        rows = [self._items(each) for each in lists]
        items = np.full((len(rows), max(config.ranking.depth, *map(len, rows))), -1, np.int32)
        for row, each in zip(items, rows, strict=True):
            row[: len(each)] = each
        answers = {"items": items, "tags": np.full((len(rows), config.ranking.tags), -1, np.int32)}
        values = protocol.measure(answers, held_out, self._loaded.dataset.interactions)
        whole, _ = report({"": values}, held_out, seed=config.seed, resamples=config.evaluation.resamples)
        of_songs = whole[~whole["metric"].str.startswith("tag_") & (whole["metric"] != protocol.SCORE)]
        return _chosen(of_songs.drop(columns="model"), (), metrics)

    def _catalogue(self, rows: np.ndarray) -> pd.DataFrame:
        dataset = self._loaded.dataset
        table = dataset.catalogue.select([TITLE, ARTIST, YEAR]).take(rows).to_pandas()
        table["playlists"] = dataset.item_counts[rows]
        return table.set_index(pd.Index(dataset.items.outside(rows), name=ITEM_ID))

    def _seed(self, songs: Iterable[Id], tags: Iterable[str], title: str) -> Seed:
        known = _rows(self._loaded.dataset.tags, tags, "tag")
        return Seed(tuple(dict.fromkeys(self._items(songs))), tuple(dict.fromkeys(known)), title)

    def _items(self, ids: Iterable[Id]) -> list[int]:
        return _rows(self._loaded.dataset.items, ids, "item")

    def _model(self, name: str) -> str:
        if name not in self._loaded.model_names:
            raise PlayrecError(f"no model {name!r}; the run has {', '.join(self._loaded.model_names)}")
        return name


def _rows(vocabulary: Vocabulary, ids: Iterable[Id], kind: str) -> list[int]:
    wanted = list(ids)
    rows = vocabulary.index(wanted).tolist()
    if UNKNOWN in rows:
        raise PlayrecError(f"the run has no {kind} {wanted[rows.index(UNKNOWN)]!r}")
    return rows


def _ranks(table: pd.DataFrame) -> pd.Index:
    return pd.RangeIndex(1, len(table) + 1, name="rank")


def _chosen(table: pd.DataFrame, models: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
    """The rows of some models and metrics; empty for all."""
    for name in metrics:
        if name not in set(table["metric"]):
            raise PlayrecError(f"no metric {name!r}; there are {', '.join(dict.fromkeys(table['metric']))}")
    if models:
        table = table[table["model"].isin(models)]
    return (table[table["metric"].isin(metrics)] if metrics else table).reset_index(drop=True)
