"""The thread that starts processes. Linux ends a process with the thread that started it, and this one never ends."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Starter:
    """One thread, begun with the first process."""

    def __init__(self) -> None:
        self.forget_thread()

    def forget_thread(self) -> None:
        """A copy of this process has none of its threads."""
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] | None = None

    def start(self, start: Callable[[], T]) -> T:
        """What ``start()`` gives, called in the thread; raises what it raises."""
        future: Future[T] = Future()
        with self._lock:
            if self._waiting is None:
                self._waiting = queue.SimpleQueue()
                threading.Thread(target=self._serve, args=(self._waiting,), name="starter", daemon=True).start()
            self._waiting.put((future, start))
        return future.result()

    @staticmethod
    def _serve(waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]]) -> None:
        while True:
            future, start = waiting.get()
            try:
                future.set_result(start())
            except BaseException as error:  # noqa: BLE001 - raised where somebody waits for it
                future.set_exception(error)
            del future, start


STARTER = Starter()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=STARTER.forget_thread)
