"""Optimizers that treat a model's matrices as matrices, where most rules look at each weight alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from engine.arrays import Array
from engine.errors import UserFault
from engine.optimizers.base import Optimizer


@dataclass
class BlockOptimizer(Optimizer):
    """Updates the flat weights block by block, as :meth:`arrange` says; without it they are one vector.

    A rule gets each block in its own shape: a vector (n,), a matrix (in, out), or K of them with one more axis in
    front in a stack. The scratch arrays it gets have that shape too.
    """

    def __post_init__(self) -> None:
        """Begin with one vector."""
        super().__post_init__()
        self._shapes: tuple[tuple[int, ...], ...] = ()

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The blocks' shapes; none where the weights are one vector."""
        return self._shapes

    def arrange(self, shapes: Sequence[tuple[int, ...]]) -> None:
        """Cut the flat weights into blocks of these shapes, one after the other, from the next step on."""
        self._shapes = tuple(shapes)
        self._unbind_arrays()

    @classmethod
    def stack(cls, members: Sequence[Optimizer]) -> Self:
        """As every optimizer, with the blocks of the members."""
        whole = super().stack(members)
        first = members[0]
        if isinstance(first, BlockOptimizer):
            whole.arrange(first.shapes)
        return whole

    def _cut_tiles(self, weights: Array, gradients: Array) -> None:
        columns, front = weights.shape[-1], weights.shape[:-1]
        shapes = self._shapes or ((columns,),)
        if sum(map(math.prod, shapes)) != columns:
            raise UserFault(
                f"The optimizer expects {sum(map(math.prod, shapes))} weights and was given {columns}.",
                "Arrange it for these weights, or use a fresh one.",
            )
        self._front = len(front)
        scratch = np.empty((2, *weights.shape), dtype=weights.dtype)
        arrays = [weights, gradients, scratch[0], scratch[1], *(self._arrays[name] for name in self.slots)]
        self._tiles, at = [], 0
        for shape in shapes:
            end = at + math.prod(shape)
            self._tiles.append(tuple(array[..., at:end].reshape(*front, *shape) for array in arrays))
            at = end

    def _is_matrix(self, block: Array) -> bool:
        """Whether a block is a matrix of more than one row and column."""
        return block.ndim == self._front + 2 and min(block.shape[-2:]) > 1

    def _as_block(self, number: object, block: Array) -> Any:
        """A number, or a stack's numbers (K, 1) so that they stand beside a block of theirs."""
        if not isinstance(number, np.ndarray):
            return number
        return number.reshape(-1, *(1,) * (block.ndim - 1))

    def _block_norm(self, block: Array, scratch: Array) -> Any:
        """The root of the sum of squares of a block; of a stack, one for each of its members."""
        np.multiply(block, block, out=scratch)
        if not self._front:
            return math.sqrt(scratch.sum())
        norms = [math.sqrt(one.sum()) for one in scratch]  # summed as for each alone
        return np.array(norms).reshape(-1, *(1,) * (block.ndim - 1))


__all__ = ["BlockOptimizer"]
