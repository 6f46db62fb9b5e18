"""What a sampler is: a function of history and seed that chooses the next configuration."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from engine import seeds
from engine.errors import UserFault
from engine.space import Params, Wish
from engine.trials import History


class SpaceExhausted(UserFault):
    """Every configuration that the sampler can give has been given; ``may_repeat`` says whether it could again."""

    may_repeat = True


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of a sampler that has none."""


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """One request for a configuration.

    ``number`` is the trial it is for, ``drawn`` how many trials the sampler chose before it, ``budget`` the number of
    trials planned in all, where that is known. ``wishes`` are a person's: whoever does not look at them is shown a part
    of the space, and asked again (:mod:`engine.samplers.obeying`).
    """

    number: int
    drawn: int
    seed: int
    budget: int | None = None
    wishes: tuple[Wish, ...] = ()

    def avoids(self, params: Params) -> bool:
        """Whether a configuration lies where a person wishes that nothing be tried."""
        return any(wish.kind == "avoid" and wish.holds(params) for wish in self.wishes)

    def generator(self, *branch: str | int) -> np.random.Generator:
        """A random generator for this trial alone."""
        return seeds.generator(self.seed, "trial", self.number, "sampler", *branch)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A configuration and, for people, what the sampler thought (plain numbers and texts by name)."""

    params: Params
    why: dict[str, Any] = field(default_factory=dict)


class Sampler(ABC):
    """Chooses the next configuration. What it keeps between calls may only speed it up, never change its answer.

    ``title`` and ``summary`` are what a person reads; ``options`` is an options dataclass (:mod:`engine.options`).
    One that ``is_asked_by_name`` is asked for every trial, also of a space that no objective has named yet.
    """

    is_asked_by_name: ClassVar[bool] = False
    draws_from_space: ClassVar[bool] = True  # of the history that it is shown, also where that is another one
    learns: ClassVar[bool] = True  # from the scores of earlier trials
    takes_portfolio: ClassVar[bool] = False  # has a model, which first trials that are known to do well inform

    title: ClassVar[str]
    summary: ClassVar[str]
    options: ClassVar[type] = NoOptions

    def __init__(self, options: object = None) -> None:
        self.settings = options if options is not None else self.options()

    @abstractmethod
    def suggest(self, history: History, request: SuggestRequest) -> Suggestion:
        """The next configuration of ``history.space``; trials in state running or waiting are pending.

        Raises :class:`SpaceExhausted` when there is nothing left to try.
        """

    def takes_wishes(self, history: History, request: SuggestRequest) -> bool:
        """Whether the next configuration follows from ``request.wishes`` as a prior, in the whole space."""
        return False

    def ignores_pending(self, history: History, request: SuggestRequest) -> bool:
        """Whether the next configuration is the same whatever the scores of pending trials will be.

        So it is while the initial design is drawn, inside a generation, and for strategies that learn nothing: then
        waiting for scores gains nothing, and several trials may be asked for at once.
        """
        return False
