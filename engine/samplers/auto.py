"""Picks the sampler that suits the space, the objectives and how far the study has come, and says which and why."""

from __future__ import annotations

from engine.samplers import make, registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.space import Categorical
from engine.trials import History

MODEL_TRIALS = 1000  # up to which a model chooses: from the first design; Optuna's AutoSampler has 250
FRONT_TRIALS = 250  # of several objectives, as in Optuna's AutoSampler
NUMERIC_SHARE = 0.75  # of the hyperparameters that CMA-ES wants to be numbers: a guess


@registry.register
class AutoSampler(Sampler):
    """Keeps the samplers that it has chosen so far; the choice itself follows from the history alone."""

    takes_portfolio = True
    title = "Automatic"
    summary = "Chooses a strategy for the space and the budget, switches when that pays, and explains why."

    def __init__(self, options: object = None) -> None:
        super().__init__(options)
        self._samplers: dict[str, Sampler] = {}

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """What the chosen sampler suggests, with its name and the reason among the notes."""
        name, reason = self._choose_sampler(history)
        suggestion = self._sampler_called(name).suggest(history, request)
        return Suggestion(suggestion.params, {**suggestion.why, "sampler": name, "because": reason})

    def takes_wishes(self, history: History, request: SuggestRequest) -> bool:
        """Where the chosen sampler does."""
        return self._sampler_called(self._choose_sampler(history)[0]).takes_wishes(history, request)

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """Where the chosen sampler does."""
        return self._sampler_called(self._choose_sampler(history)[0]).ignores_pending(history, request)

    def _sampler_called(self, name: str) -> Sampler:
        if name not in self._samplers:
            self._samplers[name] = make(name)
        return self._samplers[name]

    @staticmethod
    def _choose_sampler(history: History) -> tuple[str, str]:
        several = len(history.directions) > 1
        if several and len(history) >= FRONT_TRIALS:
            return "evolution", f"after {FRONT_TRIALS} trials evolution finds more of the front than a model"
        if len(history) < MODEL_TRIALS:
            return "bayesian", "a model of the score makes the most of every trial"
        categories = sum(isinstance(hyperparameter, Categorical) for hyperparameter in history.space.values())
        if not history.space.is_conditional and categories <= (1 - NUMERIC_SHARE) * len(history.space):
            return "cmaes", f"after {MODEL_TRIALS} trials CMA-ES refines numbers best"
        return "tpe", f"after {MODEL_TRIALS} trials densities handle choices and conditions best"
