"""Who takes part in a race of optimizers, made alike: without weight decay of their own, random draws from one seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine import optimizers
from engine.errors import UserFault
from engine.optimizers import Minimizer, Optimizer
from engine.options import describe

USUAL = ("gradient_descent", "sgd", "momentum", "nesterov", "rmsprop", "adam", "lbfgs", "random_search", "cmaes")
"""The optimizers that race unless others are named: the rules that a textbook compares, and two without gradients."""

RATES = np.logspace(-4.0, 1.0, 11)
"""The learning rates that are tried, two to a decade: wide enough for every rule's usual ones."""

RACE_SEED = 0  # of first weights, batches and random searches: one race is like another
TRIES = 8  # changes that random search tries in a step: about what a generation of CMA-ES costs in few dimensions


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once, in their order; raises :class:`UserFault` for an unknown one and for none."""
    found = tuple(dict.fromkeys(names))
    if not found:
        raise UserFault("No optimizer was named.", f"Name some of: {', '.join(optimizers.names())}.")
    for name in found:
        optimizers.get(name)
    return found


def all_names() -> tuple[str, ...]:
    """Every optimizer that can race: the usual ones in their order, then the others by name."""
    return (*USUAL, *(name for name in optimizers.names() if name not in USUAL))


def title_of(name: str) -> str:
    """What people call the optimizer."""
    return optimizers.get(name).title


def has_learning_rate(name: str) -> bool:
    """Whether it takes steps along gradients, rather than choose its own points."""
    return not issubclass(optimizers.get(name), Minimizer)


def sees_batches(name: str) -> bool:
    """Whether it is meant for gradients over batches of rows, which differ from the gradient over all rows."""
    return not optimizers.get(name).full_batch


def made(name: str, rate: float | None = None, *, seed: int = 0, step_size: float | None = None) -> Optimizer:
    """A fresh optimizer with learning rate ``rate``; ``step_size`` is that of its first random steps."""
    kind = optimizers.get(name)
    wanted: dict[str, Any] = {"weight_decay": 0.0, "seed": seed, "tries": TRIES}
    if rate is not None and has_learning_rate(name):
        wanted["lr"] = rate
    if step_size is not None:
        wanted["size"] = step_size
    known = {option.name for option in describe(kind)}
    return kind(**{key: value for key, value in wanted.items() if key in known})
