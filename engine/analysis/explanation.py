"""What a study has shown, together: what matters, what acts together, where is good, where trials fail."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.analysis.failure_rule import FailureRule, failure_rule
from engine.analysis.good_region import GoodRange, good_region
from engine.analysis.importance import Importance
from engine.analysis.importance_methods import importance_by, require_method
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


def explain_history(history: History, method: str = "sobol", *, good_only: bool = False) -> Explanation:
    """Everything that a study's trials show; the same history gives the same explanation.

    What matters is told by ``method`` (:data:`engine.analysis.importance_methods.METHODS`), over the whole space or
    among good trials only.
    """
    require_method(method)
    failures = failure_rule(history)
    try:
        model = fit_score_model(history)
        model.require_reach()
    except UserFault as fault:
        return Explanation(None, (), failures, str(fault))
    importance = importance_by(method, history.without_excluded(), lambda: model, good_only=good_only)
    return Explanation(replace(importance, quality=model.quality), good_region(model), failures)
