"""Losses without dense targets: zeros enter as sums over all columns, ones by their indices.

All take the outputs of the sampled columns and weight zeros by 1 / inclusion probability; with every column included
they equal the dense losses. ``weights`` are the confidences of the ones (Hu, Koren & Volinsky, "Collaborative
Filtering for Implicit Feedback Datasets", ICDM 2008); an entry of weight 0 is neither a one nor a zero, it is masked.
"""

from typing import TYPE_CHECKING

from .settings import SquaredError

if TYPE_CHECKING:
    import torch


def multinomial(
    outputs: "torch.Tensor",
    rows: "torch.Tensor",
    columns: "torch.Tensor",
    log_inclusion: "torch.Tensor",
    weights: "torch.Tensor | float" = 1.0,
) -> "torch.Tensor":
    """Negative log-likelihood of the ones under a softmax over all columns, summed per row, mean over the rows.

    Liang et al., "Variational Autoencoders for Collaborative Filtering", WWW 2018.

    Args:
        outputs: (n_rows, n_columns) float32 logits of the sampled columns.
        rows: (n_ones,) int64 row of each one.
        columns: (n_ones,) int64 index of each one among the sampled columns.
        log_inclusion: (n_columns,) float32 log inclusion probability of each sampled column; see `sampling`.
        weights: (n_ones,) float32 weight of each one.
    """
    import torch

    # A row's own targets are always included: their inclusion probability is 1.
    correction = (-log_inclusion).repeat(len(outputs), 1)  # (n_rows, n_columns)
    correction[rows, columns] = 0.0
    log_partition = torch.logsumexp(outputs + correction, dim=1)  # (n_rows,)
    return (weights * (log_partition[rows] - outputs[rows, columns])).sum() / len(outputs)


def logistic(
    outputs: "torch.Tensor",
    rows: "torch.Tensor",
    columns: "torch.Tensor",
    log_inclusion: "torch.Tensor",
    weights: "torch.Tensor | float" = 1.0,
) -> "torch.Tensor":
    """Binary cross-entropy of the sigmoids of all outputs, summed per row, mean over the rows.

    -log(1 - sigmoid(y)) = softplus(y) for a zero, -log(sigmoid(y)) = softplus(-y) for a one. Arguments as in
    `multinomial`.
    """
    import torch
    from torch.nn.functional import softplus

    inverse = torch.exp(-log_inclusion)  # (n_columns,)
    ones = outputs[rows, columns]  # (n_ones,)
    on_zeros = (softplus(outputs) @ inverse).sum() - (softplus(ones) * inverse[columns]).sum()
    return (on_zeros + (weights * softplus(-ones)).sum()) / len(outputs)


def squared(
    outputs: "torch.Tensor",
    rows: "torch.Tensor",
    columns: "torch.Tensor",
    log_inclusion: "torch.Tensor",
    terms: SquaredError,
    n_outputs: int,
    weights: "torch.Tensor | float" = 1.0,
) -> "torch.Tensor":
    """The squared errors of `SquaredError`; arguments as in `multinomial`.

    sum (y - x)^2 over 0-1 targets x is sum y^2 over all columns, plus (y - 1)^2 - y^2 over the ones.

    Args:
        terms: the weights of the three terms.
        n_outputs: number of all columns, sampled or not.
    """
    import torch

    inverse = torch.exp(-log_inclusion)  # (n_columns,)
    ones = outputs[rows, columns]  # (n_ones,)
    on_ones = (weights * (ones - 1) ** 2).sum()
    total = (outputs**2 @ inverse).sum() - (ones**2 * inverse[columns]).sum() + on_ones
    per_entry = terms.sum + terms.mean / (len(outputs) * n_outputs)
    return per_entry * total + terms.masked * on_ones / max(len(ones), 1)


def squared_dense(outputs: "torch.Tensor", targets: "torch.Tensor", weights: SquaredError) -> "torch.Tensor":
    """`squared` for dense targets, (n_rows, n_outputs) float32: every entry counts as a one in the masked term."""
    error = ((outputs - targets) ** 2).sum()
    return (weights.sum + (weights.mean + weights.masked) / outputs.numel()) * error


def divergence(mean: "torch.Tensor", log_variance: "torch.Tensor") -> "torch.Tensor":
    """KL(N(mean, variance) || N(0, 1)), summed over the code, mean over the rows (Kingma & Welling, ICLR 2014).

    Args:
        mean: (n_rows, code) float32.
        log_variance: (n_rows, code) float32.
    """
    import torch

    return 0.5 * (torch.exp(log_variance) + mean**2 - 1 - log_variance).sum() / len(mean)
