"""The application's process that reads tables: started with the first question, ended with the application."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from engine.study import TableProcess


class Tables(QObject):
    """Keeps the process; what is asked of it is asked in the background."""

    def __init__(self, parent: QCoreApplication) -> None:
        super().__init__(parent)
        self.process = TableProcess()
        parent.aboutToQuit.connect(self.process.close)


def tables() -> TableProcess:
    """The application's own; to be fetched in its thread."""
    application = QCoreApplication.instance()
    assert application is not None
    found = application.findChild(Tables)
    return (found if found is not None else Tables(application)).process
