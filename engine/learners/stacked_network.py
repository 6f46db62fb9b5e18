"""K networks of one shape as arrays with a leading axis of K: outputs and gradients of all in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.learners.activations import Activation, activation
from engine.learners.losses import Workspace
from engine.learners.network import Network


@dataclass(slots=True)
class StackedBatch:
    """Views of one batch of each of K members, member after member: inputs are shared by all batches of as many rows.

    ``flat_x`` (K · rows, 1 + D) is ``x`` (K, rows, 1 + D) in two dimensions, ``flat_z`` (K · rows, C) is ``z``.
    """

    rows: int
    flat_x: Array
    x: Array
    xT: Array  # noqa: N815
    y: Array
    flat_z: Array
    z: Array
    workspace: Workspace


class StackedPass:
    """Buffers (K, rows, width) of one pass, and the same memory as (K · rows, width) for row-wise work."""

    def __init__(self, like: Network, keeps: Sequence[float], rows: int) -> None:
        count, drops = len(keeps), min(keeps) < 1.0

        def arrays(widths: Sequence[int]) -> list[Array]:
            return [np.zeros((count, rows, width), like.dtype) for width in widths]

        inner = like.layout.widths[1:-1]
        self.hidden = arrays(inner)
        self.flat_hidden = [array.reshape(count * rows, -1) for array in self.hidden]
        self.deltas = arrays(like.layout.widths[1:])
        self.flat_deltas = [array.reshape(count * rows, -1) for array in self.deltas]
        self.masks, self.keeps, self.scales = (arrays(inner if drops else ()) for _ in range(3))
        for below, scale in zip(self.keeps, self.scales, strict=True):
            # A member without dropout draws nothing: its mask of 0 or 1 is below 2, so always on.
            below[...] = np.array([keep if keep < 1.0 else 2.0 for keep in keeps])[:, None, None]
            scale[...] = np.array([1.0 / keep for keep in keeps])[:, None, None]
        self.passed = arrays(inner) if drops else self.hidden
        self.passedT = [array.transpose(0, 2, 1) for array in self.passed]
        self.activations: list[Activation] = [
            activation(like.activation)((count * rows, width), like.dtype) for width in inner
        ]
        self.ones = np.ones((1, rows), like.dtype)
        self.column = np.ones((rows, 1), like.dtype)
        self.share = np.array(1.0 / rows, like.dtype)


class StackedNetwork:
    """K networks; ``weights`` and ``gradient`` are (K, P). Dropout may differ between members, shapes may not."""

    def __init__(self, networks: Sequence[Network]) -> None:
        first = networks[0]
        self._like, self._count, self.loss = first, len(networks), first.loss
        self.weights = np.zeros((self._count, first.layout.size), first.dtype)
        self.gradient = np.zeros_like(self.weights)
        W, b = first.layout.views(self.weights)
        gW, gb = first.layout.views(self.gradient)
        self._into = [first.layout.first(self.weights), *W[1:]]
        self._WT = [matrix.transpose(0, 2, 1) for matrix in W]
        self._b = [bias[:, None, :] for bias in b]
        self._gW = [first.layout.first(self.gradient), *gW[1:]]
        self._gb = [bias[:, None, :] for bias in gb]
        self._last = len(W) - 1
        self._keeps = [network.keep for network in networks]
        self._dropping = [row for row, keep in enumerate(self._keeps) if keep < 1.0]
        self._whole = np.dtype(f"i{first.dtype.itemsize}")
        self._sign = np.array(8 * self._whole.itemsize - 1, self._whole)
        self._passes: dict[int, StackedPass] = {}

    def differentiate(self, batch: StackedBatch, rngs: Sequence[np.random.Generator]) -> None:
        """Set :attr:`gradient` from one batch of each member; outputs are left in the batch."""
        through = self._passes.get(batch.rows)
        if through is None:
            through = StackedPass(self._like, self._keeps, batch.rows)
            self._passes[batch.rows] = through
        self._forward_stack(batch, through, rngs)
        flat = through.flat_deltas[-1]
        self.loss.predict_each(batch.flat_z, flat, batch.workspace, self._count)
        np.subtract(flat, batch.y, flat)
        np.multiply(flat, through.share, flat)
        d = through.deltas[-1]
        for layer in range(self._last, 0, -1):
            np.matmul(through.passedT[layer - 1], d, self._gW[layer])
            np.matmul(through.ones, d, self._gb[layer])
            before = through.deltas[layer - 1]
            np.matmul(d, self._WT[layer], before)
            if self._dropping:
                np.multiply(before, through.masks[layer - 1], before)
            through.activations[layer - 1].backward(through.flat_deltas[layer - 1], through.flat_hidden[layer - 1])
            d = before
        np.matmul(batch.xT, d, self._gW[0])

    def _forward_stack(self, batch: StackedBatch, through: StackedPass, rngs: Sequence[np.random.Generator]) -> None:
        a = batch.x
        for layer, h in enumerate(through.hidden):
            np.matmul(a, self._into[layer], h)
            if layer:
                self._add_bias(h, layer, through)
            through.activations[layer].forward(through.flat_hidden[layer])
            if self._dropping:
                self._drop_units(through, layer, rngs)
            a = through.passed[layer]
        np.matmul(a, self._into[self._last], batch.z)
        if self._last:
            self._add_bias(batch.z, self._last, through)

    def _add_bias(self, z: Array, layer: int, through: StackedPass) -> None:
        # Adding one row to many makes NumPy allocate a buffer; copying one to many does not. The layer's delta is free.
        rows = through.deltas[layer]
        rows[...] = self._b[layer]
        np.add(z, rows, z)

    def _drop_units(self, through: StackedPass, layer: int, rngs: Sequence[np.random.Generator]) -> None:
        # With bits, as in Network.
        mask = through.masks[layer]
        for row in self._dropping:
            rngs[row].random(dtype=self._like.dtype.type, out=mask[row])
        np.subtract(mask, through.keeps[layer], mask)
        bits = mask.view(self._whole)
        np.right_shift(bits, self._sign, bits)
        np.bitwise_and(bits, through.scales[layer].view(self._whole), bits)
        np.multiply(through.hidden[layer], mask, through.passed[layer])
