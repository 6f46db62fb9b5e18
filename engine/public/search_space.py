"""What trials have in common: ``search_space.intersection_search_space(study.trials)``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from twinloop import FrozenTrial, Study, TrialState

if TYPE_CHECKING:
    from engine.space import Hyperparameter


def intersection_search_space(trials: Iterable[FrozenTrial], include_pruned: bool = False) -> dict[str, Hyperparameter]:
    """The hyperparameters that every complete trial (and every pruned one, on request) has, by name, in order."""
    wanted = (TrialState.COMPLETE, TrialState.PRUNED) if include_pruned else (TrialState.COMPLETE,)
    found: dict[str, Hyperparameter] | None = None
    for trial in trials:
        if trial.state in wanted:
            rows = trial.distributions
            found = rows if found is None else {name: row for name, row in found.items() if rows.get(name) == row}
    return dict(sorted((found or {}).items()))


class IntersectionSearchSpace:
    """The same of a study, as samplers of one's own ask for it."""

    def __init__(self, include_pruned: bool = False) -> None:
        self._include_pruned = include_pruned

    def calculate(self, study: Study) -> dict[str, Hyperparameter]:
        """What :func:`intersection_search_space` says of its trials as they are now."""
        return intersection_search_space(study.get_trials(), self._include_pruned)


__all__ = ["IntersectionSearchSpace", "intersection_search_space"]
