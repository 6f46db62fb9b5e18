"""Random search: every configuration independent and uniform on its own scale (Bergstra and Bengio, JMLR 2012)."""

from __future__ import annotations

from engine.samplers import registry
from engine.samplers.base import Sampler, Suggestion, SuggestRequest
from engine.trials import History


@registry.register
class RandomSampler(Sampler):
    """Independent uniform draws; no trial looks at another."""

    title = "Random search"
    learns = False
    summary = "Draws every configuration independently. The baseline; hard to beat in many dimensions."

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """A uniform draw that depends on the seed and the trial's number alone."""
        return Suggestion(history.space.sample(request.generator()))

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """Always."""
        return True
