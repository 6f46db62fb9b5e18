"""The window's hold on the engine: one runner, its inbox, and how both end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import FindingRecorded
from engine.setup import StudySetup
from engine.study import Closed, MakeBackend, Runner
from gui.bridge.inbox import Inbox

Listener = Callable[[tuple[object, ...]], None]


class RunnerLike(Protocol):
    """What the window needs of a runner; all of it returns at once."""

    def open(self, path: Path) -> None: ...
    def create(self, path: Path, setup: StudySetup) -> None: ...
    def edit(self, setup: StudySetup) -> None: ...
    def warm(self) -> None: ...
    def start(self) -> None: ...
    def pause(self) -> None: ...
    def stop(self) -> None: ...
    def move(self, backend: MakeBackend) -> None: ...
    def stop_trial(self, number: int) -> None: ...
    def enqueue(self, params: Mapping[str, object]) -> None: ...
    def retry(self, number: int) -> None: ...
    def keep_finding(self, finding: FindingRecorded) -> None: ...
    def save_as(self, path: Path) -> None: ...
    def close(self) -> None: ...
    def join(self, timeout: float | None = None) -> bool: ...


MakeRunner = Callable[[Listener], RunnerLike]


class RunControl(QObject):
    """Owns one runner from its making to its end.

    Signal ``heard`` carries a tuple of events and notices. After :meth:`close` a ``Closed`` is heard as the last one.
    """

    heard = Signal(object)

    def __init__(self, make_runner: MakeRunner = Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inbox = Inbox(self)
        self._inbox.frame.connect(self._on_frame)
        self._is_closing = False
        self._is_closed = False
        self.runner: RunnerLike = make_runner(self._inbox.post)

    @property
    def is_closed(self) -> bool:
        """Whether the runner has ended."""
        return self._is_closed

    def close(self) -> None:
        """Ask the runner to end; asking twice is asking once."""
        if not self._is_closing:
            self.runner.close()  # first: one that failed must not pass for one that was made
            self._is_closing = True

    def end(self, timeout: float = 10.0) -> bool:
        """Close and wait: for the very end of the application only."""
        self.close()
        return self.runner.join(timeout)

    @Slot(object)
    def _on_frame(self, batch: tuple[object, ...]) -> None:
        if isinstance(batch[-1], Closed):
            self._is_closed = True
            self.runner.join(5.0)  # the thread says Closed with its last breath, so this does not wait
        self.heard.emit(batch)
