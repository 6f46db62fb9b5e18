"""What a hidden unit does with its weighted sum, and the slope of that, both in place."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.errors import UserFault


class Activation(ABC):
    """One layer's activation with its buffers for up to ``shape`` values; slices serve smaller batches.

    ``forward(z)`` turns weighted sums into outputs in place; ``backward(d, a)`` multiplies ``d`` by the slope there,
    where ``a`` is what ``forward`` left behind and no other ``forward`` happened in between. Nothing is allocated.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self._scratch = np.empty(shape, dtype)

    def part(self, keep: tuple[slice, ...]) -> Activation:
        """The same activation on a slice of the buffers."""
        other = object.__new__(type(self))
        for name, value in vars(self).items():
            setattr(other, name, value[keep] if isinstance(value, np.ndarray) and value.ndim else value)
        return other

    @abstractmethod
    def forward(self, z: Array) -> None:
        """``z ← f(z)``."""

    @abstractmethod
    def backward(self, d: Array, a: Array) -> None:
        """``d ← d · f'(z)``."""


class Relu(Activation):
    """max(z, 0), with slope 0 at 0.

    Two shapes of the same arithmetic are much faster in NumPy: the maximum with an array of zeros instead of one zero,
    and the slope as a mask of bits (an output above 0, read as an integer, has a negative opposite, whose sign shifted
    through all bits is the mask) instead of a product with booleans.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self._zeros = np.zeros(shape, dtype)
        self._whole = np.dtype(f"i{np.dtype(dtype).itemsize}")
        self._bits = np.empty(shape, self._whole)
        self._sign = np.array(8 * self._whole.itemsize - 1, self._whole)

    def forward(self, z: Array) -> None:
        """max(z, 0)."""
        np.maximum(z, self._zeros, out=z)

    def backward(self, d: Array, a: Array) -> None:
        """1 where the unit is on."""
        np.negative(a.view(self._whole), self._bits)
        np.right_shift(self._bits, self._sign, self._bits)
        held = d.view(self._whole)
        np.bitwise_and(held, self._bits, held)


class Tanh(Activation):
    """tanh z, slope 1 − a²."""

    def forward(self, z: Array) -> None:
        """The hyperbolic tangent of z."""
        np.tanh(z, out=z)

    def backward(self, d: Array, a: Array) -> None:
        """d − d a²."""
        np.multiply(a, a, out=self._scratch)
        np.multiply(self._scratch, d, out=self._scratch)
        np.subtract(d, self._scratch, out=d)


class Sigmoid(Activation):
    """1/(1 + e^−z), slope a(1 − a)."""

    def forward(self, z: Array) -> None:
        """As ½(1 + tanh(z/2)), which cannot overflow."""
        logistic(z, z)

    def backward(self, d: Array, a: Array) -> None:
        """The slope is a (1 − a)."""
        np.subtract(1.0, a, out=self._scratch)
        np.multiply(self._scratch, a, out=self._scratch)
        np.multiply(d, self._scratch, out=d)


class Gelu(Activation):
    """½z(1 + tanh u), u = √(2/π)(z + 0.044715 z³): the Gaussian unit in tanh form (Hendrycks and Gimpel 2016)."""

    ROOT = math.sqrt(2.0 / math.pi)
    CUBE = 0.044715

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        super().__init__(shape, dtype)
        self._slope = np.empty(shape, dtype)
        self._square = np.empty(shape, dtype)

    def forward(self, z: Array) -> None:
        """½z(1 + tanh u); keeps the slope for the way back."""
        square, t, slope = self._square, self._scratch, self._slope
        np.multiply(z, z, out=square)
        np.multiply(square, self.ROOT * self.CUBE, out=t)
        np.add(t, self.ROOT, out=t)
        np.multiply(t, z, out=t)
        np.tanh(t, out=t)
        # slope = ½(1 + t) + ½z(1 − t²)·du/dz, du/dz = √(2/π)(1 + 3·0.044715 z²)
        np.multiply(square, 3.0 * self.ROOT * self.CUBE, out=square)
        np.add(square, self.ROOT, out=square)
        np.multiply(square, z, out=square)
        np.multiply(t, t, out=slope)
        np.subtract(1.0, slope, out=slope)
        np.multiply(slope, square, out=slope)
        np.add(t, 1.0, out=t)
        np.add(slope, t, out=slope)
        np.multiply(slope, 0.5, out=slope)
        np.multiply(z, t, out=z)
        np.multiply(z, 0.5, out=z)

    def backward(self, d: Array, a: Array) -> None:
        """The slope kept by :meth:`forward`."""
        np.multiply(d, self._slope, out=d)


class Identity(Activation):
    """z itself: a chain of linear maps."""

    def forward(self, z: Array) -> None:
        """Leaves z as it is."""

    def backward(self, d: Array, a: Array) -> None:
        """Slope 1."""


ACTIVATIONS: dict[str, type[Activation]] = {
    "relu": Relu,
    "tanh": Tanh,
    "gelu": Gelu,
    "sigmoid": Sigmoid,
    "identity": Identity,
}


def activation(name: str) -> type[Activation]:
    """The activation called ``name``; raises :class:`UserFault` when there is none."""
    if name not in ACTIVATIONS:
        raise UserFault(f"There is no activation called {name!r}.", f"Choose one of: {', '.join(ACTIVATIONS)}.")
    return ACTIVATIONS[name]


def logistic(z: Array, out: Array) -> None:
    """1/(1 + e^−z) = ½(1 + tanh(z/2)) in ``out``."""
    np.multiply(z, 0.5, out=out)
    np.tanh(out, out=out)
    np.multiply(out, 0.5, out=out)
    np.add(out, 0.5, out=out)
