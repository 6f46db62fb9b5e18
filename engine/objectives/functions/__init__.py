"""Test functions: one file each, listed by :func:`names`."""

from engine.objectives.functions.base import Function
from engine.registry import Registry

registry: Registry[Function] = Registry(__name__, "test function", Function)
names = registry.names


def get(name: str) -> Function:
    """The test function called ``name``; raises ``UserFault`` when there is none."""
    return registry.get(name)()


__all__ = ["Function", "get", "names", "registry"]
