"""AMSGrad: Adam in which no weight's learning rate ever grows again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.optimizers.adam import Adam
from engine.optimizers.base import registry


@registry.register
@dataclass
class AMSGrad(Adam):
    """Adam's step, divided by the root of the largest v so far in place of the present one (Reddi et al. 2018).

    PyTorch's form (``Adam(amsgrad=True)``): the largest is taken of v before its correction, which it then gets.

    ``lr`` = 0.001, ``beta1`` = 0.9, ``beta2`` = 0.999, ``epsilon`` = 1e-08 and ``weight_decay`` = 0.0 as in Adam.
    """

    title: ClassVar[str] = "AMSGrad"
    slots: ClassVar[tuple[str, ...]] = ("mean", "squares", "largest")

    def _update_divisor(self, squares: Array, largest: Array) -> Array:  # type: ignore[override]  # of the slot it has more
        np.maximum(largest, squares, out=largest)
        return largest
