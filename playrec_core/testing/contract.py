"""For tests of models and pages: data whose truth is known, strings that break things, and the contract as a test
class.

A new model is tested by existing: ``tests/models/test_contract.py`` runs `RecommenderContract` over everything
registered, with the hyperparameters of ``configs/demo.toml``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from playrec_core.data.builder import DatasetBuilder
from playrec_core.data.dataset import Dataset
from playrec_core.data.io.mel import BANDS
from playrec_core.errors import MissingDataError
from playrec_core.models import registry
from playrec_core.models.base import Recommender
from playrec_core.schema import DETAIL_GENRES, GENRES, MONTH, YEAR, Nouns, Seed, no_progress
from playrec_core.store.files import open_arrays, save_arrays

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\">",
    "![beacon](http://127.0.0.1:9/beacon.png)",
    "[link](javascript:alert(1))",
    "$\\frac{1}{2}$ and $x$",
    ":smile: :material/home: :red[alarm]",
    "\u202eright to left\u202c",
    "# heading *emphasis* `code` ~~gone~~",
    "a" * 10_000,
    "&lt;b&gt; &amp; <b>bold</b>",
    "{x} %s \\n \\",
    "\ud83d broken \x00 control \x1b[31m",
)
"""Titles and tags as an enemy, or an ordinary musician, would write them."""


@dataclass(frozen=True)
class PlantedWorld:
    """Playlists that each draw from one of a few groups of songs.

    Args:
        dataset: the training data.
        groups: for each group its item_idx, most popular first.
        unheard: item_idx of catalogue songs that no playlist holds.
    """

    dataset: Dataset
    groups: list[np.ndarray]
    unheard: np.ndarray


@dataclass(frozen=True)
class ArrayShard:
    """A `playrec_core.data.io.mel.MelShard` in memory."""

    name: str
    mels: Mapping[int, np.ndarray]

    @property
    def size(self) -> int:
        return sum(mel.nbytes for mel in self.mels.values())

    def songs(self) -> Iterator[tuple[int, np.ndarray]]:
        yield from self.mels.items()


def planted(n_groups: int = 3, group_size: int = 30, playlists: int = 240, seed: int = 0) -> PlantedWorld:
    """A world in which the right answer to a seed from a group is the rest of that group.

    Every group has a genre, a tag, a word in its playlists' titles and a timbre; within a group popularity falls; five
    songs of the catalogue stand in no playlist, and one song in ten has no audio.
    """
    rng = np.random.default_rng(seed)
    builder = DatasetBuilder("planted", Nouns(), Path("planted"), numeric_ids=True)
    n_songs = n_groups * group_size
    for song in range(n_songs + 5):
        group = song % n_groups
        builder.add_item(
            song, f"song {song}", artists=[f"artist {song // 5}"], genres=[f"genre {group}"], released="20100315"
        )
    weights = 1 / np.sqrt(np.arange(group_size) + 2)
    for playlist in range(playlists):
        group = playlist % n_groups
        size = int(rng.integers(6, 13))
        places = rng.choice(group_size, size=size, replace=False, p=weights / weights.sum())
        songs = [int(place) * n_groups + group for place in places]
        builder.add_playlist(playlist, songs, title=f"mood{group} mix {playlist}", tags=[f"tag{group}", "everywhere"])
    timbres = rng.normal(0, 10, (n_groups, BANDS, 1))
    mels = {
        song: (timbres[song % n_groups] + rng.normal(0, 3, (BANDS, 12))).astype(np.float32)
        for song in range(n_songs + 5)
        if song % 10
    }
    dataset = replace(builder.build(), audio=(ArrayShard("0", mels),))
    ids = np.asarray(dataset.items.ids)
    heard = dataset.item_counts > 0
    groups = [np.flatnonzero(heard & (ids % n_groups == group)) for group in range(n_groups)]
    return PlantedWorld(dataset, groups, np.flatnonzero(~heard))


def fitted(tables: Mapping[str, Mapping[str, Any]], dataset: Dataset) -> dict[str, Recommender]:
    """The models of a configuration's tables, members before whoever is made of them, fitted with one seed each."""
    made = registry.create_all(tables)
    for model in made.values():
        model.fit(dataset, rng=np.random.default_rng(3), device="cpu", progress=no_progress)
    return made


def without_content(dataset: Dataset) -> Dataset:
    """The same playlists without a genre, a date, a tag or audio, as a data set of bare ids would be."""
    catalogue = dataset.catalogue
    for name in (GENRES, DETAIL_GENRES, YEAR, MONTH):
        place = catalogue.schema.get_field_index(name)
        kind = catalogue.schema.field(place).type
        empty = [[]] * dataset.n_items if pa.types.is_list(kind) else [0] * dataset.n_items
        catalogue = catalogue.set_column(place, name, pa.array(empty, kind))
    tags = csr_array(dataset.playlist_tags.shape, dtype=np.float32)
    return replace(dataset, catalogue=catalogue, playlist_tags=tags, audio=())


class RecommenderContract:
    """What every `Recommender` promises, as tests. A subclass or a parametrised fixture gives ``make``, ``world``, and
    ``model``, which is ``make`` `fitted` on the world's data: one for all tests, which only look at it.
    """

    def fitted(self, make: Callable[[], Recommender], dataset: Dataset, seed: int = 7) -> Recommender:
        """A model fitted with a fresh generator, and before it the models it is made of."""
        return self._fit(make(), dataset, seed)

    def _fit(self, model: Recommender, dataset: Dataset, seed: int) -> Recommender:
        for member in model.members.values():
            self._fit(member, dataset, seed)
        seen: list[float] = []
        model.fit(dataset, rng=np.random.default_rng(seed), device="cpu", progress=seen.append)
        assert seen == sorted(seen), "progress never falls"
        assert all(0 <= fraction <= 1 for fraction in seen)
        return model

    def seeds(self, world: PlantedWorld) -> list[Seed]:
        """Ordinary and awkward ones."""
        first, second = world.groups[0], world.groups[1]
        return [
            Seed(tuple(first[:4].tolist())),
            Seed((int(second[3]),)),
            Seed(tuple(first[2:9].tolist()), tags=(0,), title="mood0"),
            Seed(),
            Seed(tags=(1,)),
            Seed(title="mood1 mix"),
            Seed(tuple(world.unheard[:2].tolist())),
            Seed(tuple(range(world.dataset.n_items))),
            Seed(tuple(first[:3].tolist()), weights=(1.0, 5.0, 0.5)),
        ]

    def test_scores_have_shape_type_and_no_nan(self, model, world):
        scores = model.score(self.seeds(world))
        assert scores.shape == (len(self.seeds(world)), world.dataset.n_items)
        assert scores.dtype == np.float32
        assert not np.isnan(scores).any()
        assert not np.isposinf(scores).any()

    def test_no_seed_gives_no_rows(self, model, world):
        assert model.score([]).shape == (0, world.dataset.n_items)

    def test_a_batch_equals_its_rows(self, model, world):
        seeds = self.seeds(world)
        together = model.score(seeds)
        for row, seed in enumerate(seeds):
            np.testing.assert_array_equal(together[row], model.score([seed])[0])

    def test_saved_and_opened_it_scores_the_same(self, model, world, tmp_path):
        save_arrays(tmp_path / "state.safetensors", model.state())
        opened = type(model).from_state(model.config, open_arrays(tmp_path / "state.safetensors"))
        opened.attach(model.members)
        np.testing.assert_array_equal(model.score(self.seeds(world)), opened.score(self.seeds(world)))
        tags, opened_tags = model.score_tags(self.seeds(world)), opened.score_tags(self.seeds(world))
        assert (tags is None) == (opened_tags is None) == ("tags" not in model.answers)
        if tags is not None and opened_tags is not None:
            np.testing.assert_array_equal(tags, opened_tags)
            assert tags.shape == (len(self.seeds(world)), len(world.dataset.tags))

    def test_both_answers_at_once_are_the_two_answers(self, model, world):
        seeds = self.seeds(world)
        scores, tags = model.score_both(seeds)
        np.testing.assert_array_equal(scores, model.score(seeds))
        alone = model.score_tags(seeds)
        assert (tags is None) == (alone is None)
        if tags is not None and alone is not None:
            np.testing.assert_array_equal(tags, alone)

    def test_the_same_generator_gives_the_same_bytes(self, make, model, world):
        one, two = model.state(), self.fitted(make, world.dataset).state()
        assert one.keys() == two.keys()
        assert all(one[name].tobytes() == two[name].tobytes() for name in one)

    def test_scoring_changes_neither_model_nor_data(self, model, world):
        fingerprint = world.dataset.fingerprint
        before = {name: array.tobytes() for name, array in model.state().items()}
        model.score(self.seeds(world))
        assert before == {name: array.tobytes() for name, array in model.state().items()}
        assert world.dataset.fingerprint == fingerprint

    def test_planted_structure_is_found(self, model, world):
        if "songs" not in model.reads:
            return
        for group in world.groups:
            seed = Seed(tuple(group[[1, 4, 6, 9]].tolist()))
            scores = model.score([seed])[0].copy()
            scores[list(seed.songs)] = -np.inf
            best = np.argsort(-scores, kind="stable")[:10]
            assert len(set(best.tolist()) & set(group.tolist())) >= 9

    def test_exact_explanations_add_up_to_the_score(self, model, world):
        for seed in self.seeds(world):
            scores = model.score([seed])[0]
            for item in (0, 1, 5, world.dataset.n_items - 1):
                found = model.explain(seed, item)
                if found is None:
                    continue
                shown = float(scores[item]) if np.isfinite(scores[item]) else 0.0
                assert found.kind == "exact"
                assert found.songs.tolist() == list(seed.songs)
                assert abs(found.score - shown) <= 1e-5 * max(1.0, abs(shown))
                assert abs(found.total - shown) <= 1e-5 * max(1.0, abs(shown))

    def test_linear_weights_say_all_there_is_to_a_score(self, model, world):
        weights = model.linear_weights()
        if weights is None:
            return
        n = weights.shape[0]
        for seed in self.seeds(world):
            heard = [(song, weight) for song, weight in zip(seed.songs, seed.song_weights, strict=True) if song < n]
            total = np.zeros(n)
            for song, weight in heard:
                row = weights[[song], :]
                total += float(weight) * (row if isinstance(row, np.ndarray) else row.toarray())[0]
            shown = model.score([seed])[0]
            assert not np.isfinite(shown[n:]).any()
            np.testing.assert_allclose(np.where(np.isfinite(shown[:n]), shown[:n], 0), total, atol=1e-4, rtol=1e-5)

    def test_a_trace_refers_to_existing_items(self, model, world):
        dataset = world.dataset
        clusters = model.item_clusters()
        if clusters is not None:
            assert clusters.shape == (dataset.n_items,)
        known = {
            "item": dataset.n_items,
            "playlist": dataset.n_playlists,
            "tag": len(dataset.tags),
            "cluster": 0 if clusters is None else int(clusters.max()) + 1,
        }
        for seed in self.seeds(world):
            trace = model.trace(seed, dataset.nouns)
            for column in [] if trace is None else [column for step in trace.steps for column in step.columns]:
                values = (
                    [one for row in column.values for one in row]
                    if column.value_type in ("items", "tags")
                    else column.values
                )
                if (n := known.get(column.value_type.removesuffix("s"))) is not None:
                    assert all(0 <= one < n for one in values), column.title

    def test_a_seed_without_anything_known_is_left_to_the_chain(self, model, world):
        if "songs" in model.reads:
            scores = model.score([Seed(), Seed(tuple(world.unheard.tolist()))])
            if not {"tags", "title", "genres", "audio"} & model.reads:
                assert np.isneginf(scores).all()

    def test_what_it_lacks_it_says_before_it_is_fitted(self, make, world):
        assert make().missing(world.dataset) is None
        bare = without_content(world.dataset)
        raised = None
        try:
            self.fitted(make, bare)
        except MissingDataError as error:
            raised = str(error)
        assert make().missing(bare) == raised

    def test_its_kind_says_whether_it_has_vectors_and_neighbours(self, model, world):
        assert type(model).has_embeddings() == (model.item_embeddings() is not None)
        weights = model.similar_items(int(world.groups[0][0]))
        assert type(model).has_neighbours() == (type(model).has_embeddings() or weights is not None)

    def test_neighbours_come_from_the_same_group(self, model, world):
        from playrec_core.similarity.neighbour_space import NeighbourSpace

        if not NeighbourSpace.exists(model):
            return
        for group in world.groups:
            found, likeness = NeighbourSpace(model).search(int(group[0]), 8)
            assert set(found.tolist()) <= set(group[1:].tolist())
            assert (np.diff(likeness) <= 0).all()
