"""Samplers: one file each, listed by :func:`names`."""

from collections.abc import Mapping

from engine import options
from engine.errors import UserFault
from engine.registry import Registry
from engine.samplers.ask_tell import AskTell, AskTellSampler
from engine.samplers.base import Sampler, SpaceExhausted, Suggestion, SuggestRequest

registry: Registry[Sampler] = Registry(
    __name__,
    "sampler",
    Sampler,
    skip=("ask_tell", "base", "encoding", "initial_design", "obeying", "optuna_classes", "seen_points"),
)
names = registry.names


def make(name: str, settings: Mapping[str, object] | None = None) -> Sampler:
    """The sampler called ``name`` with ``settings``; raises ``UserFault`` where either is unknown."""
    cls = registry.get(name)
    return cls(options.make(cls.options, settings or {}, f"sampler {name}"))


def adapted(strategy: Sampler | AskTell) -> Sampler:
    """An object as a sampler; raises ``UserFault`` where it is neither one nor has ``ask`` and ``tell``."""
    if isinstance(strategy, Sampler):
        return strategy
    if isinstance(strategy, AskTell) and not isinstance(strategy, type):
        return AskTellSampler(strategy)
    raise UserFault(f"{strategy!r} is not a strategy.", "Give a name, or an object with ask() and tell(params, score).")


__all__ = [
    "AskTell",
    "AskTellSampler",
    "Sampler",
    "SpaceExhausted",
    "SuggestRequest",
    "Suggestion",
    "adapted",
    "make",
    "names",
    "registry",
]
