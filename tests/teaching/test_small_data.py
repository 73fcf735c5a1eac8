"""The lessons that train on a small subset: every figure against dense arithmetic, cell by cell."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.teaching import als_steps, bottleneck, implicit_feedback, sparse_matrix
from playrec_core.teaching.practice_data import PracticeData, practice_data
from playrec_core.testing.planted import PlantedWorld, planted


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return planted()


@pytest.fixture(scope="module")
def part(world: PlantedWorld) -> PracticeData:
    return practice_data(world.dataset, seed=3, n_playlists=60, n_items=50)


class TestPractice:
    def test_a_fifth_of_each_playlist_is_hidden_and_nothing_is_lost(self, world: PlantedWorld, part: PracticeData):
        shown, hidden = part.shown.toarray() > 0, part.hidden.toarray() > 0
        assert not (shown & hidden).any()
        whole = (shown | hidden).sum(axis=1)
        np.testing.assert_array_equal(hidden.sum(axis=1), (whole * 0.2).astype(int))
        dense = world.dataset.interactions.toarray()[:, :50] > 0
        assert {row.tobytes() for row in shown | hidden} <= {row.tobytes() for row in dense}

    def test_recall_is_counted_list_by_list_with_ties_to_the_more_popular(self, part: PracticeData):
        scores = np.round(np.random.default_rng(0).standard_normal(part.shown.shape), 1)  # many ties
        values = []
        for row, (shown, hidden) in enumerate(zip(part.shown.toarray(), part.hidden.toarray(), strict=True)):
            if not hidden.any():
                continue
            order = sorted(np.flatnonzero(shown == 0), key=lambda item, r=row: (-scores[r, item], item))
            values.append(hidden[order[:10]].sum() / min(10, hidden.sum()))
        assert part.recall(scores) == pytest.approx(np.mean(values))

    def test_a_catalogue_of_fewer_than_ten(self):
        shown = csr_array(np.array([[1, 0, 0], [0, 1, 1]], dtype=np.float32))
        hidden = csr_array(np.array([[0, 1, 0], [0, 0, 0]], dtype=np.float32))
        assert PracticeData(shown, hidden).recall(np.zeros((2, 3))) == 1.0


class TestSparse:
    def test_densities_and_sizes(self, world: PlantedWorld):
        found, dense = sparse_matrix.measure(world.dataset, seed=0), world.dataset.interactions.toarray() > 0
        assert found.footprint.density == pytest.approx(dense.mean())
        active = np.argsort(-dense.sum(axis=1), kind="stable")[: sparse_matrix.SIDE]
        np.testing.assert_array_equal(found.busiest, dense[active][:, : sparse_matrix.SIDE])
        assert found.busiest.mean() > found.random.mean()

    def test_growth_is_what_a_larger_matrix_takes(self, world: PlantedWorld):
        matrix = world.dataset.interactions
        found = sparse_matrix.measure(world.dataset, seed=0)
        doubled = csr_array(np.kron(np.eye(2), matrix.toarray()).astype(matrix.dtype))
        dense, csr = found.grown(2)
        assert dense == doubled.shape[0] * doubled.shape[1] * 4
        assert csr == doubled.data.nbytes + doubled.indices.nbytes + doubled.indptr.nbytes

    def test_the_nearest_guess_is_nearest_as_a_ratio(self, world: PlantedWorld):
        found = sparse_matrix.measure(world.dataset, seed=0)
        density = found.footprint.density
        assert found.nearest == min(sparse_matrix.DENSITIES, key=lambda one: max(one / density, density / one))


def objective(confidence: np.ndarray, x: np.ndarray, y: np.ndarray, penalty: float) -> float:
    """Equation 3 of Hu, Koren & Volinsky, cell by cell."""
    total = penalty * ((x**2).sum() + (y**2).sum())
    for u in range(len(x)):
        for i in range(len(y)):
            present = confidence[u, i] > 0
            total += (confidence[u, i] if present else 1.0) * (float(present) - x[u] @ y[i]) ** 2
    return float(total)


class TestAls:
    def test_the_objective_is_that_of_all_cells(self, part: PracticeData):
        rng = np.random.default_rng(1)
        x, y = rng.standard_normal((60, 4)), rng.standard_normal((50, 4))
        confidence = csr_array(part.shown * np.float32(3))
        fast = als_steps.squared_error(confidence, x, y) + als_steps.penalty(x, y, 0.7)
        assert fast == pytest.approx(objective(confidence.toarray(), x, y, 0.7))

    def test_a_half_step_solves_the_paper_s_equation_and_is_optimal(self, part: PracticeData):
        rng = np.random.default_rng(2)
        y = rng.standard_normal((50, 4))
        confidence = csr_array(part.shown * np.float32(5))
        found, dense = als_steps.half_step(confidence, y, 0.3), confidence.toarray().astype(np.float64)
        for row in (0, 17, 59):
            weights = np.where(dense[row] > 0, dense[row], 1.0)
            system = y.T @ np.diag(weights) @ y + 0.3 * np.eye(4)
            x = np.linalg.solve(system, y.T @ np.diag(weights) @ (dense[row] > 0))
            np.testing.assert_allclose(found[row], x, atol=1e-9)
        best = objective(dense, found, y, 0.3)
        for _ in range(5):
            assert objective(dense, found + 0.01 * rng.standard_normal(found.shape), y, 0.3) > best

    def test_no_half_step_raises_it_and_the_last_is_what_the_library_reaches(self, part: PracticeData):
        steps = als_steps.train(part, factors=8, regularization=0.01, alpha=5.0, seed=0)
        assert steps.rises == 0
        assert len(steps.objective) == len(steps.recall) == 2 * als_steps.ITERATIONS + 1
        assert (np.diff(steps.objective) <= 1e-6).all()
        fall = steps.objective[0] - steps.objective[-1]
        assert steps.first_share == pytest.approx((steps.objective[0] - steps.objective[2]) / fall)
        from implicit.cpu.als import AlternatingLeastSquares

        theirs = AlternatingLeastSquares(
            factors=8, regularization=0.01, alpha=5.0, iterations=30, dtype=np.float64, use_cg=False, random_state=1
        )
        theirs.fit(part.shown.tocsr(), show_progress=False)
        confidence = (part.shown * np.float32(5)).toarray().astype(np.float64)
        reached = objective(confidence, np.asarray(theirs.user_factors), np.asarray(theirs.item_factors), 0.01)
        assert steps.objective[-1] == pytest.approx(reached, rel=0.15)

    def test_the_lists_that_changed_since_the_best_half_step_are_counted(self):
        n = 2 * als_steps.ITERATIONS + 1
        recalls = np.zeros((n, 5))
        recalls[3] = [0.5, 0.5, 0.5, 0.0, 0.2]  # the best mean
        recalls[-1] = [0.4, 0.6, 0.5, 0.0, 0.1]
        steps = als_steps.Steps(np.arange(n, 0.0, -1), np.zeros(n), recalls)
        assert (steps.best, steps.since_best) == (3, (1, 2))
        np.testing.assert_allclose(steps.recall[[3, -1]], [0.34, 0.32])

    def test_it_learns_to_find_what_was_hidden(self, part: PracticeData):
        steps = als_steps.train(part, factors=8, regularization=0.01, alpha=5.0, seed=0)
        assert steps.recall[-1] > 2 * steps.recall[0]


class TestImplicit:
    def test_filled_cells_alone_are_solved_row_by_row(self, part: PracticeData):
        y = np.random.default_rng(0).standard_normal((50, 3))
        found, dense = implicit_feedback.filled_only(part.shown, y), part.shown.toarray()
        for row in (0, 30):
            own = dense[row] > 0
            padded = np.vstack([y[own], np.sqrt(implicit_feedback.EXPLICIT_PENALTY * own.sum()) * np.eye(3)])
            x, *_ = np.linalg.lstsq(padded, np.concatenate([dense[row][own], np.zeros(3)]), rcond=None)
            np.testing.assert_allclose(found[row], x, atol=1e-6)

    def test_everything_is_liked_and_nothing_can_be_ranked(self):
        rng = np.random.default_rng(4)
        group = np.arange(80) % 2
        # Two groups, with enough noise between them to keep the data connected.
        chance = np.where(group[:, None] == np.arange(60) % 2, 0.35, 0.06)
        present = rng.random((80, 60)) < chance
        hidden = present & (rng.random(present.shape) < 0.2)
        part = PracticeData(csr_array((present & ~hidden).astype(np.float32)), csr_array(hidden.astype(np.float32)))
        found = implicit_feedback.compare(part, seed=0)
        assert found.nearest == 1.0
        assert found.explicit.error < 0.1 < found.implicit.error
        assert found.implicit.recall > found.explicit.recall
        assert abs(found.explicit.hidden.mean() - found.explicit.empty.mean()) < 0.02
        assert found.implicit.hidden.mean() > found.implicit.empty.mean() + 0.05
        again = implicit_feedback.compare(part, seed=0)
        np.testing.assert_array_equal(found.explicit.empty, again.explicit.empty)


class TestBottleneck:
    def test_songs_recovered_are_the_top_of_the_truncated_svd(self, world: PlantedWorld):
        found = bottleneck.compress(world.dataset, seed=0, n_playlists=40)
        dense = (found.interactions.toarray() > 0).astype(np.float64)
        u, s, vt = np.linalg.svd(dense, full_matrices=False)
        for place, width in enumerate(found.widths[:4]):
            rebuilt = (u[:, :width] * s[:width]) @ vt[:width]
            returned = np.zeros(dense.shape, dtype=bool)
            for row in range(40):
                n = int(dense[row].sum())
                returned[row, np.argsort(-np.round(rebuilt[row], 5), kind="stable")[:n]] = True
            share = (returned & (dense > 0)).sum() / dense.sum()
            assert found.share()[place] == pytest.approx(share, abs=0.01)  # float32 may break near-ties differently
            left = ((dense - rebuilt) ** 2).sum() / (dense**2).sum()
            assert found.error[place] == pytest.approx(left, abs=1e-6)

    def test_groups_are_terciles_of_the_number_of_playlists_with_a_song(self, world: PlantedWorld):
        found = bottleneck.compress(world.dataset, seed=0, n_playlists=40)
        counts = (found.interactions.toarray() > 0).sum(axis=0)[found.interactions.indices]
        low, high = found.bounds
        np.testing.assert_array_equal(found.group, np.where(counts > high, 2, np.where(counts > low, 1, 0)))
        shares = np.array([found.share(group) for group in bottleneck.GROUPS])
        weights = np.bincount(found.group, minlength=3) / len(found.group)
        np.testing.assert_allclose(np.nan_to_num(shares).T @ weights, found.share())

    def test_a_wider_bottleneck_recovers_more(self, world: PlantedWorld):
        found = bottleneck.compress(world.dataset, seed=0, n_playlists=100)
        assert found.share()[-1] > found.share()[0]
        assert (np.diff(found.error) <= 1e-12).all()
        assert all(0 <= row < 100 for row in found.examples(3))
