"""What a study has shown, together: what matters, what acts together, where is good, where trials fail."""

from __future__ import annotations

from dataclasses import dataclass

from engine.analysis.failure_rule import FailureRule, failure_rule
from engine.analysis.good_region import GoodRange, good_region
from engine.analysis.importance import Importance, importance_of
from engine.analysis.score_model import fit_score_model
from engine.errors import UserFault
from engine.trials import History


@dataclass(frozen=True, slots=True)
class Explanation:
    """``importance`` is *None* where no model can be fitted; ``refusal`` then says why, and what would help."""

    importance: Importance | None
    region: tuple[GoodRange, ...]
    failures: FailureRule | None
    refusal: str = ""

    @property
    def quality(self) -> float | None:
        """How well the model predicts each trial from the others (leave-one-out R²); *None* without a model."""
        return None if self.importance is None else self.importance.quality


def explain_history(history: History) -> Explanation:
    """Everything that a study's trials show; the same history gives the same explanation."""
    failures = failure_rule(history)
    try:
        model = fit_score_model(history)
        model.require_reach()
    except UserFault as fault:
        return Explanation(None, (), failures, str(fault))
    return Explanation(importance_of(model), good_region(model), failures)
