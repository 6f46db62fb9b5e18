"""What a call of ``optimize`` asks for, checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engine.errors import WrongType, WrongValue
from engine.trials import FrozenTrial

Callback = Callable[[Any, FrozenTrial], object]


@dataclass(frozen=True, slots=True)
class OptimizeOptions:
    """What a call of ``optimize`` asks for: *None* for ``trials`` or ``seconds`` is no limit.

    ``callbacks`` are called with study and trial after every trial; ``shown`` is called besides, whatever they do.
    Errors of the kinds in ``catch`` only fail their trial.
    """

    trials: int | None
    seconds: float | None
    workers: int
    catch: tuple[type[BaseException], ...] = ()
    callbacks: tuple[Callback, ...] = ()
    collect: bool = False
    shown: Callable[[FrozenTrial], object] | None = None


def check_options(trials: Any, seconds: Any, workers: Any, catch: Any, callbacks: Any) -> OptimizeOptions:
    """The arguments of ``optimize`` as options; raises :class:`UserFault`, naming the argument, where one is wrong."""
    if trials is not None:
        if isinstance(trials, bool) or not hasattr(trials, "__index__"):
            raise WrongType(f"The number of trials is {trials!r}.", "Give a whole number.")
        trials = trials.__index__()
        if trials < 0:
            raise WrongValue(f"The number of trials is {trials}.", "Give a whole number from 0.")
    if seconds is not None and (
        isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds != seconds
    ):
        raise WrongType(f"The time limit is {seconds!r}.", "Give a number of seconds.")
    if isinstance(workers, bool) or not hasattr(workers, "__index__"):
        raise WrongType(f"The number of workers is {workers!r}.", "Give a whole number, or -1 for all cores.")
    workers = os.cpu_count() or 1 if workers.__index__() == -1 else workers.__index__()
    if workers < 1:
        raise WrongValue(f"The number of workers is {workers}.", "Give a whole number from 1, or -1 for all cores.")
    kinds = _as_tuple((catch,) if isinstance(catch, type) else catch)
    if kinds is None or not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in kinds):
        raise WrongType(f"catch is {catch!r}.", "Give a kind of error, or several in a tuple.")
    calls = _as_tuple(() if callbacks is None else callbacks)
    if calls is None or not all(map(callable, calls)):
        raise WrongType(f"callbacks is {callbacks!r}.", "Give a list of functions of study and trial.")
    return OptimizeOptions(trials, None if seconds is None else float(seconds), workers, kinds, calls)


def _as_tuple(given: object) -> tuple[Any, ...] | None:
    return tuple(given) if isinstance(given, Iterable) else None
