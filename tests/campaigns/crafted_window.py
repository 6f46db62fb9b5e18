"""The real window, offscreen, on study files that were made to harm."""

import os
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, QStandardPaths

from gui.app import create_application, windows

PATIENCE = 120.0  # seconds; a busy computer needs many
PAGES = ("setup", "live", "results")


class Windowed:
    """Opens one file after another, looks at every page, and closes."""

    def __init__(self, settings):
        QStandardPaths.setTestModeEnabled(True)
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(settings))
        self.application = create_application(["twinloop"])
        self.windows = windows(self.application)
        self.mistakes = []
        self.windows.exception_reporter.noticed.connect(self.mistakes.append)

    def look(self, path):
        """How the window answered; raises where it made a mistake or did not close."""
        self.mistakes.clear()
        window, said = self.windows.make(), []
        document = window.study
        document.rejected.connect(said.append)
        try:
            window.take(path)
            self._until(lambda: document.is_open or said)
            for page in PAGES if document.is_open else ():
                window.show_page(page)
                window.selection.select(2)
                self._spin(0.02)
                assert not window.grab().isNull()
            answer = "opened" if document.is_open else "refused"
        finally:
            window.close_without_asking()
            self._until(lambda: window not in self.windows.open_windows)
        if self.mistakes:
            raise AssertionError(str(self.mistakes))
        return answer

    def _until(self, holds):
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise AssertionError("the window hangs")
            self.application.processEvents()
            time.sleep(0.002)

    def _spin(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
