"""What trials reported, as pruners that were written in Optuna's words see it: losses by step, smaller ones better."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.pruners.reported_losses import compared_record, loss_sign
from engine.trials import Curve, FrozenTrial, History, State


def reported_values(trial: FrozenTrial) -> dict[int, float]:
    """What a trial reported, by step in ascending order, in its own units: of several records the one to compare."""
    return {} if trial.curve is None else _by_step(trial.curve)


def reported_losses(study: Any, trial: FrozenTrial) -> dict[int, float]:
    """The same, turned so that smaller values are better."""
    return {} if trial.curve is None else _losses(study.history, trial.curve)


class CompleteLosses:
    """What complete trials of a study reported, by step. Each trial is taken in once; a copy begins anew."""

    def __init__(self) -> None:
        self._history: History | None = None
        self._excluded: frozenset[int] = frozenset()
        self._known = 0  # trials below this number were looked at, but for those in _open
        self._open: list[int] = []
        self._by_step: dict[int, list[float]] = {}
        self._count = 0

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(self), ()

    def at(self, study: Any, step: int) -> tuple[int, np.ndarray]:
        """How many complete trials there are, and what those that reported ``step`` had there, (n,) float."""
        history, excluded = study.history, frozenset(study.history.excluded_numbers)
        if history is not self._history or excluded != self._excluded:
            self.__init__()  # type: ignore[misc]
            self._history, self._excluded = history, excluded
        waiting = [*self._open, *range(self._known, len(history))]
        self._known, self._open = len(history), []
        for number in waiting:
            state = State(int(history.state[number]))
            if not state.is_finished():
                self._open.append(number)
            elif state is State.COMPLETE and number not in excluded:
                self._count += 1
                for place, loss in _losses(history, study.curves.get(number)).items():
                    self._by_step.setdefault(place, []).append(loss)
        return self._count, np.array(self._by_step.get(step, ()))


def _losses(history: History, curve: Curve) -> dict[int, float]:
    name = compared_record(curve)
    sign = loss_sign(history, name) if name else 1.0
    return {step: sign * value for step, value in _by_step(curve).items()}


def _by_step(curve: Curve) -> dict[int, float]:
    name = compared_record(curve)
    if not name:
        return {}
    steps, values = curve.fold(int(curve.folds[0]), name)
    order = np.argsort(steps, kind="stable")
    return dict(zip(steps[order].tolist(), values[order].tolist(), strict=True))
