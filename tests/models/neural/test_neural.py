"""The shared code of the neural models against dense reference formulas."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from playrec_core.config import parse
from playrec_core.errors import ConfigError
from playrec_core.models.neural import losses, scoring
from playrec_core.models.neural.batches import Bags
from playrec_core.models.neural.loop import Loop
from playrec_core.models.neural.optimisers import Parameter
from playrec_core.models.neural.playlists import train
from playrec_core.models.neural.sampling import OutputSampler
from playrec_core.models.neural.settings import Adam, NeuralConfig, SquaredError
from playrec_core.models.neural.training import Divergence, Trainer
from playrec_core.schema import no_progress

torch = pytest.importorskip("torch")

N_ROWS, N_COLUMNS = 40, 23
ADAM = {"kind": "adam", "lazy": True, "learning_rate": 0.01, "final": 1.0, "weight_decay": 0.0}
BASE = {
    "hidden": (7,),
    "activation": "tanh",
    "tied": False,
    "normalise": True,
    "input_dropout": 0.0,
    "code_dropout": 0.0,
    "loss": "multinomial",
    "optimiser": ADAM,
    "batch": 16,
    "epochs": 3,
    "samples": 0,
    "sample_power": 0.5,
    "held_out": 0.0,
    "patience": 2,
}
MSE = {"sum": 1.0, "mean": 50.0, "masked": 15.0}


def config(**changes) -> NeuralConfig:
    return parse(NeuralConfig, BASE | changes, "test")


@pytest.fixture
def rows() -> csr_array:
    rng = np.random.default_rng(3)
    dense = (rng.random((N_ROWS, N_COLUMNS)) < np.linspace(0.5, 0.05, N_COLUMNS)).astype(np.float32)
    dense[5] = 0
    return csr_array(dense)


def trainer(matrix: csr_array, settings: NeuralConfig, *, divergence=None, seed: int = 0) -> Trainer:
    return Trainer(settings, matrix, matrix, rng=np.random.default_rng(seed), device="cpu", divergence=divergence)


def perturbed(made: Trainer) -> Trainer:
    """With noise added to every parameter, biases too, so that no term is zero."""
    generator = torch.Generator().manual_seed(5)
    for each in made.parameters.values():
        each.value.add_(0.4 * torch.randn(each.value.shape, generator=generator))
    return made


def dense_forward(settings: NeuralConfig, arrays: dict, dense: np.ndarray) -> np.ndarray:
    """The reference network: every layer is a dense product."""
    functions = {
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, 0),
        "identity": lambda x: x,
        "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * (np.exp(x) - 1)),
    }
    x = dense.astype(np.float64)
    if settings.normalise:
        x = x / np.maximum(np.sqrt((x**2).sum(axis=1, keepdims=True)), 1e-30)
    widths = settings.hidden
    for layer in range(len(widths)):
        if layer == 0:
            weight = arrays["embedding"].T
        elif settings.tied and layer > len(widths) // 2:
            weight = arrays[f"weight.{len(widths) - layer}"].T
        else:
            weight = arrays[f"weight.{layer}"]
        x = x @ weight.T + arrays[f"bias.{layer}"]
        if not ("log_variance.weight" in arrays and layer == len(widths) // 2):
            x = functions[settings.activation](x)
    last = arrays["embedding"] if settings.tied else arrays["output"]
    return x @ last.T + arrays["output_bias"]


SHAPES = [
    {},
    {"activation": "selu", "normalise": False},
    {"activation": "relu", "hidden": (9, 5, 9)},
    {"activation": "identity", "tied": True},
    {"activation": "selu", "tied": True, "hidden": (9, 6, 4, 6, 9)},
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("variational", [False, True])
def test_embedding_bag_and_numpy_equal_the_dense_one_hot_network(rows, shape, variational):
    if variational and len(shape.get("hidden", (7,))) == 1:
        shape = shape | {"hidden": (8, 6, 8)}
    settings = config(**shape)
    made = perturbed(trainer(rows, settings, divergence=Divergence(1.0, 0.0) if variational else None))
    expected = dense_forward(settings, made.arrays(), rows.toarray())
    np.testing.assert_allclose(made.outputs(rows).numpy(), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(scoring.outputs(settings, made.arrays(), rows), expected, rtol=1e-4, atol=1e-5)


def test_input_values_are_used_as_weights():
    matrix = csr_array(np.array([[2.0, 0.0, 0.5], [0.0, 0.0, 0.0]], np.float32))
    settings = config(hidden=(4,), normalise=False)
    made = perturbed(trainer(matrix, settings))
    expected = dense_forward(settings, made.arrays(), matrix.toarray())
    np.testing.assert_allclose(scoring.outputs(settings, made.arrays(), matrix), expected, rtol=1e-5)


def dense_loss(name: str, outputs, dense):
    """The losses over dense targets."""
    if name == "multinomial":
        return -(torch.log_softmax(outputs, dim=1) * dense).sum(dim=1).mean()
    error = torch.nn.functional.mse_loss
    ones = dense > 0
    return (
        error(outputs, dense, reduction="sum")
        + 50 * error(outputs, dense, reduction="mean")
        + 15 * error(outputs[ones], dense[ones], reduction="mean")
    )


def sparse_loss(name: str, outputs, rows, columns, log_inclusion, n_outputs):
    if name == "multinomial":
        return losses.multinomial(outputs, rows, columns, log_inclusion)
    return losses.squared(outputs, rows, columns, log_inclusion, SquaredError(**MSE), n_outputs)


@pytest.mark.parametrize("name", ["multinomial", "squared"])
def test_losses_without_dense_targets_equal_the_dense_ones(rows, name):
    outputs = torch.randn(rows.shape, generator=torch.Generator().manual_seed(1), requires_grad=True)
    bags = Bags.of(rows, np.arange(N_ROWS))
    ones = torch.from_numpy(bags.row_of), torch.from_numpy(bags.columns)
    sparse = sparse_loss(name, outputs, *ones, torch.zeros(N_COLUMNS), N_COLUMNS)
    dense = dense_loss(name, outputs, torch.from_numpy(rows.toarray()))
    assert float(sparse.detach()) == pytest.approx(float(dense.detach()), rel=1e-5)
    of_sparse, of_dense = (torch.autograd.grad(loss, outputs)[0] for loss in (sparse, dense))
    torch.testing.assert_close(of_sparse, of_dense, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("loss", ["multinomial", MSE])
@pytest.mark.parametrize("tied", [False, True])
def test_sampling_every_output_equals_the_full_output(rows, loss, tied):
    full, sampled = (
        trainer(rows, config(loss=loss, tied=tied, samples=samples)).run(progress=no_progress)
        for samples in (0, N_COLUMNS)
    )
    assert all(full[name].tobytes() == sampled[name].tobytes() for name in full)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_sums_over_a_sample_are_unbiased(rows, power):
    """The denominator of the softmax and the squared error, as means over many samples."""
    rng = np.random.default_rng(8)
    counts = np.bincount(rows.indices, minlength=N_COLUMNS)
    sampler = OutputSampler(counts, N_ROWS, 6, power)
    outputs = rng.normal(size=N_COLUMNS).astype(np.float32)
    own = rows.indices[rows.indptr[0] : rows.indptr[1]]
    partitions, squares = [], []
    for _ in range(6000):
        sample = sampler.draw(own, 1, rng)
        inverse = np.exp(-sample.log_inclusion.astype(np.float64))
        inverse[np.isin(sample.columns, own)] = 1.0
        partitions.append((np.exp(outputs[sample.columns]) * inverse).sum())
        chosen = torch.from_numpy(outputs[sample.columns])[None]
        places = torch.from_numpy(np.searchsorted(sample.columns, own))
        arguments = (torch.zeros(len(own), dtype=torch.int64), places, torch.from_numpy(sample.log_inclusion))
        squares.append(float(losses.squared(chosen, *arguments, SquaredError(**MSE), N_COLUMNS)))
    target = np.zeros(N_COLUMNS)
    target[own] = 1
    dense = float(dense_loss("squared", torch.from_numpy(outputs)[None], torch.from_numpy(target)[None].float()))
    for found, expected in ((partitions, np.exp(outputs).sum()), (squares, dense)):
        assert abs(np.mean(found) - expected) < 4 * np.std(found) / np.sqrt(len(found))


def test_inclusion_probabilities_match_sampling_frequencies():
    """They also add up to the configured number of samples."""
    rng = np.random.default_rng(2)
    sampler = OutputSampler(np.array([900, 100, 30, 10, 3, 1, 1, 0]), 1000, 3, 1.0)
    drawn, stated = np.zeros(8), {}
    for _ in range(8000):
        sample = sampler.draw(np.empty(0, np.int64), 1, rng)
        drawn[sample.columns] += 1
        stated |= dict(zip(sample.columns.tolist(), np.exp(sample.log_inclusion).tolist(), strict=True))
    for column, probability in stated.items():
        assert drawn[column] / 8000 == pytest.approx(probability, abs=4 * np.sqrt(0.25 / 8000))
    assert drawn.sum() / 8000 == pytest.approx(3, abs=0.1)


def test_a_sampled_step_updates_only_its_rows(rows):
    """Embedding rows of songs that are not in the batch and outputs that were not sampled do not change."""
    made = trainer(rows, config(samples=3))
    before = made.arrays()
    chosen = np.array([0, 1])
    made.step(chosen)
    after = made.arrays()
    contained = np.unique(Bags.of(rows, chosen).columns)
    changed = np.flatnonzero((before["embedding"] != after["embedding"]).any(axis=1))
    assert changed.tolist() == contained.tolist()
    moved = np.flatnonzero((before["output"] != after["output"]).any(axis=1))
    assert set(contained.tolist()) <= set(moved.tolist())
    assert len(moved) < N_COLUMNS


@pytest.mark.parametrize(
    "optimiser",
    [
        ADAM | {"weight_decay": 0.1},
        ADAM | {"weight_decay": 0.1, "lazy": False},
        {"kind": "sgd", "learning_rate": 0.01, "final": 1.0, "momentum": 0.6, "weight_decay": 0.01},
    ],
    ids=str,
)
def test_the_optimisers_equal_those_of_torch_if_every_row_is_touched(rows, optimiser):
    dense = csr_array(np.ones((6, 5), np.float32))
    settings = config(optimiser=optimiser, hidden=(3,), batch=6, epochs=4, loss=MSE, normalise=False)
    made = trainer(dense, settings)
    start = {name: torch.from_numpy(array).requires_grad_() for name, array in made.arrays().items()}
    values = {key: value for key, value in optimiser.items() if key not in ("kind", "lazy", "learning_rate", "final")}
    kind = torch.optim.Adam if optimiser["kind"] == "adam" else torch.optim.SGD
    peer = kind(start.values(), lr=optimiser["learning_rate"], **values)
    for _ in range(4):
        made.step(np.arange(6))
        hidden = torch.tanh(torch.ones(6, 5) @ start["embedding"] + start["bias.0"])
        outputs = hidden @ start["output"].T + start["output_bias"]
        peer.zero_grad()
        dense_loss("squared", outputs, torch.ones(6, 5)).backward()
        peer.step()
    for name, array in made.arrays().items():
        np.testing.assert_allclose(array, start[name].detach().numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("tied", [False, True])
def test_mixed_precision_follows_the_gradient_and_keeps_float32_parameters(rows, tied):
    """A step with bfloat16 products has nearly the same direction as one in float32."""
    plain, mixed = (
        trainer(rows, config(tied=tied, hidden=(9, 6, 9), precision=precision)) for precision in ("float32", "bfloat16")
    )
    before = plain.arrays()
    batch = np.arange(rows.shape[0])
    losses_ = [made.step(batch) for made in (plain, mixed)]
    assert losses_[0] != losses_[1]  # products are of lower precision
    np.testing.assert_allclose(losses_[1], losses_[0], rtol=0.02)
    for name, array in mixed.arrays().items():
        assert array.dtype == np.float32
        moved, wanted = array - before[name], plain.arrays()[name] - before[name]
        assert np.sum(moved * wanted) > 0.9 * np.linalg.norm(moved) * np.linalg.norm(wanted), name


def test_mixed_precision_learns_as_well(rows):
    plain, mixed = (
        trainer(rows, config(epochs=30, batch=16, precision=precision)) for precision in ("float32", "bfloat16")
    )
    for made in (plain, mixed):
        made.run(progress=lambda _: None)
    np.testing.assert_allclose(mixed.loss_on(rows, rows), plain.loss_on(rows, rows), rtol=0.02)


def test_adam_catches_up_untouched_rows_to_the_dense_optimiser():
    rng = np.random.default_rng(0)
    value = torch.from_numpy(rng.normal(size=(30, 4)).astype(np.float32))
    dense = value.clone().requires_grad_()
    peer = torch.optim.Adam([dense], lr=0.01)
    ours = Parameter(value.clone(), Adam(kind="adam", lazy=False, learning_rate=0.01, final=1.0, weight_decay=0.0))
    resting = Parameter(value.clone(), Adam(kind="adam", lazy=True, learning_rate=0.01, final=1.0, weight_decay=0.0))
    for step in range(1, 401):
        rows = torch.from_numpy(np.flatnonzero(rng.random(30) < 0.05 + 0.3 * (np.arange(30) < 5)))
        gradient = torch.from_numpy(rng.normal(0.5, 1, size=(len(rows), 4)).astype(np.float32))
        dense.grad = torch.zeros(30, 4).index_copy_(0, rows, gradient)
        peer.step()
        ours.catch_up(rows, step - 1, 0.01)
        ours.update(gradient, rows, step, 0.01)
        resting.update(gradient, rows, step, 0.01)
    ours.catch_up_all(400, 0.01)
    moved = (dense.detach() - value).abs().mean()
    assert (dense.detach() - ours.value).abs().mean() < 0.05 * moved
    assert (dense.detach() - resting.value).abs().mean() > 0.2 * moved


def test_input_dropout_keeps_the_expected_sum(rows):
    made = trainer(rows, config(input_dropout=0.5, normalise=False))
    bags = Bags.of(rows, np.arange(N_ROWS))
    sums = np.mean([made.corrupted(bags).values.sum() for _ in range(400)])
    assert sums == pytest.approx(bags.values.sum(), rel=0.03)
    lengths = trainer(rows, config(input_dropout=0.5)).corrupted(bags)
    squares = np.bincount(lengths.row_of, weights=lengths.values**2, minlength=N_ROWS)
    np.testing.assert_allclose(squares[squares > 0], 1, rtol=1e-5)


def test_early_stopping_returns_the_best_epoch(rows):
    made = trainer(rows, config(epochs=50, patience=3))
    metrics = iter([0.1, 0.5, 0.4, 0.3, 0.2, 0.9])
    seen = []

    def validate(network: Loop) -> float:
        seen.append(network.arrays())
        return next(metrics)

    best = made.run(progress=no_progress, validate=validate, patience=3)
    assert made.done.history == [0.1, 0.5, 0.4, 0.3, 0.2]
    assert made.done.best_epoch == 2
    assert all(best[name].tobytes() == seen[1][name].tobytes() for name in best)


def test_diverging_training_raises_an_error(rows):
    steep = {"kind": "sgd", "learning_rate": 1e4, "final": 1.0, "momentum": 0.9, "weight_decay": 0.0}
    diverging = config(optimiser=steep, loss=MSE, epochs=50)
    with pytest.raises(ConfigError, match="lower learning_rate"):
        trainer(rows, diverging).run(progress=no_progress)


class Killed(Exception):
    pass


@pytest.mark.parametrize("held_out", [0.0, 0.25])
@pytest.mark.parametrize("variational", [False, True])
@pytest.mark.parametrize("lazy", [False, True])
def test_resumed_from_a_checkpoint_training_gives_the_same_bytes(rows, tmp_path, held_out, variational, lazy):
    settings = config(
        epochs=5,
        held_out=held_out,
        patience=9,
        input_dropout=0.3,
        code_dropout=0.2,
        samples=5,
        hidden=(6, 4, 6),
        optimiser=ADAM | {"lazy": lazy},
    )
    divergence = Divergence(0.2, 2.0) if variational else None

    def fit(folder, progress=no_progress):
        rng = np.random.default_rng(4)
        return train(
            settings,
            lambda inputs, targets: Trainer(settings, inputs, targets, rng=rng, device="cpu", divergence=divergence),
            rows,
            N_COLUMNS,
            n_ranked=N_COLUMNS,
            rng=rng,
            progress=progress,
            checkpoint=folder,
        )

    def kill(fraction: float) -> None:
        if fraction > 0.7:
            raise Killed

    whole, history = fit(None)
    with pytest.raises(Killed):
        fit(tmp_path, kill)
    steps = []
    resumed, resumed_history = fit(tmp_path, steps.append)
    assert min(steps) > 0.6, "it resumed and did not start over"
    assert resumed_history == history
    assert all(whole[name].tobytes() == resumed[name].tobytes() for name in whole)


@pytest.mark.parametrize("other", ["settings", "data", "seed"])
def test_a_checkpoint_of_a_different_training_is_ignored(rows, tmp_path, other):
    trainer(rows, config()).run(progress=no_progress, folder=tmp_path)
    settings = config(activation="relu") if other == "settings" else config()
    matrix, seed = csr_array(rows[::-1]) if other == "data" else rows, int(other == "seed")
    fresh = trainer(matrix, settings, seed=seed).run(progress=no_progress)
    with_old_checkpoint = trainer(matrix, settings, seed=seed).run(progress=no_progress, folder=tmp_path)
    assert all(fresh[name].tobytes() == with_old_checkpoint[name].tobytes() for name in fresh)


def test_divergence_equals_that_of_torch(rows):
    mean, log_variance = torch.randn(4, 3), torch.randn(4, 3)
    normal = torch.distributions.Normal
    peer = torch.distributions.kl_divergence(normal(mean, torch.exp(0.5 * log_variance)), normal(0.0, 1.0))
    assert float(losses.divergence(mean, log_variance)) == pytest.approx(float(peer.sum(dim=1).mean()), rel=1e-5)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"tied": True, "hidden": (8, 4)}, "read the same backwards"),
        ({"input_dropout": 1.0}, "input_dropout"),
        ({"hidden": ()}, "hidden"),
        ({"optimiser": ADAM | {"momentum": 0.5}}, "momentum"),
    ],
)
def test_invalid_settings_are_named_in_the_error(changes, complaint):
    with pytest.raises(ConfigError, match=complaint):
        config(**changes)
