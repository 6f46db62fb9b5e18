"""Adafactor: squared gradients of a matrix known by its rows and columns, and steps relative to the weights' size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.base import epsilon_option, registry, weight_decay
from engine.optimizers.blocks import BlockOptimizer
from engine.options import option


@registry.register
@dataclass
class Adafactor(BlockOptimizer):
    """θ ← θ − α u/max(1, RMS(u)/d), u = g/√v, α = max(ε₂, RMS(θ)) min(η, 1/√t) (Shazeer and Stern 2018, algorithm 4).

    v is the running mean of g² with memory 1 − t^(``beta2_decay``); of a matrix only its row means r and column means c
    are held, v = r cᵀ/mean(r). PyTorch's form: decay is θ ← (1 − ηλ)θ, and v is at least ε².

    ``lr`` = 0.01: η; ``beta2_decay`` = -0.8; ``epsilon`` = 0.0: ε, where 0 is the precision of the weights' format;
    ``floor`` = 0.001: ε₂, so that weights of zero move; ``clip_threshold`` = 1.0: d; ``weight_decay`` = 0.0: λ.
    """

    title: ClassVar[str] = "Adafactor"
    # Of a matrix, its first entries hold the row means and the next the column means: never more than it has.
    slots: ClassVar[tuple[str, ...]] = ("squares",)

    lr: float = option(
        1e-2, label="Learning rate", low=0.0, log=True, help="The longest step, relative to the weights."
    )
    beta2_decay: float = option(
        -0.8, label="Decay exponent", low=-1.0, high=0.0, help="How fast memory of squares grows.", advanced=True
    )
    epsilon: float = epsilon_option(0.0)
    floor: float = option(
        1e-3, label="Minimum scale of weights", low=0.0, help="Weights count as at least so large.", advanced=True
    )
    clip_threshold: float = option(1.0, label="Clip threshold", low=1.0, help="Longest mean update.", advanced=True)
    weight_decay: float = weight_decay(0.0, "decoupled")

    def _update_tile(self, *tile: Array) -> None:
        w, g, a, b, squares = tile
        given = (self.lr, self.beta2_decay, self.epsilon, self.floor, self.clip_threshold, self.weight_decay)
        lr, decay, epsilon, least, threshold, shrink = (self._as_block(number, w) for number in given)
        epsilon = np.where(np.equal(epsilon, 0.0), float(np.finfo(w.dtype).eps), epsilon)
        root = math.sqrt(math.prod(w.shape[self._front :]))
        rate = np.minimum(lr, self.steps**-0.5) * np.maximum(least, self._block_norm(w, a) / root)
        if np.any(shrink):
            np.multiply(w, _as_dtype(1.0 - lr * shrink, w), out=w)
        np.multiply(g, g, out=a)
        share = _as_dtype(float(self.steps) ** decay, w)
        if self._is_matrix(w):
            self._factor_squares(a, squares, share, _as_dtype(epsilon, w))
        else:
            np.subtract(a, squares, out=b)
            np.multiply(b, share, out=b)
            np.add(squares, b, out=squares)
            np.copyto(a, squares)
        np.maximum(a, _as_dtype(epsilon * epsilon, w), out=a)
        np.sqrt(a, out=a)
        np.divide(g, a, out=a)
        length = np.maximum(1.0, self._block_norm(a, b) / (root * threshold))
        np.multiply(a, _as_dtype(rate / length, w), out=a)
        np.subtract(w, a, out=w)

    def _factor_squares(self, a: Array, squares: Array, share: Any, epsilon: Any) -> None:
        """Bring the means up to the squares in ``a``, and put what they say of each entry there."""
        rows, columns = a.shape[-2:]
        flat = squares.reshape(*a.shape[: self._front], rows * columns)
        r, c = flat[..., :rows, None], flat[..., None, rows : rows + columns]
        r += share * (a.mean(axis=-1, keepdims=True) - r)
        c += share * (a.mean(axis=-2, keepdims=True) - c)
        np.multiply(r, c, out=a)
        np.divide(a, np.maximum(r.mean(axis=-2, keepdims=True), epsilon), out=a)


def _as_dtype(number: object, weights: Array) -> Any:
    return np.asarray(number, weights.dtype)
