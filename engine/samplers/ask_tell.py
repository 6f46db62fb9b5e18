"""Any object with ``ask`` and ``tell`` as a strategy, for studies that are run from Python."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from engine.errors import UserFault
from engine.samplers.base import Sampler, SpaceExhausted, Suggestion, SuggestRequest
from engine.trials import SOURCES, FrozenTrial, History, State


@runtime_checkable
class AskTell(Protocol):
    """What :class:`AskTellSampler` takes."""

    def ask(self) -> Mapping[str, Any]:
        """The next configuration, by name; raises ``StopIteration`` where there is none left."""

    def tell(self, params: Any, score: Any, /) -> Any:
        """Take the result of a configuration; what is returned does not matter."""


class StrategyExhausted(SpaceExhausted):
    """An object that was asked for configurations has none left, and nobody else knows which it might repeat."""

    may_repeat = False


class AskTellSampler(Sampler):
    """Asks ``strategy`` for configurations and tells it what became of them.

    Scores are always to be minimised: those of a study that maximises change their sign; with several directions they
    come as a tuple. A trial that failed, or was pruned without a score, is told with NaN, one that breaks a constraint
    with infinity. Configurations that people queued are told as well. Results are told right before the next
    configuration is asked for, by ascending numbers.

    A study that is opened again with a new object plays back to it what happened: for each trial in turn it is asked
    where the strategy chose it (the answer is dropped) and told where it ended. So the same trials follow as without
    the interruption where the object's answers depend on nothing but these calls and the study had one worker; the
    study's seed does not reach the object.
    """

    draws_from_space = False

    title = "Custom ask/tell strategy"
    summary = "A custom ask/tell object chooses."

    def __init__(self, strategy: AskTell) -> None:
        super().__init__()
        self._strategy = strategy
        self._asked = 0  # trials for which it was asked, or that others chose
        self._told: set[int] = set()

    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """What the object answers; raises :class:`UserFault` where that is no configuration of the space."""
        self._catch_up(history)
        try:
            params = self._strategy.ask()
        except StopIteration:
            raise StrategyExhausted("The strategy has no configuration left.", "Choose another one.") from None
        if not isinstance(params, Mapping):
            raise UserFault(
                f"The strategy asks for {params!r}, which is not a configuration.",
                "Let its ask() give a dict from names to values.",
            )
        legal = history.space.validate(params)
        self._asked = request.number + 1
        return Suggestion(legal, {"phase": "asked"})

    def _catch_up(self, history: History) -> None:
        finished, excluded = history.state >= State.COMPLETE, history.excluded
        behind = np.flatnonzero(finished).tolist() if self._asked >= len(history) else range(len(history))
        for number in behind:
            if number >= self._asked:
                if SOURCES[history.source[number]] == "sampler":
                    with contextlib.suppress(StopIteration):
                        self._strategy.ask()
                self._asked = number + 1
            if finished[number] and not excluded[number] and number not in self._told:
                self._told.add(number)
                trial = history.trial(number)
                self._strategy.tell(trial.params, _told_score(history, trial))


def _told_score(history: History, trial: FrozenTrial) -> float | tuple[float, ...]:
    if trial.state is State.FAILED or not trial.scores:
        losses = [math.nan] * len(history.directions)
    elif trial.state is State.COMPLETE and not trial.feasible:
        losses = [math.inf] * len(history.directions)
    else:
        losses = [s if d == "minimize" else -s for s, d in zip(trial.scores, history.directions, strict=True)]
    return losses[0] if len(losses) == 1 else tuple(losses)
