"""What the engine's thread says, handed to the window's thread in at most one batch a frame."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

FRAME_MS = 33
MOST_PER_FRAME = 300  # applying so many events keeps the window's thread for a few milliseconds
CATCH_UP_MS = 8  # between frames while more waits than one frame takes: people's clicks go in between


class Inbox(QObject):
    """Lives in the window's thread; :meth:`post` may be called from any thread and touches no widget.

    Signal ``frame`` carries a tuple of events in the order in which they were posted. Between posts nothing wakes.
    """

    frame = Signal(object)
    _posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[object] = deque()
        self._is_awake = False
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.deliver)
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, batch: tuple[object, ...]) -> None:
        """Add events; any thread."""
        self._waiting.extend(batch)
        if not self._is_awake:  # a race here costs one needless wake, never a lost event
            self._is_awake = True
            self._posted.emit()

    @Slot()
    def _on_posted(self) -> None:
        if not self._timer.isActive():
            since = (time.monotonic() - self._last) * 1000
            self._timer.start(max(0, round(FRAME_MS - since)))

    @Slot()
    def deliver(self) -> None:
        """Hand out what waits, up to a frame's worth."""
        self._is_awake = False
        batch = tuple(self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_PER_FRAME)))
        self._last = time.monotonic()
        if self._waiting:
            self._is_awake = True
            self._timer.start(CATCH_UP_MS)
        if batch:
            self.frame.emit(batch)
