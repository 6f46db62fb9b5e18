"""A study's definition: what is tuned, over which space, by which strategy, within which budget. Plain data."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from engine.errors import UserFault
from engine.objectives.description import AnyObjective
from engine.space import Categorical, Float, Int, SearchSpace


class Strategy(msgspec.Struct, frozen=True):
    """Which sampler and pruner choose and stop trials, and the seed everything random comes from."""

    sampler: str = "bayesian"
    options: dict[str, Any] = {}
    pruner: str = "none"
    pruner_options: dict[str, Any] = {}
    seed: int = 0


class Budget(msgspec.Struct, frozen=True):
    """When a run ends, whichever comes first; *None* is no limit.

    ``seconds`` counts from the press on Run; ``trial_seconds`` is the longest one trial may take;
    ``trial_megabytes`` the most memory its process may hold; ``target`` a score that is good enough; ``patience`` the
    number of trials without improvement to stop after.
    """

    trials: int | None = 100
    seconds: float | None = None
    target: float | None = None
    trial_seconds: float | None = None
    trial_megabytes: float | None = None
    patience: int | None = None
    workers: int = 2


class StudySetup(msgspec.Struct, frozen=True):
    """The whole definition. ``space`` holds rows as they are edited; :meth:`search_space` checks them.

    ``constraints`` names the numbers besides the score that every trial must keep at or below 0.
    """

    title: str
    objective: AnyObjective | None
    space: dict[str, Float | Int | Categorical]
    direction: Literal["minimize", "maximize"]
    strategy: Strategy = Strategy()
    budget: Budget = Budget()
    constraints: tuple[str, ...] = ()

    def search_space(self) -> SearchSpace:
        """The rows as a space; raises :class:`UserFault` where they are none."""
        return SearchSpace(self.space)

    def to_json(self) -> str:
        """The definition as JSON, for a study file."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> StudySetup:
        """The definition in ``text``; raises :class:`UserFault` where it is none."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UserFault(f"The study's definition cannot be read: {error}.", "Open another copy of it.") from error


def replace(setup: Any, **changes: Any) -> Any:
    """A copy of a definition, or a part of one, with other values in some fields."""
    return msgspec.structs.replace(setup, **changes)
