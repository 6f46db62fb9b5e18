"""Loss surfaces over two parameters on which optimizers can be watched: one file each, listed by :func:`names`."""

from engine.registry import Registry
from engine.surfaces.base import Minimum, Surface

registry: Registry[Surface] = Registry(__name__, "surface", Surface)
names = registry.names


def get(name: str) -> Surface:
    """The surface called ``name``; raises ``UserFault`` when there is none."""
    return registry.get(name)()


__all__ = ["Minimum", "Surface", "get", "names", "registry"]
