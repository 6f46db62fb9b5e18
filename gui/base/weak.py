"""Slots with an argument that hold their owner weakly: what Qt holds otherwise, it holds until the program ends."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod


def weakly(method: Callable[..., object], *first: object) -> Callable[..., None]:
    """A slot that calls a bound method with ``first`` before what the signal carries, as long as its owner lives.

    A *partial* of the method, or a lambda, connected to a signal keeps the owner, and with it its whole window.
    """
    # WORKAROUND PySide6 6.11: it holds what is connected, but for bound methods, until the program ends; drop when it
    # lets go with the sender.
    held = WeakMethod(method)

    def call(*rest: object) -> None:
        live = held()
        if live is not None:
            live(*first, *rest)

    return call
