"""Patience: a trial ends when its loss has stopped falling and an earlier trial was better by then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.options import option
from engine.pruners import registry
from engine.pruners.peer_pruner import PeerPruner
from engine.pruners.peers import Running, number_words


@dataclass(frozen=True, slots=True)
class PatienceOptions:
    """Settings of :class:`PatiencePruner`."""

    patience: int = option(10, label="Patience", low=1, high=100_000, help="Steps without a better loss.")
    least: float = option(
        0.0, label="Smallest improvement", low=0.0, high=1e9, help="By less than this a loss is not better."
    )


@registry.register
class PatiencePruner(PeerPruner):
    """A plateau of the best trial is left alone: it may yet fall, and nothing better is known."""

    title = "Patience"
    summary = "Ends a trial that has stopped improving and is behind the best at the same step."
    options = PatienceOptions
    settings: PatienceOptions

    def judge(self, trial: Running) -> str:
        """A sentence where nothing improved for so many steps, and somebody was better."""
        if len(trial.losses.steps) <= self.settings.patience:
            return ""
        losses, since = trial.losses.losses, self.settings.patience
        before = float(losses[:-since].min())
        if float(losses[-since:].min()) < before - self.settings.least:
            return ""
        reached = self.peers.losses_at(trial, trial.last)
        mine = trial.losses.best_until(trial.last)
        if not reached or mine <= reached[0]:
            return ""
        begun = int(trial.losses.steps[int(np.argmin(losses))])
        return (
            f"Its {trial.word} has not improved since step {begun} ({number_words(mine)}); the best earlier trial had "
            f"{number_words(reached[0])} by step {trial.last}."
        )
