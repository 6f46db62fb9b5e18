"""Slow calls, and questions about tables, in a thread of their own; answers come back in the window's thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Slot

from engine.errors import UserFault
from gui.bridge.inbox import Inbox
from gui.bridge.tables import tables

T = TypeVar("T")


class Background(QObject):
    """One thread, started with the first call, one call after another. Lives in the window's thread.

    Calls are grouped by a ``topic``: of one topic only the newest call is answered, and older ones that have not begun
    are skipped. A :class:`UserFault` goes to ``failed``; any other error is raised in the window's thread. With
    ``is_brief`` the thread ends whenever nothing waits, so that nobody has to end it.
    """

    def __init__(self, parent: QObject | None = None, *, is_brief: bool = False) -> None:
        super().__init__(parent)
        self._is_brief = is_brief
        self._tables = tables()
        self._inbox = Inbox(self)
        self._inbox.frame.connect(self._on_frame)
        self._waiting: queue.SimpleQueue[tuple[str, int, Callable[[], Any]] | None] = queue.SimpleQueue()
        self._newest: dict[str, int] = {}
        self._answers: dict[str, tuple[Callable[[Any], None], Callable[[UserFault], None]]] = {}
        self._thread: threading.Thread | None = None
        self._calls = 0
        self._is_over = False

    @property
    def is_busy(self) -> bool:
        """Whether any answer is still to come."""
        return bool(self._answers)

    def call(
        self, topic: str, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[UserFault], None]
    ) -> None:
        """Have ``work()`` done; ``done`` or ``failed`` is called later, and neither after :meth:`shutdown`."""
        if self._is_over:
            return  # nobody would end the thread
        if self._thread is None:
            self._waiting = queue.SimpleQueue()  # an older thread may still be busy with its own
            self._thread = threading.Thread(target=self._serve, args=(self._waiting,), name="background", daemon=True)
            self._thread.start()
        self._calls += 1
        self._newest[topic] = self._calls
        self._answers[topic] = (done, failed)
        self._waiting.put((topic, self._calls, work))
        if self._is_brief:
            self.release_thread()

    def call_cancellable(
        self,
        topic: str,
        work: Callable[[Callable[[], bool]], T],
        done: Callable[[T], None],
        failed: Callable[[UserFault], None],
    ) -> None:
        """As :meth:`call`; ``work`` is handed a function that turns true when its answer is no longer wanted."""
        self.call(topic, partial(work, partial(self._is_stale, topic, self._calls + 1)), done, failed)

    def ask(
        self,
        topic: str,
        question: partial[T],
        done: Callable[[T], None],
        failed: Callable[[UserFault], None],
        before: Callable[[T], object] | None = None,
    ) -> None:
        """As :meth:`call`, for a function about a table with its arguments: the process that reads tables answers.

        ``before`` is called with the answer in the thread, for what is slow and must be done before ``done``.
        """
        ask = partial(self._tables.ask, question.func, *question.args, **question.keywords)

        def work(cancelled: Callable[[], bool]) -> T:
            answer = ask(cancelled=cancelled)
            if before is not None:
                before(answer)
            return answer

        self.call_cancellable(topic, work, done, failed)

    def drop(self, topic: str) -> None:
        """Answer nothing more of a topic."""
        self._newest.pop(topic, None)
        self._answers.pop(topic, None)

    @Slot()
    def cancel_all(self) -> None:
        """Answer nothing of what was asked so far, and let the thread end with what it does now."""
        self._answers.clear()
        self._newest.clear()
        self.release_thread()

    def release_thread(self) -> None:
        """Let the thread end when it has done what was asked so far; answers still come, and later calls start anew."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread = None

    def shutdown(self) -> None:
        """Cancel, wait for the thread, and do nothing more: for the very end of the application."""
        self._is_over = True
        thread = self._thread
        self.cancel_all()
        if thread is not None:
            thread.join(20)

    def _is_stale(self, topic: str, number: int) -> bool:
        return self._newest.get(topic) != number

    def _serve(self, waiting: queue.SimpleQueue[tuple[str, int, Callable[[], Any]] | None]) -> None:
        while (item := waiting.get()) is not None:
            topic, number, work = item
            if self._is_stale(topic, number):
                continue
            result: Any = None
            error: BaseException | None = None
            try:
                result = work()
            except Exception as caught:  # noqa: BLE001 - handed on and raised where it can be shown
                error = caught
            self._inbox.post(((topic, number, result, error),))
            del item, work, result, error  # what they hold is the window's: it must not live until the next call

    @Slot(object)
    def _on_frame(self, batch: tuple[tuple[str, int, object, BaseException | None], ...]) -> None:
        for topic, number, result, error in batch:
            if self._is_stale(topic, number) or topic not in self._answers:
                continue
            done, failed = self._answers.pop(topic)
            if error is None:
                done(result)
            elif isinstance(error, UserFault):
                failed(error)
            else:
                raise error
