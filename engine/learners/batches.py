"""Minibatches: rows gathered in shuffled order into one buffer, cut into batches as views made once."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.arrays import Array
from engine.learners.losses import Loss
from engine.learners.network import Batch

BUFFER_VALUES = 1_000_000  # about this many inputs are gathered at once: several batches, yet within the caches' reach
BUFFER_ROWS = 4096  # and no more rows than these: beyond, steps on narrow tables took a tenth longer


class Batches:
    """The training rows, a batch at a time.

    An epoch visits every row once in a fresh random order (in the given order where one batch holds all rows); its
    last batch may be smaller. Rows are copied a chunk at a time by index, so a step itself copies nothing.
    """

    def __init__(
        self, X: Array, Y: Array, w: Array | None, loss: Loss, batch_size: int, pool: Array | None = None
    ) -> None:
        """``X`` (n, 1 + D), ``Y`` (n, C) and row weights ``w`` (n,) of one float dtype; all are only read.

        ``pool`` names the rows to train on, None all. A batch's weights are (r, C) with equal columns, so that applying
        them needs no broadcasting.
        """
        self.X, self.Y, self.pool = X, Y, pool
        self.w = None if w is None else np.repeat(w[:, None], Y.shape[1], axis=1)
        self.rows = len(X) if pool is None else len(pool)
        self.size = min(batch_size, self.rows)
        self.count = -(-self.rows // self.size)
        held = min(BUFFER_ROWS, BUFFER_VALUES // max(1, X.shape[1]))
        self.per_chunk = max(1, min(self.count, held // self.size))
        self._whole = self.count == 1
        self._loss = loss
        self.order = np.arange(self.rows) if pool is None else pool
        self._cuts: dict[int, list[Batch]] = {}
        self._outcomes: dict[int, tuple[Batch, Array]] = {}
        self._loaded = False

    def shuffle(self, rng: np.random.Generator) -> None:
        """Draw a new order for the coming epoch."""
        if not self._whole:
            order = rng.permutation(self.rows)
            self.order = order if self.pool is None else self.pool[order]

    def chunk(self, first: int) -> list[Batch]:
        """The batches from number ``first`` (a multiple of :attr:`per_chunk`) on, gathered into the buffer."""
        start = first * self.size
        stop = min(start + self.per_chunk * self.size, self.rows)
        if not self._loaded:
            self._make_buffers()
        if not self._whole:
            index, held = self.order[start:stop], stop - start
            # mode="clip" lets NumPy write to the buffer without a safety copy; indices are always in range.
            np.take(self.X, index, axis=0, out=self._x[:held], mode="clip")
            np.take(self.Y, index, axis=0, out=self._y[:held], mode="clip")
            if self.w is not None and self._v is not None:
                np.take(self.w, index, axis=0, out=self._v[:held], mode="clip")
        return self._batch_views(stop - start)

    def outcome(self, held: int) -> tuple[Batch, Array]:
        """A chunk of ``held`` rows as one batch, outputs beside targets, and the rows at which its batches begin."""
        if held not in self._outcomes:
            self._outcomes[held] = self._cut_batch(0, held), np.arange(0, held, self.size)
        return self._outcomes[held]

    def memory(self, rows: int) -> list[Array]:
        """A copy of what the first ``rows`` rows of the buffer were given by the network; empty for none."""
        return [array[:rows].copy() for array in (self._z, *self._workspace)] if rows else []

    def recall(self, saved: list[Array]) -> None:
        """Take back what :meth:`memory` copied."""
        if saved:
            for array, values in zip((self._z, *self._workspace), saved, strict=True):
                array[: len(values)] = values

    def _make_buffers(self) -> None:
        X, Y, rows = self.X, self.Y, min(self.per_chunk * self.size, self.rows)
        if self._whole:
            part: Any = slice(None) if self.pool is None else self.pool
            self._x, self._y, self._v = X[part], Y[part], None if self.w is None else self.w[part]
        else:
            self._x, self._y = np.empty((rows, X.shape[1]), X.dtype), np.empty((rows, Y.shape[1]), X.dtype)
            self._v = None if self.w is None else np.empty((rows, Y.shape[1]), X.dtype)
        self._z = np.zeros((rows, Y.shape[1]), X.dtype)
        self._workspace = self._loss.workspace(rows)
        self._loaded = True

    def _batch_views(self, held: int) -> list[Batch]:
        if held not in self._cuts:
            self._cuts[held] = [self._cut_batch(at, min(at + self.size, held)) for at in range(0, held, self.size)]
        return self._cuts[held]

    def _cut_batch(self, start: int, stop: int) -> Batch:
        rows = slice(start, stop)
        x = self._x[rows]
        workspace = tuple(array[rows] for array in self._workspace)
        return Batch(x, x.T, self._y[rows], self._z[rows], workspace, None if self._v is None else self._v[rows])
