"""AE, DAE, VAE, Multi-DAE, Multi-VAE and RecVAE: likelihoods, divergences, training, and the training mistakes that the
Movie Rec team report describes (docs/sources/movie-rec-report.md).
"""

import gc
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from scipy import stats
from scipy.sparse import csr_array

from playrec_core.config import Frozen, load, parse
from playrec_core.errors import ConfigError, MissingDataError
from playrec_core.models import registry
from playrec_core.models.autoencoders import recvae_network
from playrec_core.models.autoencoders.likelihood_autoencoders import MultiDaeConfig, MultiVaeConfig, VaeConfig
from playrec_core.models.autoencoders.recvae import RecVaeConfig
from playrec_core.models.neural import losses, playlists
from playrec_core.models.neural.batches import Bags
from playrec_core.models.neural.training import Divergence, Trainer
from playrec_core.schema import Seed, no_progress
from playrec_core.testing.planted import PlantedWorld, planted, without_content

torch = pytest.importorskip("torch")

CONFIG = load(Path(__file__).parents[3] / "configs" / "demo.toml")
Settings = TypeVar("Settings", bound=Frozen)
FIVE = ("ae", "dae", "vae", "multi-dae", "multi-vae")
ALL = (*FIVE, "recvae")


@pytest.fixture(scope="module")
def world() -> PlantedWorld:
    return planted()


@pytest.fixture
def rows() -> csr_array:
    rng = np.random.default_rng(3)
    return csr_array((rng.random((40, 23)) < np.linspace(0.5, 0.05, 23)).astype(np.float32))


def fitted(name: str, dataset, **changes):
    model = registry.create(name, CONFIG.models[name] | changes)
    model.fit(dataset, rng=np.random.default_rng(1), device="cpu", progress=no_progress)
    return model


def settings(name: str, kind: type[Settings], **changes) -> Settings:
    """The demo configuration of a model, with changes."""
    return parse(kind, CONFIG.models[name] | changes, name)


def recvae_trainer(rows: csr_array, **changes) -> recvae_network.RecVaeTrainer:
    config = settings("recvae", RecVaeConfig, **{"width": 9, "code": 5, "layers": 3, "batch": 16} | changes)
    return recvae_network.RecVaeTrainer(config, rows, rows, rng=np.random.default_rng(0), device="cpu")


def trainer(rows: csr_array, name: str = "multi-vae", targets: csr_array | None = None, **changes) -> Trainer:
    kind = {"vae": VaeConfig, "multi-vae": MultiVaeConfig}[name]
    config = settings(name, kind, **{"hidden": [7, 5], "batch": 16} | changes)
    divergence = Divergence(config.beta, config.annealing_epochs)
    targets = rows if targets is None else targets
    return Trainer(config, rows, targets, rng=np.random.default_rng(0), device="cpu", divergence=divergence)


# The likelihoods and their weights


@pytest.mark.parametrize("name", ["multinomial", "logistic"])
def test_weighted_likelihoods_are_the_dense_formulas(rows, name):
    generator = torch.Generator().manual_seed(1)
    outputs = torch.randn(rows.shape, generator=generator, dtype=torch.float64)
    bags = Bags.of(rows, np.arange(rows.shape[0]))
    weights = torch.rand(len(bags.columns), generator=generator, dtype=torch.float64)
    ones = torch.from_numpy(bags.row_of), torch.from_numpy(bags.columns)
    found = getattr(losses, name)(outputs, *ones, torch.zeros(rows.shape[1]).double(), weights)
    dense, confidence = torch.from_numpy(rows.toarray()).double(), torch.zeros(rows.shape).double()
    confidence[ones] = weights
    if name == "multinomial":
        expected = -(confidence * torch.log_softmax(outputs, dim=1)).sum(dim=1).mean()
    else:
        element = torch.nn.functional.binary_cross_entropy_with_logits(outputs, dense, reduction="none")
        expected = (torch.where(dense > 0, confidence, 1.0) * element).sum(dim=1).mean()
    assert float(found) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_confidence_changes_the_scores(world, name):
    plain = fitted(name, world.dataset)
    weighted = fitted(name, world.dataset, confidence={"rules": ["popularity"], "strength": 5.0})
    seed = [Seed(tuple(world.groups[0][:4].tolist()))]
    assert not np.array_equal(plain.score(seed), weighted.score(seed))


@pytest.mark.parametrize("name", ALL)
def test_a_confidence_rule_without_data_is_named_in_the_error(world, name):
    with pytest.raises(MissingDataError, match="genres"):
        fitted(name, without_content(world.dataset), confidence={"rules": ["genre"], "strength": 1.0})


# Settings


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("ae", {"input_dropout": 0.5}),
        ("dae", {"input_dropout": 0.0}),
        ("dae", {"loss": "multinomial"}),
        ("multi-dae", {"loss": "logistic"}),
        ("vae", {"hidden": [8], "tied": False}),
        ("recvae", {"prior": {"standard": 0.5, "old": 0.5, "wide": 0.5, "wide_log_variance": 10.0}}),
    ],
)
def test_settings_of_a_different_model_are_refused(name, changes):
    with pytest.raises(ConfigError):
        registry.create(name, CONFIG.models[name] | changes)


def test_annealing_is_linear_and_a_fixed_beta_is_constant(rows):
    annealed = trainer(rows, beta=0.6, annealing_epochs=2.0)
    seen = []
    for _ in range(3 * annealed.steps):
        seen.append(annealed.beta())
        annealed.step(np.arange(16))
    half = 2 * annealed.steps
    np.testing.assert_allclose(seen[:half], 0.6 * np.arange(half) / half)
    assert seen[half:] == [0.6] * annealed.steps
    assert trainer(rows, beta=0.6, annealing_epochs=0.0).beta() == 0.6


# RecVAE


def test_the_composite_prior_is_the_mixture_of_three_normals():
    rng = np.random.default_rng(0)
    code, mean, old_mean = rng.normal(size=(3, 6, 4))
    log_variance, old_log_variance = rng.normal(-1, 0.5, size=(2, 6, 4))
    prior = recvae_network.CompositePrior(standard=0.2, old=0.7, wide=0.1, wide_log_variance=10.0)
    arguments = [torch.from_numpy(each) for each in (code, mean, log_variance, old_mean, old_log_variance)]
    mixture = (
        0.2 * stats.norm.pdf(code)
        + 0.7 * stats.norm.pdf(code, old_mean, np.exp(old_log_variance / 2))
        + 0.1 * stats.norm.pdf(code, 0, np.exp(5.0))
    )
    expected = (stats.norm.logpdf(code, mean, np.exp(log_variance / 2)) - np.log(mixture)).sum(axis=1)
    np.testing.assert_allclose(recvae_network.divergence(prior, *arguments).numpy(), expected, rtol=1e-9)


def test_with_only_the_standard_normal_the_divergence_has_the_closed_form_as_its_mean():
    mean, log_variance = torch.full((1, 3), 0.7).double(), torch.full((1, 3), -0.4).double()
    prior = recvae_network.CompositePrior(standard=1.0, old=0.0, wide=0.0, wide_log_variance=10.0)
    normal = torch.randn(200_000, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    drawn = mean + normal * torch.exp(0.5 * log_variance)
    estimates = recvae_network.divergence(prior, drawn, mean, log_variance, mean, log_variance).numpy()
    error = 4 * estimates.std() / np.sqrt(len(estimates))
    assert abs(estimates.mean() - float(losses.divergence(mean, log_variance))) < error


def test_encoder_and_decoder_passes_alternate(rows):
    made = recvae_trainer(rows, encoder_passes=3, decoder_passes=1)
    seen: list[tuple[bool, bool]] = []
    before = made.arrays()

    def look(_: float) -> None:
        nonlocal before
        after = made.arrays()
        changed = {name for name in after if not np.array_equal(after[name], before[name])}
        seen.append((bool(changed & made.encoder), bool(changed & made.decoder)))
        before = after

    made.epoch(look)
    assert seen == [(True, False)] * 9 + [(False, True)] * 3, "three batches per pass"
    assert made.steps_of(made.encoder) == 9
    assert made.steps_of(made.decoder) == 3


def test_only_encoder_passes_have_noise_and_the_old_encoder_is_that_of_the_epoch_start(rows):
    made = recvae_trainer(rows, input_dropout=0.5)
    start = {name: made.parameters[name].value.clone() for name in made.encoder}
    made.epoch(no_progress)
    assert all(torch.equal(made.old[name], start[name]) for name in made.encoder)
    assert not torch.equal(made.old["embedding"], made.parameters["embedding"].value)
    shown = (
        made.corrupted(Bags.of(rows, np.arange(40)), made.encoder),
        made.corrupted(Bags.of(rows, np.arange(40)), made.decoder),
    )
    assert len(shown[0].columns) < 0.7 * rows.nnz
    assert len(shown[1].columns) == rows.nnz


def test_recvae_in_numpy_equals_recvae_in_torch(world):
    model = fitted("recvae", world.dataset, layers=4)
    songs = csr_array(world.dataset.interactions[:20, : len(model.state()["embedding"])])
    config = settings("recvae", RecVaeConfig, layers=4)
    made = recvae_network.RecVaeTrainer(config, songs, songs, rng=np.random.default_rng(0), device="cpu")
    for name, each in made.parameters.items():
        each.value = torch.from_numpy(model.state()[name])
    seeds = [Seed(tuple(row.tolist())) for row in np.split(songs.indices, songs.indptr[1:-1])]
    found = model.score(seeds)[:, : len(model.state()["output"])]
    np.testing.assert_allclose(found, made.outputs(songs).numpy(), rtol=1e-3, atol=1e-4)


class Killed(Exception):
    pass


@pytest.mark.parametrize("samples", [0, 6])
def test_recvae_resumed_after_a_kill_gives_the_same_bytes(rows, tmp_path, samples):
    def fit(folder, progress=no_progress):
        return recvae_trainer(rows, samples=samples, epochs=4).run(progress=progress, folder=folder)

    def kill(fraction: float) -> None:
        if fraction > 0.7:
            raise Killed

    whole = fit(None)
    with pytest.raises(Killed):
        fit(tmp_path, kill)
    resumed = fit(tmp_path)
    assert all(whole[name].tobytes() == resumed[name].tobytes() for name in whole)


def test_recvae_steps_with_sampling_update_only_sampled_rows(rows):
    made = recvae_trainer(rows, samples=3)
    before = made.arrays()
    made.step(np.array([0, 1]), made.decoder)
    moved = np.flatnonzero((before["output"] != made.arrays()["output"]).any(axis=1))
    assert set(Bags.of(rows, np.array([0, 1])).columns.tolist()) <= set(moved.tolist())
    assert len(moved) < rows.shape[1]


# Mistakes that the Movie Rec team report describes


@pytest.mark.parametrize("name", ["multi-vae", "recvae"])
def test_loss_tensors_are_not_kept_alive(rows, name):
    """In the Movie Rec team report, without loss.item(), every step's graph stayed alive until memory ran out."""
    made = recvae_trainer(rows) if name == "recvae" else trainer(rows, name)

    def step() -> float:
        one = np.arange(16)
        return made.step(one, made.encoder) if isinstance(made, recvae_network.RecVaeTrainer) else made.step(one)

    def alive() -> int:
        gc.collect()
        return sum(issubclass(type(each), torch.Tensor) for each in gc.get_objects())

    made.epoch(no_progress)
    after_one, kept = alive(), []
    for _ in range(5):
        made.epoch(no_progress)
        kept.append(step())
    assert alive() == after_one
    assert all(type(value) is float for value in kept)


@pytest.mark.parametrize("name", ["multi-vae", "vae"])
def test_a_one_of_weight_zero_is_masked_from_the_loss(rows, name):
    """Losses are masked by split: the positive of an entry that belongs to another split has no gradient."""
    masked = csr_array((rows.data.copy(), rows.indices, rows.indptr), shape=rows.shape)
    column = int(rows.indices[0])
    masked.data[masked.indices == column] = 0.0
    made = trainer(rows, name, targets=masked)
    outputs = torch.zeros(rows.shape, requires_grad=True)
    bags = Bags.of(masked, np.arange(40))
    ones = torch.from_numpy(bags.row_of), torch.from_numpy(bags.columns)
    function = losses.multinomial if name == "multi-vae" else losses.logistic
    with_mask = function(outputs, *ones, torch.zeros(rows.shape[1]), torch.from_numpy(bags.values))
    gradient = torch.autograd.grad(with_mask, outputs)[0][:, column]
    containing = bags.row_of[bags.columns == column]
    assert (gradient[containing] >= 0).all(), "masked entries are not pulled up"
    assert np.isfinite(made.step(np.arange(16)))


def test_held_out_rows_enter_neither_the_inputs_nor_the_loss(world):
    """The training data do not change when the held-out playlists do."""
    matrix = csr_array(world.dataset.interactions)
    config = settings("multi-dae", MultiDaeConfig, held_out=0.25, epochs=1)

    def kept(inputs: csr_array) -> list[csr_array]:
        given: list[csr_array] = []

        def trainer_of(kept_inputs: csr_array, kept_targets: csr_array) -> Trainer:
            given.extend([kept_inputs, kept_targets])
            return Trainer(config, kept_inputs, kept_targets, rng=rng, device="cpu")

        n, rng = inputs.shape[1], np.random.default_rng(6)
        playlists.train(config, trainer_of, inputs, n, n_ranked=n, rng=rng, progress=no_progress)
        return given

    held = np.sort(np.random.default_rng(6).permutation(matrix.shape[0])[: int(0.25 * matrix.shape[0])])
    changed = matrix.tolil()
    for row in held.tolist():
        changed[row] = 0
        changed[row, row % 7] = 1
    for ours, others in zip(kept(matrix), kept(csr_array(changed)), strict=True):
        assert (ours != others).nnz == 0


@pytest.mark.parametrize(("sign", "ndcg"), [(1.0, 1.0), (-1.0, 0.0)])
def test_validation_ranks_only_hidden_songs(sign, ndcg):
    """The metric does not depend on the scores of the visible songs."""
    playlists_of_six = csr_array(np.kron(np.eye(30), np.ones((1, 6))).astype(np.float32))

    class Oracle:
        def outputs(self, inputs: csr_array):
            whole = ((inputs @ playlists_of_six.T).toarray() > 0) @ playlists_of_six.toarray()
            return torch.from_numpy(10 * inputs.toarray() + sign * whole)

    measure = playlists.ndcg_of_hidden_halves(playlists_of_six, 180, np.random.default_rng(2))
    assert measure(Oracle()) == pytest.approx(ndcg)
