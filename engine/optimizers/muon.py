"""Muon: the momentum of a matrix made orthogonal, so that a step moves it alike in all directions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import beta_option, epsilon_option, momentum_option, registry, weight_decay
from engine.optimizers.blocks import BlockOptimizer
from engine.options import option

_COEFFICIENTS = (3.4445, -4.775, 2.0315)  # of the quintic iteration: Jordan et al. 2024
_ROUNDS = 5  # likewise
_LEAST_NORM = 1e-7  # PyTorch's: keeps a gradient of zero from being divided by zero


@registry.register
@dataclass
class Muon(BlockOptimizer):
    """B ← μB + (1−μ)g, θ ← (1−ηλ)θ − η s O(u), u = μB + (1−μ)g, O(u) ≈ UVᵀ of u = USVᵀ (Jordan et al. 2024).

    O is five rounds of X ← aX + (bXXᵀ + c(XXᵀ)²)X from u/‖u‖, in the weights' own precision (PyTorch rounds it to
    bfloat16); s = √max(1, out/in), or 0.2√max(in, out) with ``match_adamw``, so that rates and decays of AdamW suit it
    (Liu et al. 2025). Vectors such as biases move by AdamW, as in the authors' own training, with ``beta1``, ``beta2``.

    ``lr`` = 0.001: η; ``momentum`` = 0.95: μ; ``nesterov`` = True: else u = B; ``weight_decay`` = 0.1: λ;
    ``match_adamw`` = False; for vectors ``beta1`` = 0.9, ``beta2`` = 0.95 and ``epsilon`` = 1e-10.
    """

    title: ClassVar[str] = "Muon"
    slots: ClassVar[tuple[str, ...]] = ("mean", "squares")

    lr: float = option(1e-3, label="Learning rate", low=0.0, log=True, help="How far one step moves the weights.")
    momentum: float = momentum_option(0.95)
    nesterov: bool = option(True, label="Nesterov", help="Look ahead along the momentum.")
    weight_decay: float = weight_decay(0.1, "decoupled")
    match_adamw: bool = option(
        False, label="Rates as AdamW's", help="Make steps as long as AdamW's with this rate.", advanced=True
    )
    beta1: float = beta_option(0.9, 1, "gradients, for biases")
    beta2: float = beta_option(0.95, 2, "squared gradients, for biases")
    epsilon: float = epsilon_option(1e-10)

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, mean, squares = tile
        lr, shrink = self._as_block(self.lr, w), self._as_block(self.weight_decay, w)
        if np.any(shrink):
            np.multiply(w, _as_dtype(1.0 - lr * shrink, w), out=w)
        if w.ndim == self._front + 2:
            self._turn_matrix(w, g, a, mean)
        else:
            self._move_vector(w, g, a, b, mean, squares)

    def _turn_matrix(self, w: Array, g: Array, a: Array, mean: Array) -> None:
        mu = self._as_block(self.momentum, w)
        np.multiply(mean, _as_dtype(mu, w), out=mean)
        np.multiply(g, _as_dtype(1.0 - mu, w), out=a)
        np.add(mean, a, out=mean)
        update = a + mean * _as_dtype(mu, w) if self.nesterov else mean.copy()
        norm = np.maximum(self._block_norm(update, a), _LEAST_NORM)
        inputs, outputs = w.shape[-2:]
        length = 0.2 * math.sqrt(max(inputs, outputs)) if self.match_adamw else math.sqrt(max(1.0, outputs / inputs))
        np.multiply(orthogonal(update / _as_dtype(norm, w)), _as_dtype(self._as_block(self.lr, w) * length, w), out=a)
        np.subtract(w, a, out=w)

    def _move_vector(self, w: Array, g: Array, a: Array, b: Array, mean: Array, squares: Array) -> None:
        beta1, beta2, floor = (self._as_block(number, w) for number in (self.beta1, self.beta2, self.epsilon))
        np.multiply(mean, _as_dtype(beta1, w), out=mean)
        np.multiply(g, _as_dtype(1.0 - beta1, w), out=a)
        np.add(mean, a, out=mean)
        np.multiply(squares, _as_dtype(beta2, w), out=squares)
        np.multiply(g, g, out=a)
        np.multiply(a, _as_dtype(1.0 - beta2, w), out=a)
        np.add(squares, a, out=squares)
        np.sqrt(squares, out=a)
        np.divide(a, _as_dtype((1.0 - beta2**self.steps) ** 0.5, w), out=a)
        np.add(a, _as_dtype(floor, w), out=a)
        np.divide(mean, a, out=b)
        np.multiply(b, _as_dtype(self._as_block(self.lr, w) / (1.0 - beta1**self.steps), w), out=b)
        np.subtract(w, b, out=w)


def orthogonal(X: Array) -> Array:
    """Nearly UVᵀ of matrices (..., m, n) = USVᵀ whose singular values are at most 1; its own lie around 0.7 to 1.2."""
    is_tall = X.shape[-2] > X.shape[-1]
    X = np.swapaxes(X, -1, -2) if is_tall else X
    first, third, fifth = (X.dtype.type(number) for number in _COEFFICIENTS)
    for _ in range(_ROUNDS):
        gram = X @ np.swapaxes(X, -1, -2)
        X = first * X + (third * gram + fifth * (gram @ gram)) @ X
    return np.swapaxes(X, -1, -2) if is_tall else X


def _as_dtype(number: object, weights: Array) -> Any:
    return np.asarray(number, weights.dtype)
