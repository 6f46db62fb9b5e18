"""Packages that Twinloop can use and does not need: a sentence where one is missing."""

from __future__ import annotations

from importlib.util import find_spec

from engine.errors import UserFault


def require(package: str, title: str, extra: str, instead: str = "another model") -> None:
    """Raise :class:`UserFault` where ``package`` is missing, naming the ``extra`` that brings it.

    ``instead`` is what a person may choose in its place. Imports nothing.
    """
    if find_spec(package) is None:
        raise UserFault(
            f"{title} is not installed.", f"Install it with: pip install 'twinloop[{extra}]', or choose {instead}."
        )
