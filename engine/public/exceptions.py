"""What may be raised, where Optuna has it: ``exceptions.TrialPruned``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twinloop import TrialPruned, load

if TYPE_CHECKING:
    from engine.errors import AlreadyThere, TwinloopError, UserFault
else:
    _errors = load("engine.errors")
    AlreadyThere, TwinloopError, UserFault = _errors.AlreadyThere, _errors.TwinloopError, _errors.UserFault

OptunaError = TwinloopError
DuplicatedStudyError = AlreadyThere


class ExperimentalWarning(Warning):
    """Never given here; scripts filter it."""


__all__ = ["DuplicatedStudyError", "ExperimentalWarning", "OptunaError", "TrialPruned", "UserFault"]
