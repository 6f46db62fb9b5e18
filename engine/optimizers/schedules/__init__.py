"""Learning-rate schedules: how the learning rate changes while training goes on."""

from __future__ import annotations

from engine.errors import UserFault
from engine.optimizers.schedules.base import Schedule
from engine.optimizers.schedules.chained import Chained
from engine.optimizers.schedules.cyclic import Cyclic
from engine.optimizers.schedules.multi_step import MultiStep
from engine.optimizers.schedules.polynomial import Polynomial
from engine.optimizers.schedules.restarts import CosineRestarts
from engine.optimizers.schedules.usual import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    ReduceOnPlateau,
    Step,
    WarmUp,
)

SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": Step,
    "exponential": Exponential,
    "cosine": Cosine,
    "warmup": WarmUp,
    "onecycle": OneCycle,
    "plateau": ReduceOnPlateau,
    "restarts": CosineRestarts,
    "multistep": MultiStep,
    "polynomial": Polynomial,
    "cyclic": Cyclic,
    "warmup_cosine": Chained,
}


def schedule(name: str) -> Schedule:
    """The schedule called ``name`` with its default settings; raises :class:`UserFault` when there is none."""
    if name not in SCHEDULES:
        raise UserFault(f"There is no schedule called {name!r}.", f"Choose one of: {', '.join(SCHEDULES)}.")
    return SCHEDULES[name]()


__all__ = [
    "SCHEDULES",
    "Chained",
    "Constant",
    "Cosine",
    "CosineRestarts",
    "Cyclic",
    "Exponential",
    "MultiStep",
    "OneCycle",
    "Polynomial",
    "ReduceOnPlateau",
    "Schedule",
    "Step",
    "WarmUp",
    "schedule",
]
