"""Large widgets that are built in stages: a page built in one piece is felt as a halt."""

from __future__ import annotations

from collections.abc import Iterator


class Staged:
    """Mixed into a widget whose constructor ends with :meth:`begin`; it is whole once :meth:`build_next` says so."""

    _stages: Iterator[None]

    def begin(self, stages: Iterator[None], *, at_once: bool) -> None:
        """Take over what builds the widget, and yields where other work may come in between."""
        self._stages = stages
        while at_once and not self.build_next():
            pass

    def build_next(self) -> bool:
        """Build one stage more; whether the widget is whole."""
        return next(self._stages, self) is self
