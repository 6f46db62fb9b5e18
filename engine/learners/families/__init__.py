"""Model families: one file each, listed by :func:`names`."""

from engine.learners.families.base import Family, TableShape, Task
from engine.registry import Registry

registry: Registry[Family] = Registry(__name__, "model family", Family, skip=("base", "convex", "epochs", "trees"))
names = registry.names


def get(name: str) -> Family:
    """The model family called ``name``; raises :class:`engine.errors.UserFault` when there is none."""
    return registry.get(name)()


__all__ = ["Family", "TableShape", "Task", "get", "names", "registry"]
