"""Samplers: one file each, listed by :func:`names`."""

from collections.abc import Mapping
from typing import Any

from engine import options
from engine.registry import Registry
from engine.samplers.base import Draw, Sampler, SpaceExhausted, Suggestion

registry: Registry[Sampler] = Registry(__name__, "sampler", Sampler, skip=("base", "encoding", "tried"))
names = registry.names


def make(name: str, settings: Mapping[str, Any] | None = None) -> Sampler:
    """The sampler called ``name`` with ``settings``; raises ``UserFault`` where either is unknown."""
    cls = registry.get(name)
    return cls(options.make(cls.options, settings or {}, f"sampler {name}"))


__all__ = ["Draw", "Sampler", "SpaceExhausted", "Suggestion", "make", "names", "registry"]
