"""What happens to mistakes of ours: each is written to a log once and told in one sentence, and work goes on."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal

log = logging.getLogger(__name__)

QUIET_SECONDS = 30.0  # the same mistake is told once in so long a time: a slot may fail hundreds of times a second
MOST_BYTES = 1_000_000  # of errors.log before it begins anew: a guess


class ExceptionReporter(QObject):
    """Takes over ``sys.excepthook`` and ``threading.excepthook``. Signal ``noticed`` carries a sentence.

    Slots, paint and model methods end here, as do threads. No box is opened: a box inside a paint event would hang.
    """

    noticed = Signal(str)
    _raised = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last: dict[str, float] = {}
        self._before = sys.excepthook, threading.excepthook
        self._raised.connect(self.noticed, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._take
        threading.excepthook = self._take_thread

    def restore(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _take_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        frames = traceback.extract_tb(trace)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
        key, now = f"{kind.__name__} {place}", time.monotonic()
        if now - self._last.get(key, -QUIET_SECONDS) < QUIET_SECONDS:
            return
        self._last[key] = now
        path = self._write("".join(traceback.format_exception(kind, error, trace)))
        where = f" Details: {path}." if path is not None else ""
        self._raised.emit(f"Internal error ({kind.__name__} at {place}).{where}")

    def _write(self, text: str) -> Path | None:
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))
        path = folder / "errors.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            mode = "w" if path.exists() and path.stat().st_size > MOST_BYTES else "a"
            with path.open(mode, encoding="utf-8") as file:
                file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{text}\n")
        except OSError:
            log.exception("a mistake could not be written down")
            return None
        return path
