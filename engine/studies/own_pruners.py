"""Pruners that people wrote for Optuna: they see the study and a running trial, and say whether it is hopeless."""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from typing import Any

from engine.pruners import Pruner
from engine.trials import Curves, FrozenTrial, History


class BasePruner(ABC):
    """What a pruner of one's own derives from."""

    @abstractmethod
    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether a running trial should end, by what it and the others of ``study`` reported so far."""

    def nearest(self) -> tuple[str, dict[str, Any]]:
        """Name and options of the pruner of ours that goes on in its place where the study's file is opened again."""
        return "none", {}


class OwnPruner(Pruner):
    """Asks such a pruner, of which it knows that method alone, on behalf of a study."""

    title = "Own pruner"
    summary = "A pruner that was written for Optuna decides."

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs
        self._study: Any = lambda: None

    def belong_to(self, study: object) -> None:
        """Ask on behalf of ``study`` from here on."""
        self._study = weakref.ref(study)

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence with the name of the pruner where it says so."""
        study = self._study()
        trial = study._frozen_trial(number)  # noqa: SLF001 - nobody else makes one of a running trial
        return f"{type(self.theirs).__name__} ended it." if self.theirs.prune(study, trial) else ""

    def __getstate__(self) -> dict[str, object]:
        return {"theirs": self.theirs}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__init__(state["theirs"])  # type: ignore[misc]
