"""Which sampler and pruner a study has: by name, as an object, or as Optuna's people write them down."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, ParamSpec

from engine import pruners, samplers, seeds
from engine.errors import WrongType
from engine.setup import Strategy, replace
from engine.space import Hyperparameter
from engine.studies.own_pruners import BasePruner, OwnPruner
from engine.studies.own_samplers import OwnSampler
from engine.trials import FrozenTrial

P = ParamSpec("P")
_METHODS = ("infer_relative_search_space", "sample_relative", "sample_independent")


@dataclass(frozen=True)
class Chosen:
    """A sampler or pruner of ours as Optuna's people write it down: its name, its options and what belongs to them.

    One that is exhaustive tries every configuration once, and the search ends there.
    """

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    constraints_func: Callable[[Any], Any] | None = None
    is_exhaustive: bool = False

    def sample_independent(
        self, study: Any, trial: FrozenTrial, param_name: str, param_distribution: Hyperparameter
    ) -> Any:
        """A value drawn at random, for samplers of one's own that fall back on one of these."""
        seed = study.setup.strategy.seed if self.seed is None else self.seed
        unit = seeds.generator(seed, "trial", trial.number, "independent", param_name).random()
        return param_distribution.to_value(param_distribution.from_unit(float(unit)))

    def prune(self, study: Any, trial: FrozenTrial) -> bool:
        """Whether the pruner of ours would end a running trial, for pruners of one's own that ask one of these."""
        return bool(pruners.make(self.name, self.options).decide(study.history, study.curves, trial.number))


class Maker(Generic[P]):
    """What is called as a class of Optuna's and gives what comes closest here: strategies called ``ours``.

    A class that derives from it derives from ``parent``, where there is one, else it is refused.
    """

    def __init__(
        self, function: Callable[P, Chosen], ours: tuple[str, ...], base: str, parent: type | None = None
    ) -> None:
        self._function, self._ours, self._base, self._parent = function, ours, base, parent
        functools.update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Chosen:
        return self._function(*args, **kwargs)

    def __repr__(self) -> str:
        return self._function.__name__

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """What a class that names this as its base derives from; raises :class:`UserFault` where that is nothing."""
        if self._parent is not None:
            return (self._parent,)
        name = self._function.__name__
        raise WrongType(f"{name} is no class here, so that nothing derives from it.", f"Derive from {self._base}.")

    def __instancecheck__(self, one: object) -> bool:
        """Whether it is one of ours that it would give, as a study has it."""
        registries: tuple[Any, ...] = (samplers.registry, pruners.registry)
        kinds = [room.get(name) for name in self._ours for room in registries if name in room.names()]
        kinds += [] if self._parent is None else [self._parent]
        return isinstance(one, tuple(kinds)) or (isinstance(one, Chosen) and one.name in self._ours)


def instead(*ours: str, base: str, parent: type | None = None) -> Callable[[Callable[P, Chosen]], Maker[P]]:
    """Decorates a function that chooses one of ``ours`` in place of a class that derives from ``base``."""
    return lambda function: Maker(function, ours, base, parent)


PrunerLike = str | pruners.Pruner | BasePruner | Chosen
"""What a study takes for a pruner."""


def named(given: object) -> Any:
    """The name of what was chosen in Optuna's words, or comes closest to it; anything else as it is."""
    if isinstance(given, BasePruner) and not isinstance(given, pruners.Pruner):
        return given.nearest()[0]
    return given.name if isinstance(given, Chosen) else given


def options_of(given: object, options: Mapping[str, object]) -> dict[str, Any]:
    """The options of what was chosen in Optuna's words, and ``options``, which count where both say something."""
    if isinstance(given, BasePruner) and not isinstance(given, pruners.Pruner):
        return {**given.nearest()[1], **options}
    return {**(given.options if isinstance(given, Chosen) else {}), **options}


def sampler_of(given: Any, strategy: Strategy) -> samplers.Sampler:
    """The sampler that was given as an object, else the one that the strategy names."""
    if given is None or isinstance(given, str | Chosen):
        return samplers.make(strategy.sampler, strategy.options)
    if all(callable(getattr(given, method, None)) for method in _METHODS) and not isinstance(given, type):
        return OwnSampler(given)
    return samplers.adapted(given)


def pruner_of(given: object, strategy: Strategy) -> pruners.Pruner:
    """The pruner that was given as an object, else the one that the strategy names."""
    if isinstance(given, pruners.Pruner):
        return given
    if callable(getattr(given, "prune", None)) and not isinstance(given, type | Chosen):
        return OwnPruner(given)
    if given is not None and not isinstance(given, str | Chosen):
        raise WrongType(f"pruner is {given!r}.", f"Choose one of: {', '.join(pruners.names())}.")
    return pruners.make(strategy.pruner, strategy.pruner_options)


def strategy_of(stored: Strategy, sampler: object, pruner: object) -> Strategy:
    """The strategy of a file, with another sampler or pruner where one is named."""
    found = stored
    if isinstance(sampler, Chosen) or (isinstance(sampler, str) and sampler != stored.sampler):
        found = replace(found, sampler=named(sampler), options=options_of(sampler, {}))
    if isinstance(pruner, Chosen | BasePruner) or (isinstance(pruner, str) and pruner != stored.pruner):
        found = replace(found, pruner=named(pruner), pruner_options=options_of(pruner, {}))
    return found
