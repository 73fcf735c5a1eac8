"""The contract of every `Recommender` as a test class.

A new model needs no registration: ``tests/models/test_contract.py`` runs `RecommenderContract` over every registered
kind, with the hyperparameters of ``configs/demo.toml``.
"""

from collections.abc import Callable

import numpy as np

from playrec_core.data.dataset import Dataset
from playrec_core.errors import MissingDataError
from playrec_core.models.base import Recommender
from playrec_core.schema import Seed
from playrec_core.store.files import open_arrays, save_arrays

from .planted import PlantedWorld, without_content


class RecommenderContract:
    """Tests of what every `Recommender` guarantees.

    A subclass or parametrised fixtures provide ``make``, ``world`` and ``model``: the result of ``make`` `fitted` on
    the world's data, shared by all tests, which must not change it.
    """

    def fitted(self, make: Callable[[], Recommender], dataset: Dataset, seed: int = 7) -> Recommender:
        """A model fitted with a fresh generator, after its members."""
        return self._fit(make(), dataset, seed)

    def _fit(self, model: Recommender, dataset: Dataset, seed: int) -> Recommender:
        for member in model.members.values():
            self._fit(member, dataset, seed)
        seen: list[float] = []
        model.fit(dataset, rng=np.random.default_rng(seed), device="cpu", progress=seen.append)
        assert seen == sorted(seen), "progress never decreases"
        assert all(0 <= fraction <= 1 for fraction in seen)
        return model

    def seeds(self, world: PlantedWorld) -> list[Seed]:
        """Ordinary seeds and edge cases."""
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

    def test_a_batch_equals_its_seeds_one_by_one(self, model, world):
        seeds = self.seeds(world)
        batch = model.score(seeds)
        for row, seed in enumerate(seeds):
            np.testing.assert_array_equal(batch[row], model.score([seed])[0])

    def test_a_saved_and_reopened_model_scores_the_same(self, model, world, tmp_path):
        save_arrays(tmp_path / "state.safetensors", model.state())
        opened = type(model).from_state(model.config, open_arrays(tmp_path / "state.safetensors"))
        opened.attach(model.members)
        np.testing.assert_array_equal(model.score(self.seeds(world)), opened.score(self.seeds(world)))
        tags, opened_tags = model.score_tags(self.seeds(world)), opened.score_tags(self.seeds(world))
        assert (tags is None) == (opened_tags is None) == ("tags" not in model.answers)
        if tags is not None and opened_tags is not None:
            np.testing.assert_array_equal(tags, opened_tags)
            assert tags.shape == (len(self.seeds(world)), len(world.dataset.tags))

    def test_score_both_equals_score_and_score_tags(self, model, world):
        seeds = self.seeds(world)
        scores, tags = model.score_both(seeds)
        np.testing.assert_array_equal(scores, model.score(seeds))
        separate = model.score_tags(seeds)
        assert (tags is None) == (separate is None)
        if tags is not None and separate is not None:
            np.testing.assert_array_equal(tags, separate)

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

    def test_planted_groups_are_recovered(self, model, world):
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

    def test_linear_weights_reproduce_the_scores(self, model, world):
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

    def test_an_unknown_seed_is_left_to_the_fallbacks(self, model, world):
        if "songs" in model.reads:
            scores = model.score([Seed(), Seed(tuple(world.unheard.tolist()))])
            if not {"tags", "title", "genres", "audio"} & model.reads:
                assert np.isneginf(scores).all()

    def test_missing_predicts_what_fit_raises(self, make, world):
        assert make().missing(world.dataset) is None
        bare = without_content(world.dataset)
        raised = None
        try:
            self.fitted(make, bare)
        except MissingDataError as error:
            raised = str(error)
        assert make().missing(bare) == raised

    def test_the_class_declares_embeddings_and_neighbours(self, model, world):
        assert type(model).has_embeddings() == (model.item_embeddings() is not None)
        weights = model.similar_items(int(world.groups[0][0]))
        assert type(model).has_neighbours() == (type(model).has_embeddings() or weights is not None)

    def test_neighbours_come_from_the_same_group(self, model, world):
        from playrec_core.similarity.neighbour_space import NeighbourSpace

        if not model.has_neighbours():
            return
        for group in world.groups:
            found, similarities = NeighbourSpace(model).search(int(group[0]), 8)
            assert set(found.tolist()) <= set(group[1:].tolist())
            assert (np.diff(similarities) <= 0).all()
