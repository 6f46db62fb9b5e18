"""Trials where Optuna has them: ``trial.TrialState``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from twinloop import FixedTrial, Trial, TrialState, create_trial, load

if TYPE_CHECKING:
    from twinloop import FrozenTrial
else:
    FrozenTrial = load("engine.studies.renamed").OptunaFrozenTrial

BaseTrial = Trial

__all__ = ["BaseTrial", "FixedTrial", "FrozenTrial", "Trial", "TrialState", "create_trial"]

sys.modules[f"{__name__}._state"] = sys.modules[__name__]  # where a tutorial of Optuna's takes TrialState from
