"""A fully connected network: outputs and gradients for one batch, without allocating anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from engine.arrays import Array
from engine.errors import Bug
from engine.learners.activations import Activation, activation
from engine.learners.layout import Layout
from engine.learners.losses import Loss, Workspace


@dataclass(slots=True)
class Batch:
    """Views of one batch: inputs (r, 1 + D), their transpose, targets, outputs (r, C), the loss's arrays, weights."""

    x: Array
    xT: Array  # noqa: N815
    y: Array
    z: Array
    workspace: Workspace
    w: Array | None

    @property
    def rows(self) -> int:
        """How many samples it holds."""
        return len(self.x)


class Pass:
    """Buffers of one pass over ``rows`` samples: each layer's outputs and deltas, and what goes with them.

    ``passed`` is what the next layer sees in training: ``hidden`` itself, or a copy with units dropped.
    """

    __slots__ = ("activations", "column", "deltas", "hidden", "masks", "ones", "passed", "passedT", "share")

    def __init__(self, layout: Layout, hidden_activation: str, rows: int, dtype: Any, *, drops: bool) -> None:
        inner = layout.widths[1:-1]
        dropped = inner if drops else ()
        self.hidden = [np.empty((rows, width), dtype) for width in inner]
        self.passed = [np.empty((rows, width), dtype) for width in dropped] or self.hidden
        self.passedT = [array.T for array in self.passed]
        self.deltas = [np.empty((rows, width), dtype) for width in layout.widths[1:]]
        self.activations: list[Activation] = [activation(hidden_activation)((rows, width), dtype) for width in inner]
        self.masks = [np.empty((rows, width), dtype) for width in dropped]
        self.ones = np.ones(rows, dtype)
        self.column = self.ones[:, None]
        self.share = np.array(1.0 / rows, dtype)

    def cut(self, rows: int) -> Self:
        """The same buffers for fewer samples."""
        other = object.__new__(type(self))
        for name in ("hidden", "passed", "deltas", "masks"):
            setattr(other, name, [array[:rows] for array in getattr(self, name)])
        other.passedT = [array.T for array in other.passed]
        other.activations = [item.part((slice(0, rows),)) for item in self.activations]
        other.ones = self.ones[:rows]
        other.column = other.ones[:, None]
        other.share = np.array(1.0 / rows, self.ones.dtype)
        return other


class Network:
    """Weights, gradients and batch buffers of a multi-layer perceptron.

    ``weights`` and ``gradient`` are flat vectors of ``layout.size`` entries; layers are views of them. ``keep`` is the
    share of hidden units that dropout leaves on in training. One instance serves one thread; all arrays are of one
    dtype and are made here, for batches of at most ``rows`` samples.
    """

    def __init__(
        self, layout: Layout, hidden_activation: str, loss: Loss, rows: int, dtype: Any, keep: float = 1.0
    ) -> None:
        self.layout, self.loss, self.dtype, self.keep = layout, loss, np.dtype(dtype), keep
        self.activation = hidden_activation
        self.weights = np.zeros(layout.size, dtype)
        self.gradient = np.zeros(layout.size, dtype)
        self.W, self.b = layout.views(self.weights)
        self.WT = [matrix.T for matrix in self.W]
        self.gW, self.gb = layout.views(self.gradient)
        self._into = [layout.first(self.weights), *self.W[1:]]
        self._bias_rows = [bias[None, :] for bias in self.b]
        self._first_gradient = layout.first(self.gradient)
        self._last = len(self.W) - 1
        whole = np.dtype(f"i{self.dtype.itemsize}")
        self._keep, self._scale_bits = np.array(keep, dtype), np.array(1.0 / keep, dtype).view(whole)
        self._sign = np.array(8 * whole.itemsize - 1, whole)
        self._whole = Pass(layout, hidden_activation, rows, dtype, drops=keep < 1.0)
        self._passes = {rows: self._whole}

    def pass_for(self, rows: int) -> Pass:
        """The network's own buffers for batches of this size, cut to it once."""
        through = self._passes.get(rows)
        if through is None:
            through = self._passes[rows] = self._whole.cut(rows)
        return through

    def new_pass(self, rows: int) -> Pass:
        """Separate buffers for outputs of ``rows`` samples, so that evaluating disturbs no training batch."""
        return Pass(self.layout, self.activation, rows, self.dtype, drops=False)

    def outputs(self, x: Array, z: Array, through: Pass, rng: np.random.Generator | None = None) -> None:
        """Outputs before the link in ``z``, leaving each layer's in the buffers; dropout where ``rng`` is given.

        ``x`` is (rows, 1 + D) with ones in front.
        """
        a = x
        for layer, h in enumerate(through.hidden):
            a.dot(self._into[layer], h)
            if layer:
                self._add_bias(h, layer, through)
            through.activations[layer].forward(h)
            a = h
            if rng is not None and self.keep < 1.0:
                a = self._drop_units(through, layer, rng)
        a.dot(self._into[self._last], z)
        if self._last:
            self._add_bias(z, self._last, through)

    def differentiate(self, batch: Batch, rng: np.random.Generator | None = None) -> None:
        """Set :attr:`gradient` to that of the mean loss of ``batch`` (weighted by its rows' weights).

        A network with dropout needs ``rng``: raises :class:`Bug` without, since nothing would say which units are off.
        """
        if rng is None and self.keep < 1.0:
            raise Bug("a network with dropout was differentiated without a generator")
        through = self.pass_for(len(batch.x))
        self.outputs(batch.x, batch.z, through, rng)
        d = through.deltas[-1]
        self.loss.predict(batch.z, d, batch.workspace)
        np.subtract(d, batch.y, d)
        np.multiply(d, through.share, d)
        if batch.w is not None:
            np.multiply(d, batch.w, d)
        for layer in range(self._last, 0, -1):
            through.passedT[layer - 1].dot(d, self.gW[layer])
            through.ones.dot(d, self.gb[layer])
            before = through.deltas[layer - 1]
            d.dot(self.WT[layer], before)
            if through.masks:
                np.multiply(before, through.masks[layer - 1], before)
            through.activations[layer - 1].backward(before, through.hidden[layer - 1])
            d = before
        batch.xT.dot(d, self._first_gradient)

    def _add_bias(self, z: Array, layer: int, through: Pass) -> None:
        # NumPy adds a row to many through a buffer it allocates; a product with ones repeats the row without one, and
        # no slower. The layer's delta is free to hold it on the way forward.
        rows = through.deltas[layer]
        through.column.dot(self._bias_rows[layer], rows)
        np.add(z, rows, z)

    def _drop_units(self, through: Pass, layer: int, rng: np.random.Generator) -> Array:
        # Inverted dropout (Srivastava et al. 2014): what stays on is scaled up, so prediction needs no change.
        mask, passed = through.masks[layer], through.passed[layer]
        rng.random(dtype=self.dtype.type, out=mask)
        # Where the number is below keep, the difference is negative: its sign shifted through all bits selects the
        # scale's bits. The same with booleans would convert them in a buffer that NumPy allocates.
        np.subtract(mask, self._keep, mask)
        bits = mask.view(self._scale_bits.dtype)
        np.right_shift(bits, self._sign, bits)
        np.bitwise_and(bits, self._scale_bits, bits)
        np.multiply(through.hidden[layer], mask, passed)
        return passed
