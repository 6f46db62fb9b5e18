"""Trials where Optuna has them: ``trial.TrialState``."""

from __future__ import annotations

from twinloop import FixedTrial, FrozenTrial, Trial, TrialState, create_trial

BaseTrial = Trial

__all__ = ["BaseTrial", "FixedTrial", "FrozenTrial", "Trial", "TrialState", "create_trial"]
