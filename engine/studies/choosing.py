"""Which sampler and pruner a study has: by name, as an object, or as Optuna's people write them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import pruners, samplers, seeds
from engine.errors import WrongType
from engine.setup import Strategy, replace
from engine.space import Hyperparameter
from engine.studies.own_samplers import OwnSampler
from engine.trials import FrozenTrial

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


def named(given: Any) -> Any:
    """The name of what was chosen in Optuna's words; anything else as it is."""
    return given.name if isinstance(given, Chosen) else given


def options_of(given: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of what was chosen in Optuna's words, and ``options``, which count where both say something."""
    return {**(given.options if isinstance(given, Chosen) else {}), **options}


def sampler_of(given: Any, strategy: Strategy) -> samplers.Sampler:
    """The sampler that was given as an object, else the one that the strategy names."""
    if given is None or isinstance(given, str | Chosen):
        return samplers.make(strategy.sampler, strategy.options)
    if all(callable(getattr(given, method, None)) for method in _METHODS) and not isinstance(given, type):
        return OwnSampler(given)
    return samplers.adapted(given)


def pruner_of(given: Any, strategy: Strategy) -> pruners.Pruner:
    """The pruner that was given as an object, else the one that the strategy names."""
    if isinstance(given, pruners.Pruner):
        return given
    if given is not None and not isinstance(given, str | Chosen):
        raise WrongType(f"pruner is {given!r}.", f"Choose one of: {', '.join(pruners.names())}.")
    return pruners.make(strategy.pruner, strategy.pruner_options)


def strategy_of(stored: Strategy, sampler: object, pruner: object) -> Strategy:
    """The strategy of a file, with another sampler or pruner where one is named."""
    found = stored
    if isinstance(sampler, Chosen) or (isinstance(sampler, str) and sampler != stored.sampler):
        found = replace(found, sampler=named(sampler), options=options_of(sampler, {}))
    if isinstance(pruner, Chosen) or (isinstance(pruner, str) and pruner != stored.pruner):
        found = replace(found, pruner=named(pruner), pruner_options=options_of(pruner, {}))
    return found
