"""Names -> implementations: built-ins are found by file name without importing them, others by entry points.

A room that can be extended (samplers, pruners, model families ...) holds one :class:`Registry`; a file in it with a
class marked ``@registry.register`` is all that a new member needs. The name is what study files store: it is stable,
lower case and never reused.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar, cast

from engine.errors import Bug, UserFault

T = TypeVar("T")
C = TypeVar("C", bound=type[Any])  # a class keeps its own type


class Registry(Generic[T]):
    """The members of one room, loaded when they are asked for."""

    def __init__(self, package: str, noun: str, base: Callable[..., T], skip: tuple[str, ...] = ("base",)) -> None:
        """``package`` is the room's dotted name, ``noun`` what a person calls a member, ``skip`` files without one."""
        self._package = package
        self._noun = noun
        self._base = cast("type[T]", base)  # abstract classes are welcome, which type[T] would refuse
        self._skip = skip
        self._classes: dict[str, type[T]] = {}
        self.failures: dict[str, str] = {}

    def register(self, cls: C) -> C:
        """Class decorator: makes ``cls`` known under the name of its file, or of its folder in the room."""
        inside = cls.__module__.removeprefix(f"{self._package}.")
        name = inside.partition(".")[0] if inside != cls.__module__ else inside.rpartition(".")[2]
        member = cast("type[Any]", cls)
        if not issubclass(member, self._base):
            raise Bug(f"{cls.__name__} does not derive from {self._base.__name__}")
        self._classes[name] = member
        return cls

    def names(self) -> tuple[str, ...]:
        """Every name that :meth:`get` takes, sorted; imports nothing."""
        return self._names

    @cached_property
    def _names(self) -> tuple[str, ...]:
        package = importlib.import_module(self._package)
        own = {item.name for item in pkgutil.iter_modules(package.__path__) if not item.name.startswith("_")}
        return tuple(sorted((own - set(self._skip)) | set(self._strangers)))

    def get(self, name: str) -> type[T]:
        """The class called ``name``; raises :class:`UserFault` when there is none or it cannot be loaded."""
        if name not in self._classes:
            self._load(name)
        return self._classes[name]

    def _load(self, name: str) -> None:
        if name not in self.names():
            raise UserFault(f"There is no {self._noun} called {name!r}.", f"Choose one of: {', '.join(self.names())}.")
        stranger = self._strangers.get(name)
        try:
            if stranger is not None:
                self._classes[name] = stranger.load()
            else:
                importlib.import_module(f"{self._package}.{name}")
        except ImportError as error:
            self.failures[name] = str(error)
            raise UserFault(
                f"The {self._noun} {name!r} could not be loaded: {error}.", "Install what it needs, or choose another."
            ) from error
        if name not in self._classes:
            raise Bug(f"{self._package}.{name} registers nothing under its file name")

    @cached_property
    def _strangers(self) -> dict[str, EntryPoint]:
        group = "twinloop." + self._package.rpartition(".")[2]
        return {point.name: point for point in _installed().select(group=group)}


@cache
def _installed() -> Any:  # of another type in Python 3.11 than later
    """Every entry point of every installed package: read once, because it takes a window's frame and more."""
    return entry_points()
