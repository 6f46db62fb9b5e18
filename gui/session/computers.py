"""Where the trials of a window's study run: on this computer, or on others that it is connected to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import UserFault
from engine.study import Cluster, LocalBackend, describe_cluster, make_cluster
from gui.session.document import Document
from gui.session.study_background import StudyBackground


class Computers(QObject):
    """Lives in the window's thread. ``changed`` says that one of its three states was left for another one.

    It is on this computer (``address`` empty), connecting (``is_connecting``), or on others (``said`` holds sentences
    on what they have). A study is never moved while it runs, and a file never says where it runs.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._background = StudyBackground(document, self)
        self._cluster: Cluster | None = None
        self.address = ""
        self.is_connecting = False
        self.said: list[str] = []
        self.problem = ""
        document.left.connect(self._leave)

    @property
    def can_move(self) -> bool:
        """Whether the next run can be elsewhere: a study is open for writing, and does not run."""
        return self._document.writable and self._document.run_state in {"idle", "ended"}

    def connect_to(self, address: str, certificates: Path | None = None) -> None:
        """Connect to a cluster, and move the study's next run there."""
        self.address, self.is_connecting, self.said, self.problem = address, True, [], ""
        self.changed.emit()
        work = partial(_connect, address, certificates)
        self._background.call_cancellable("cluster", work, self._arrive, self._fail)

    def return_here(self) -> None:
        """Run on this computer from now on; also where it is still connecting."""
        self._document.move_run(LocalBackend)
        self._leave()

    def _arrive(self, arrived: tuple[Cluster, list[str]]) -> None:
        cluster, said = arrived
        self._cluster, self.is_connecting, self.said = cluster, False, said
        self._document.move_run(cluster.make_backend)
        self.changed.emit()

    def _fail(self, fault: UserFault) -> None:
        self.address, self.is_connecting = "", False
        self.problem = f"{fault.what} {fault.remedy}".strip()
        self.changed.emit()

    @Slot()
    def _leave(self) -> None:
        self._background.drop("cluster")
        cluster, self._cluster = self._cluster, None
        self.address, self.is_connecting, self.said, self.problem = "", False, [], ""
        if cluster is not None:
            self._background.call("close", cluster.close, _nothing, _nothing)
        self.changed.emit()


def _connect(address: str, certificates: Path | None, cancelled: Callable[[], bool]) -> tuple[Cluster, list[str]]:
    """The cluster, and what is there, which may take a moment to be said."""
    cluster = make_cluster(address, certificates=certificates)
    cluster.connect()
    said = [] if cancelled() else describe_cluster(cluster)
    if cancelled():
        cluster.close()
        raise UserFault("The connection is no longer wanted.")
    return cluster, said


def _nothing(_: object) -> None:
    return
