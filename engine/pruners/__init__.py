"""Pruners: one file each, listed by :func:`names`."""

from collections.abc import Mapping

from engine import options
from engine.pruners.base import Pruner
from engine.registry import Registry

registry: Registry[Pruner] = Registry(
    __name__, "pruner", Pruner, skip=("base", "peer_pruner", "peers", "reported_losses", "rung_pruner", "sparing")
)
names = registry.names


def make(name: str, settings: Mapping[str, object] | None = None) -> Pruner:
    """The pruner called ``name`` with ``settings``; raises ``UserFault`` where either is unknown."""
    cls = registry.get(name)
    return cls(options.make(cls.options, settings or {}, f"pruner {name}"))


__all__ = ["Pruner", "make", "names", "registry"]
