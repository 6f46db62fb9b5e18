"""Whether a study is worth going on with: the chance of a better score, by how much, and whether that can be told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.analysis.forecast import FEWEST, Forecast, forecast
from engine.analysis.next_minute import LITTLE
from engine.maths.overlapping_folds import corrected_error, fold_ratio
from engine.trials import History, State
from engine.wording import counted, number_text

USUAL = 25  # trials that are looked ahead where no budget says how many are left
HORIZONS = (10, 25, 50)  # whose chances are told besides (issue: spend compute where it pays)


@dataclass(frozen=True, slots=True)
class Worth:
    """``ahead`` is the forecast for the trials left in the budget (``is_left``), or for a usual number; ``others`` are
    those for other numbers. ``noise`` is what a score of this kind differs by on other rows, *None* where unknown.
    """

    ahead: Forecast
    others: tuple[Forecast, ...]
    is_left: bool
    noise: float | None

    @property
    def verdict(self) -> Literal["unknown", "no", "hardly", "yes"]:
        """Whether to go on; ``hardly`` where what may be gained is within the noise."""
        if self.ahead.chance is None:
            return "unknown"
        if self.ahead.chance < LITTLE:
            return "no"
        gain = self.ahead.gain
        return "hardly" if gain is not None and self.noise is not None and gain < self.noise else "yes"


def worth_going_on(history: History, left: int | None, pace: float | None = None, *, learns: bool = True) -> Worth:
    """Look ahead; ``left`` are the trials left in the budget, ``pace`` the seconds that one takes.

    ``learns`` says whether the strategy learns from scores.
    """
    trials = left or USUAL
    ahead = forecast(history, trials, pace, learns=learns)
    others = tuple(forecast(history, more, pace, learns=learns) for more in HORIZONS if more != trials)
    return Worth(ahead, others, bool(left), score_noise(history))


def score_noise(history: History) -> float | None:
    """The standard deviation of the best trial's mean over folds, if its rows had been others; *None* where unknown.

    It is what Makarova et al., "Automatic termination for hyperparameter optimization", 2022, compare the possible gain
    with; training sets overlap, so scores of folds are not independent (:mod:`engine.maths.overlapping_folds`).
    """
    best = history.best_number()
    scores = [] if best is None else [float(one) for one in history.trial(best).details.get("fold_scores") or ()]
    if len(scores) < 2 or not all(map(math.isfinite, scores)):
        return None
    return float(corrected_error(np.array(scores), fold_ratio(len(scores))))


def worth_words(worth: Worth, finished: int, cost: str = "") -> tuple[str, str, str]:
    """The answer, the sentence after it and a remark.

    ``finished`` is how many trials have ended, ``cost`` what the time ahead is called.
    """
    ahead, verdict = worth.ahead, worth.verdict
    if ahead.chance is None:
        missing = counted(max(1, FEWEST - finished), "more trial")
        return "Not yet known", "", f"told after {missing}"
    which = (
        f"the {counted(ahead.trials, 'trial')} left" if worth.is_left else f"the next {counted(ahead.trials, 'trial')}"
    )
    which += f" ({cost})" if cost else ""
    if verdict == "no":
        answer, sentence = "No", f"under 5 % chance of a better score in {which}"
    else:
        answer = "Hardly" if verdict == "hardly" else "Yes"
        sentence = f"{_percent(ahead.chance)} chance of a better score in {which}"
    if verdict == "hardly":
        sentence += ", but by less than the noise of the score"
    parts = []
    if ahead.gain is not None and verdict != "no":
        noise = f" (noise ± {number_text(worth.noise, 2)})" if worth.noise is not None else ""
        parts.append(f"by {number_text(ahead.gain, 2)}{noise}, if so")
    said = [f"{one.trials} more: {_percent(one.chance)}" for one in worth.others if one.chance is not None]
    parts += [", ".join(said)] if said else []
    if ahead.tested > 1:
        spans = counted(ahead.tested, "earlier span")
        parts.append(f"better in {ahead.held} of {spans}, {ahead.said:.1f} expected")
    return answer, sentence, " · ".join(parts)


def finished_trials(history: History) -> int:
    """How many trials have ended."""
    return len(history.where(State.COMPLETE, State.PRUNED, State.FAILED))


def _percent(chance: float) -> str:
    return f"{100.0 * chance:.0f} %" if chance < 0.995 else "over 99 %"
