"""Pruners of Optuna's that none of ours comes close to: one that waits for another, one that tests pairs of values."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.errors import WrongType, WrongValue
from engine.studies.arguments import number_of, whole_of
from engine.studies.own_pruners import BasePruner
from engine.studies.reported import reported_losses
from engine.trials import FrozenTrial


class PatientPruner(BasePruner):
    """Asks ``wrapped_pruner`` once ``patience`` steps brought no value better than before by ``min_delta``.

    Without one it ends the trial then.
    """

    def __init__(self, wrapped_pruner: Any, patience: int, min_delta: float = 0.0) -> None:
        if wrapped_pruner is not None and not callable(getattr(wrapped_pruner, "prune", None)):
            raise WrongType(f"wrapped_pruner is {wrapped_pruner!r}.", "Give a pruner, or None.")
        self._wrapped = wrapped_pruner
        self._patience = whole_of(patience, "patience", 0)
        self._margin = number_of(min_delta, "min_delta")
        if not self._margin >= 0.0:
            raise WrongValue(f"min_delta is {min_delta!r}.", "Give a number from 0.")

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether nothing became better for long enough, and the other pruner says so too."""
        losses = reported_losses(study, trial)
        values = np.array([losses[step] for step in sorted(losses)])
        before, after = values[: -self._patience - 1], values[-self._patience - 1 :]
        if np.isnan(before).all() or np.isnan(after).all() or not np.nanmin(before) + self._margin < np.nanmin(after):
            return False
        return self._wrapped is None or bool(self._wrapped.prune(study, trial))


class WilcoxonPruner(BasePruner):
    """Ends a trial that is worse than the best one on the steps that both reported, by Wilcoxon's signed-rank test.

    Meant for values of many instances or folds, reported under their number in any order. ``p_threshold`` is the
    probability of the test at which it ends a trial, ``n_startup_steps`` how many pairs it wants to see before.
    """

    def __init__(self, *, p_threshold: float = 0.1, n_startup_steps: int = 2) -> None:
        self._threshold = number_of(p_threshold, "p_threshold")
        if not 0.0 <= self._threshold <= 1.0:
            raise WrongValue(f"p_threshold is {p_threshold!r}.", "Give a number from 0 to 1.")
        self._fewest = whole_of(n_startup_steps, "n_startup_steps", 0)

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether its values are larger (smaller, where larger ones are better) than those of the best trial."""
        # In here because scipy.stats is slow to load.
        from scipy.stats import wilcoxon

        try:
            best = reported_losses(study, study.best_trial)
        except ValueError:  # no trial is complete yet
            return False
        mine = reported_losses(study, trial)
        pairs = np.array([[mine[step], best[step]] for step in mine if step in best]).reshape(-1, 2)
        pairs = pairs[np.isfinite(pairs).all(axis=1)]
        if len(pairs) < max(1, self._fewest):
            return False
        # Pairs that are equal count half to each side, so that a trial like the best one has a test at all.
        chance = wilcoxon(pairs[:, 0] - pairs[:, 1], alternative="greater", zero_method="zsplit").pvalue
        # Where its mean is the better one for all that, what is left of the best one's may be its worse part.
        return bool(chance < self._threshold and np.mean(list(mine.values())) > np.mean(list(best.values())))
