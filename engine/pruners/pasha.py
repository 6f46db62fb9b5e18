"""PASHA: rungs as in ASHA, of which higher ones are opened only while the order of trials still changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.pruners import registry
from engine.pruners.peers import Running, number_words
from engine.pruners.rung_pruner import RungPruner

FEWEST = 4  # whole trials whose order is looked at: a guess
SOFT = 0.1  # of the range of losses at a rung, by which equal ranks may differ: a guess for the paper's epsilon


@registry.register
class PashaPruner(RungPruner):
    """Bohdal et al., "PASHA: efficient HPO and NAS with progressive resource allocation", 2023.

    Once the trials that ran whole stand at two rungs in the same order (soft ranks), only the best so far goes on above
    the higher one: more steps would not change who wins.
    """

    title = "PASHA"
    summary = "ASHA whose trials stop where more steps no longer change their order."

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._known: tuple[int, int, int | None] = (-1, -1, None)

    def judge_at(self, trial: Running, steps: Sequence[int], rung: int) -> str:
        """A sentence where the trial is not among the best of its rung, or has passed the last rung that tells more."""
        said = super().judge_at(trial, steps, rung)
        top = None if said else self._last_telling(trial, steps)
        if top is None or rung < top:
            return said
        best, mine = self.peers.losses_at(trial, trial.last), trial.losses.best_until(trial.last)
        if not best or mine <= best[0]:
            return ""
        return (
            f"At step {trial.last} its best {trial.word} was {number_words(mine)}, behind the best with "
            f"{number_words(best[0])}; above step {steps[top]} the order of trials no longer changes."
        )

    def _last_telling(self, trial: Running, steps: Sequence[int]) -> int | None:
        """The first rung, from 1, at which trials stand as at the one below; *None* where there is none."""
        whole = self.peers.whole_curves(trial)
        key = (len(whole), len(steps))
        if key != self._known[:2]:
            self._known = (*key, _stable_rung(whole, steps))
        return self._known[2]


def _stable_rung(whole: Sequence[tuple[np.ndarray, np.ndarray]], steps: Sequence[int]) -> int | None:
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
