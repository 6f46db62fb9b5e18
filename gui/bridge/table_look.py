"""A look at a table in the background: at its first rows in a moment, then at all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, cast

from engine.errors import UserFault
from engine.study import Kind, inspect_table
from gui.bridge.background import Background

Found = Callable[[Any], None]
Kinds = dict[str, Kind]
Failed = Callable[[UserFault], None]


class TableLook:
    """Looks at one table at a time; a new look cancels the one before.

    ``found`` is called with an inspection of the first rows where there are many (``info.sampled``), and again with one
    of all rows. What cannot be read is told once, by ``failed``.
    """

    def __init__(self, background: Background, topic: str) -> None:
        self._background = background
        self._topic = topic

    def look(
        self,
        source: str,
        kinds: Mapping[str, str],
        read: Mapping[str, object],
        target: str,
        found: Found,
        failed: Failed,
        known: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Look at a file or sample that is written as ``read`` says; ``known`` are kinds that a study was made with."""
        plain = cast("Kinds", dict(kinds)), dict(read), target, cast("Kinds", dict(known))  # the engine looks

        def look(quick: bool) -> partial[Any]:
            kinds, read, target, known = plain
            return partial(inspect_table, source, kinds, read=read, target=target, quick=quick, found=known)

        whole = partial(self._background.ask, self._topic, look(False), found, failed)

        def take_first(first: Any) -> None:
            found(first)
            if first.info.sampled:
                whole()

        def pass_on(_: UserFault) -> None:
            whole()  # what the first rows are too few for may be right of all of them

        self._background.ask(self._topic, look(True), take_first, pass_on)

    def forget(self) -> None:
        """Let an answer that is still to come go."""
        self._background.drop(self._topic)
