"""K networks of one shape as arrays with a leading axis of K: outputs and gradients of all in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.learners.activations import Activation, activation
from engine.learners.losses import Side
from engine.learners.network import Network

Array = np.ndarray[Any, Any]


class StackedPass:
    """Buffers (K, rows, width) of one pass, and the same memory as (K · rows, width) for row-wise work."""

    def __init__(self, like: Network, count: int, rows: int) -> None:
        def arrays(widths: Sequence[int]) -> list[Array]:
            return [np.empty((count, rows, width), like.dtype) for width in widths]

        inner = like.layout.widths[1:-1]
        self.hidden = arrays(inner)
        self.flat_hidden = [array.reshape(count * rows, -1) for array in self.hidden]
        self.deltas = arrays(like.layout.widths[1:])
        self.flat_deltas = [array.reshape(count * rows, -1) for array in self.deltas]
        self.masks = arrays(inner)
        self.passed = arrays(inner)
        self.activations: list[Activation] = [
            activation(like.activation)((count * rows, width), like.dtype) for width in inner
        ]
        self.ones = np.ones((1, rows), like.dtype)
        self.share = np.array(1.0 / rows, like.dtype)


class StackedNetwork:
    """K networks; ``weights`` and ``gradient`` are (K, P). Dropout may differ between members, shapes may not."""

    def __init__(self, networks: Sequence[Network], rows: int) -> None:
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
        self._drops = any(keep < 1.0 for keep in self._keeps)
        self._passes = {rows: StackedPass(first, self._count, rows)}

    def differentiate(
        self, x: Array, y: Array, z: Array, side: Side, rows: int, rngs: Sequence[np.random.Generator]
    ) -> None:
        """Set :attr:`gradient` from one batch of each member.

        ``x`` (K · rows, 1 + D), ``y`` and ``z`` (K · rows, C) hold member after member; outputs are left in ``z``.
        """
        through = self._passes.get(rows)
        if through is None:
            through = self._passes[rows] = StackedPass(self._like, self._count, rows)
        x = x.reshape(self._count, rows, -1)
        passed = self._forward(x, z.reshape(self._count, rows, -1), through, rngs)
        flat = through.flat_deltas[-1]
        self.loss.predict(z, flat, side)
        np.subtract(flat, y, out=flat)
        np.multiply(flat, through.share, out=flat)
        d = through.deltas[-1]
        for layer in range(self._last, 0, -1):
            np.matmul(passed[layer].transpose(0, 2, 1), d, out=self._gW[layer])
            np.matmul(through.ones, d, out=self._gb[layer])
            before = through.deltas[layer - 1]
            np.matmul(d, self._WT[layer], out=before)
            if self._drops:
                np.multiply(before, through.masks[layer - 1], out=before)
            through.activations[layer - 1].backward(through.flat_deltas[layer - 1], through.flat_hidden[layer - 1])
            d = before
        np.matmul(x.transpose(0, 2, 1), d, out=self._gW[0])

    def _forward(self, x: Array, z: Array, through: StackedPass, rngs: Sequence[np.random.Generator]) -> list[Array]:
        """Outputs in ``z``; returns what each layer was given."""
        a, passed = x, [x]
        for layer, h in enumerate(through.hidden):
            np.matmul(a, self._into[layer], out=h)
            if layer:
                np.add(h, self._b[layer], out=h)
            through.activations[layer].forward(through.flat_hidden[layer])
            a = self._drop(through, layer, rngs) if self._drops else h
            passed.append(a)
        np.matmul(a, self._into[self._last], out=z)
        if self._last:
            np.add(z, self._b[self._last], out=z)
        return passed

    def _drop(self, through: StackedPass, layer: int, rngs: Sequence[np.random.Generator]) -> Array:
        for row, (keep, rng) in enumerate(zip(self._keeps, rngs, strict=True)):
            mask = through.masks[layer][row]
            if keep == 1.0:
                mask.fill(1.0)
                continue
            rng.random(dtype=self._like.dtype.type, out=mask)
            np.multiply(mask < self._like.dtype.type(keep), self._like.dtype.type(1.0 / keep), out=mask)
        np.multiply(through.hidden[layer], through.masks[layer], out=through.passed[layer])
        return through.passed[layer]
