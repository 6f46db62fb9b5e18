"""Where each layer's weights and biases live in one flat vector, and how they start."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from engine.arrays import Array


@dataclass(frozen=True, slots=True)
class Layout:
    """Layer widths, input first, output last.

    The flat vector holds the first layer's biases, all weight matrices in order, then the other layers' biases. So all
    weights, which penalties act on, are one stretch (:attr:`penalised`), and the first layer is one matrix whose row 0
    holds its biases (:meth:`first`): inputs come with a leading column of ones (:func:`with_ones`).
    """

    widths: tuple[int, ...]

    @property
    def matrices(self) -> int:
        """How many entries are weights; the rest are biases."""
        return sum(rows * columns for rows, columns in pairwise(self.widths))

    @property
    def penalised(self) -> slice:
        """Where the weights are in the flat vector."""
        return slice(self.widths[1], self.widths[1] + self.matrices)

    @property
    def size(self) -> int:
        """How many parameters there are in all."""
        return self.matrices + sum(self.widths[1:])

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of biases (out,) and weight matrices (in, out) in the order of the flat vector."""
        return (self.widths[1],), *pairwise(self.widths), *((columns,) for columns in self.widths[2:])

    def views(self, flat: Array) -> tuple[list[Array], list[Array]]:
        """Weight matrices (..., in, out) and biases (..., out) as views of ``flat`` (..., P)."""
        front = flat.shape[:-1]
        at = self.widths[1]
        weights, biases = [], [flat[..., :at]]
        for rows, columns in pairwise(self.widths):
            weights.append(flat[..., at : at + rows * columns].reshape(*front, rows, columns))
            at += rows * columns
        for columns in self.widths[2:]:
            biases.append(flat[..., at : at + columns])
            at += columns
        return weights, biases

    def first(self, flat: Array) -> Array:
        """The first layer's biases and weights as one matrix (..., 1 + in, out), a view of ``flat``."""
        rows, columns = self.widths[0] + 1, self.widths[1]
        return flat[..., : rows * columns].reshape(*flat.shape[:-1], rows, columns)

    def start(self, rng: np.random.Generator) -> Array:
        """First parameters in float64: zero biases, weights uniform within ±√(3/in), so of variance 1/in.

        LeCun, Bottou, Orr and Müller 1998, eq. 16; larger starts (He et al. 2015) train shallow networks on tables to
        slightly lower test accuracy. A model without hidden layers starts at zero.
        """
        flat = np.zeros(self.size)
        if len(self.widths) > 2:
            for matrix in self.views(flat)[0]:
                bound = np.sqrt(3.0 / len(matrix))
                matrix[...] = rng.uniform(-bound, bound, matrix.shape)
        return flat


def with_ones(X: Array, dtype: Any) -> Array:
    """``X`` (n, D) of another dtype, contiguous, behind a column of ones (n, 1 + D)."""
    found = np.empty((len(X), X.shape[1] + 1), dtype)
    found[:, 0] = 1.0
    found[:, 1:] = X
    return found
