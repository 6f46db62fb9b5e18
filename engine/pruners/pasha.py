"""PASHA: rungs as in ASHA, of which higher ones are opened only while the order of trials still changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.pruners import registry
from engine.pruners.asha import UNKNOWN
from engine.pruners.base import Pruner
from engine.pruners.peers import Peers, Running, number_words
from engine.pruners.rungs import RungOptions, lost_at, reached_rung, rung_steps
from engine.trials import Curves, History

FEWEST = 4  # whole trials whose order is looked at: a guess
SOFT = 0.1  # of the range of losses at a rung, by which equal ranks may differ: a guess for the paper's epsilon


@registry.register
class PashaPruner(Pruner):
    """Bohdal et al., "PASHA: efficient HPO and NAS with progressive resource allocation", 2023.

    Once the trials that ran whole stand at two rungs in the same order (soft ranks), only the best so far goes on above
    the higher one: more steps would not change who wins.
    """

    title = "PASHA"
    summary = "ASHA whose trials stop where more steps no longer change their order."
    options = RungOptions
    settings: RungOptions

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self._peers = Peers()
        self._known: tuple[int, int, int | None] = (-1, -1, None)

    def decide(self, history: History, curves: Curves, number: int) -> str:
        """A sentence where the trial is not among the best of its rung, or has passed the last rung that tells more.

        Raises :class:`engine.errors.UserFault` for a record of which nothing says whether more is better.
        """
        trial = self._peers.running(history, curves, number)
        if trial is None:
            return ""
        factor = self.settings.factor
        most = self.settings.most or self._peers.longest(trial) or UNKNOWN
        steps = rung_steps(self.settings.first, factor, most)
        rung = reached_rung(steps, trial.last)
        if rung is None:
            return ""
        said = lost_at(self._peers, trial, steps[rung], factor)
        top = None if said else self._last_telling(trial, steps)
        if top is None or rung < top:
            return said
        best, mine = self._peers.losses_at(trial, trial.last), trial.losses.best_until(trial.last)
        if not best or mine <= best[0]:
            return ""
        return (
            f"At step {trial.last} its best {trial.word} was {number_words(mine)}, behind the best with "
            f"{number_words(best[0])}; above step {steps[top]} the order of trials no longer changes."
        )

    def _last_telling(self, trial: Running, steps: list[int]) -> int | None:
        """The first rung, from 1, at which trials stand as at the one below; *None* where there is none."""
        whole = self._peers.whole_curves(trial)
        key = (len(whole), len(steps))
        if key != self._known[:2]:
            self._known = (*key, _stable_rung(whole, steps))
        return self._known[2]


def _stable_rung(whole: Any, steps: list[int]) -> int | None:
    if len(whole) < FEWEST:
        return None
    table = np.array(
        [[best[max(0, int(own.searchsorted(step, side="right")) - 1)] for own, best in whole] for step in steps]
    )
    for rung in range(1, len(table)):
        if _same_order(table[rung - 1], table[rung]):
            return rung
    return None


def _same_order(below: np.ndarray, above: np.ndarray) -> bool:
    """Whether no two trials change places by more than the soft margin."""
    if not (np.isfinite(below).all() and np.isfinite(above).all()):
        return False
    order = np.argsort(below, kind="stable")
    ranked = above[order]
    margin = SOFT * float(np.ptp(above))
    return bool((np.maximum.accumulate(ranked) - ranked <= margin).all())
