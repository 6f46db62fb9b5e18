"""A study's definition: what is tuned, over which space, by which strategy, within which budget. Plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from engine.data import metrics
from engine.errors import UserFault
from engine.objectives.description import AnyObjective, TableObjective, directions_of
from engine.space import Categorical, Float, Int, SearchSpace, Wish
from engine.trials import Direction


class Strategy(msgspec.Struct, frozen=True):
    """Which sampler and pruner choose and stop trials, and the seed everything random comes from.

    With ``portfolio`` a sampler that learns a model first tries what is known to do well with the study's model.
    ``racing`` says whether a trial that cannot catch up runs its other folds: ``off`` (as in older files) lets all of
    them run, ``on`` takes the rule that suits their number, and a rule can be named
    (:mod:`engine.objectives.fold_race`).
    """

    sampler: str = "bayesian"
    options: dict[str, Any] = {}
    pruner: str = "none"
    pruner_options: dict[str, Any] = {}
    seed: int = 0
    portfolio: bool = False
    racing: Literal["off", "on", "forgiving", "paired", "wilcoxon"] = "off"


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
    """The whole definition. ``space`` holds hyperparameters as they are edited; :meth:`search_space` checks them.

    ``constraints`` names the numbers besides the score that every trial must keep at or below 0. ``direction`` is that
    of the first score: a table's is its metric's, whatever is given here. ``discovered`` names those that an
    objective in Python named as it ran: a trial has those that it asked for. It is *None* where none may be named.
    ``user_attrs`` is what somebody noted beside the study, ``metric_names`` one name a score, where they were given,
    ``system_attrs`` what Optuna noted beside a study that was imported.
    ``starred`` and ``notes`` mark trials by their numbers, ``view_notes`` views of Explore by their names; ``excluded``
    ones are never best and no strategy learns of them. ``wishes`` are regions to look at first, or to avoid, each under
    a name that stays. With ``repeats`` the configurations of a finite space are tried again once each has been.
    """

    title: str
    objective: AnyObjective | None
    space: dict[str, Float | Int | Categorical]
    direction: Direction = "minimize"
    strategy: Strategy = Strategy()
    budget: Budget = Budget()
    constraints: tuple[str, ...] = ()
    discovered: tuple[str, ...] | None = None
    user_attrs: dict[str, Any] = {}
    metric_names: tuple[str, ...] = ()
    system_attrs: dict[str, Any] = {}
    starred: tuple[int, ...] = ()
    notes: dict[int, str] = {}
    view_notes: dict[str, str] = {}
    excluded: tuple[int, ...] = ()
    repeats: bool = False
    wishes: dict[str, Wish] = {}

    def __post_init__(self) -> None:
        """Runs for every definition that is made, read or copied, so that none contradicts its metric."""
        found = _metric_direction(self.objective)
        if found is not None and found != self.direction:
            msgspec.structs.force_setattr(self, "direction", found)

    def directions(self, known: Iterable[Direction] = ()) -> tuple[Direction, ...]:
        """One direction a score. Those of the second and after stand in ``known`` alone; a table has one score.

        A script or a program states all of its own.
        """
        stated = directions_of(self.objective)
        if stated:
            return stated
        further = () if isinstance(self.objective, TableObjective) else tuple(known)[1:]
        return (self.direction, *further)

    def search_space(self) -> SearchSpace:
        """The hyperparameters as a space; raises :class:`UserFault` where they are none."""
        return SearchSpace(self.space)

    def to_json(self) -> str:
        """The definition as JSON, for a study file."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> StudySetup:
        """The definition in ``text``; raises :class:`UserFault` where it is none."""
        try:
            setup = msgspec.json.decode(text, type=cls)
            msgspec.msgpack.encode(setup.objective)  # as workers are told of it: no whole number beyond 64 bits
        except OverflowError as error:
            what = "The study's definition cannot be read: a number in it is too large."
            raise UserFault(what, "Open another copy of it.") from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UserFault(f"The study's definition cannot be read: {error}.", "Open another copy of it.") from error
        return setup


def _metric_direction(objective: AnyObjective | None) -> Direction | None:
    """The direction that an objective has by itself; *None* where it has none, or a metric that nobody knows."""
    stated = directions_of(objective)
    if stated or not isinstance(objective, TableObjective):
        return stated[0] if stated else None
    try:
        return metrics.get(objective.metric).direction
    except UserFault:
        return None  # a stranger's file: preparing the objective will say so


def replace(setup: Any, **changes: Any) -> Any:
    """A copy of a definition, or a part of one, with other values in some fields."""
    return msgspec.structs.replace(setup, **changes)
