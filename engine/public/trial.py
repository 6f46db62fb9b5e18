"""Trials where Optuna has them: ``trial.TrialState``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twinloop import FixedTrial, Trial, TrialState, create_trial, load

if TYPE_CHECKING:
    from twinloop import FrozenTrial
else:
    FrozenTrial = load("engine.studies.renamed").OptunaFrozenTrial

BaseTrial = Trial

__all__ = ["BaseTrial", "FixedTrial", "FrozenTrial", "Trial", "TrialState", "create_trial"]
