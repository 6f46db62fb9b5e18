"""What the engine's thread says, handed to the window's thread in at most one batch a frame."""

from __future__ import annotations

import time
from collections import deque
from functools import cache
from weakref import ref

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

FRAME_MS = 33  # thirty batches a second: as often as curves that grow look smooth; a guess
MOST_PER_FRAME = 300  # applying so many events keeps the window's thread for a few milliseconds
CATCH_UP_MS = 8  # between frames while more waits than one frame takes: people's clicks go in between


class _Waker(QObject):
    """The one object of Qt that other threads touch; never destroyed.

    A signal that is emitted while the window's thread takes its sender apart is a crash: the lock of Python is let go
    of in between, and no look at whether the sender still lives can come early enough.
    """

    _posted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[ref[Inbox]] = deque()
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def wake(self, inbox: ref[Inbox]) -> None:
        """Have :meth:`Inbox.begin_frame` called in the window's thread; any thread."""
        self._waiting.append(inbox)
        self._posted.emit()

    @Slot()
    def _on_posted(self) -> None:
        inbox = self._waiting.popleft()()
        if inbox is not None and shiboken6.isValid(inbox):
            inbox.begin_frame()


@cache
def _waker() -> _Waker:
    """The application's own, made in its thread with the first inbox."""
    return _Waker()


class Inbox(QObject):
    """Lives in the window's thread; :meth:`post` may be called from any thread, also when the window has gone.

    Signal ``frame`` carries a tuple of events in the order in which they were posted. Between posts nothing wakes.
    """

    frame = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[object] = deque()
        self._is_awake = False
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.deliver)
        self._waker, self._itself = _waker(), ref(self)

    def post(self, batch: tuple[object, ...]) -> None:
        """Add events; any thread."""
        self._waiting.extend(batch)
        if not self._is_awake:  # a race here costs one needless wake, never a lost event
            self._is_awake = True
            self._waker.wake(self._itself)

    def begin_frame(self) -> None:
        """Hand out what waits when the frame that passes is over."""
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
