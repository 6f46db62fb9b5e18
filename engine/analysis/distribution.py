"""How many trials reach which score: the empirical distribution of scores, and its sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.title import Title
from engine.trials import History, State
from engine.wording import score_text

FEWEST = 4  # scores from which a share is named: a guess


@dataclass(frozen=True, eq=False)
class Distribution:
    """``scores`` (n,) from the best to the worst, and the ``share`` (n,) of finished trials that reach each.

    A failed trial reaches none, so the share ends below 1 where there are any. ``numbers`` (n,) are the trials.
    """

    numbers: np.ndarray
    scores: np.ndarray
    share: np.ndarray
    finished: int

    def reached_by(self, share: float) -> float | None:
        """The score that ``share`` of the finished trials reach; *None* where fewer have any."""
        at = int(np.ceil(share * self.finished)) - 1
        return float(self.scores[at]) if 0 <= at < len(self.scores) else None


def distribution_of(history: History) -> Distribution:
    """The scores of complete trials beside all that ended; infinite ones are left out."""
    complete = history.where(State.COMPLETE)
    complete = complete[np.isfinite(history.score[complete])]
    order = complete[np.argsort(history.losses[complete], kind="stable")]
    finished = len(complete) + len(history.where(State.FAILED))
    share = (np.arange(len(order)) + 1.0) / max(finished, 1)
    return Distribution(order, np.array(history.score[order]), share, finished)


def distribution_title(found: Distribution, metric: str) -> Title:
    """What half of the trials and one in five reach."""
    if len(found.scores) < FEWEST:
        return Title("Too few scores", "for a distribution", "", "text")
    half, fifth = found.reached_by(0.5), found.reached_by(0.2)
    remark = f"share of {found.finished:,} trials by the {metric} that they reach"
    if half is None or fifth is None:
        return Title(f"{100 * found.share[-1]:.0f} % of the trials", "have a score at all", remark)
    if half == fifth:
        return Title("Half of the trials", f"reach {score_text(half)}", remark)
    return Title("Half of the trials", f"reach {score_text(half)}; one in five {score_text(fifth)}", remark)
