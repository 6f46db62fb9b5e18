"""Which configurations can be trained together as one stack, and how many of them at once pay."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from engine.optimizers import Minimizer, Optimizer
from engine.optimizers.base import described

MAX_STACK_PARAMETERS = 130_000  # beyond, weights and averages stream from memory and cost what sharing saves

MAX_STACK_ROWS = 500_000  # of all networks in one epoch, so that a stack can be paused or ended within about a second
MIN_STACK = 4  # models in one stack; fewer would gain less than a tenth


@dataclass(frozen=True, slots=True)
class StackKey:
    """Configurations with an equal ``key`` can be trained as one stack; up to ``most`` are faster so than alone.

    Where ``most`` is 1, a configuration is trained alone.
    """

    key: Hashable = None
    most: int = 1


def stack_key_of_size(key: Hashable, count: int, rows: int) -> StackKey:
    """The key of models with ``count`` parameters each, trained on so many rows."""
    most = min(MAX_STACK_PARAMETERS // max(1, count), MAX_STACK_ROWS // max(1, rows))
    return StackKey(key, most if most >= MIN_STACK else 1)


def optimizer_kind(optimizer: Optimizer) -> tuple[object, ...] | None:
    """What optimizers of one stack have in common; *None* for those that never share one, such as L-BFGS."""
    if isinstance(optimizer, Minimizer):
        return None
    settings = described(type(optimizer))
    switches = tuple(getattr(optimizer, item.name) for item in settings if item.kind is not float)
    # A rule may leave out what is 0 for all, so members agree on which settings are 0.
    zeros = tuple(
        getattr(optimizer, item.name) == 0.0
        for item in settings
        if item.kind is float and item.name in {"momentum", "dampening", "weight_decay"}
    )
    return type(optimizer), switches, zeros
