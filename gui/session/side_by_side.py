"""The studies that stand side by side: their files are read beside the window, and the open one again as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.comparing import ComparedStudy, Comparison, compare_studies, read_study
from engine.errors import UserFault
from gui.bridge.background import Background
from gui.session.document import Document

PAUSE_MS = 2000  # between two looks while trials run (pages.md 0.8)


class _Found(NamedTuple):
    comparison: Comparison
    faults: tuple[UserFault, ...]


class SideBySide(QObject):
    """Lives in the window's thread. ``paths`` are the files, the one that the others are compared with first.

    ``found`` is the last :class:`Comparison`. Signals: ``changed``, and ``failed(UserFault)`` for a file that is no
    study; it is not kept.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.paths: list[Path] = []
        self.found: Comparison | None = None
        self.is_reading = False
        self._document = document
        self._background = Background(self, is_brief=True)
        self._known: dict[Path, ComparedStudy] = {}
        self._is_due = True
        self._is_watched = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._look)
        document.opened.connect(self._on_opened)
        document.setup_changed.connect(self._on_grown)
        document.saved_changed.connect(self._on_grown)
        document.trials_changed.connect(self._on_trials)

    def watch(self, is_watched: bool) -> None:
        """Somebody looks, and every file is read anew, or nobody does."""
        self._is_watched = is_watched
        if is_watched:
            self._known.clear()
            self._is_due = True
        if not self.paths and self._document.path is not None:
            self.paths = [self._document.path]
        if is_watched and self._is_due:
            self._look()

    def add(self, paths: Sequence[Path]) -> None:
        """Set further files beside those there are; one that is there already is read again."""
        for path in paths:
            self._known.pop(path, None)
        self.paths += [path for path in dict.fromkeys(paths) if path not in self.paths]
        self._look_soon()

    def remove(self, place: int) -> None:
        """Take one away; its file stays."""
        self._known.pop(self.paths.pop(place), None)
        self._look_soon()

    def put_first(self, place: int) -> None:
        """Compare the others with this one."""
        self.paths.insert(0, self.paths.pop(place))
        self._look_soon()

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_opened(self) -> None:
        """Another study: those that stood beside the last one go with it."""
        self._known.clear()
        self.paths = [] if self._document.path is None else [self._document.path]
        self.found = None
        self._look_soon()
        self.changed.emit()

    @Slot()
    def _on_grown(self) -> None:
        own = self._document.path
        if own is not None:
            for path in {own, own.resolve()}:  # the open one may go by another name
                self._known.pop(path, None)
        self._is_due = True
        if self._is_watched and not self._pause.isActive():
            self._pause.start(PAUSE_MS)

    @Slot(object)
    def _on_trials(self, _events: tuple[object, ...]) -> None:
        self._on_grown()

    def _look_soon(self) -> None:
        self._is_due = True
        if self._is_watched:
            self._pause.start(0)

    @Slot()
    def _look(self) -> None:
        if not self._is_watched:
            return
        self._is_due = False
        if not self.paths:
            self.found = None
            self.changed.emit()
            return
        self.is_reading = True
        work = partial(_compare, tuple(self.paths), dict(self._known))
        self._background.call("studies", work, self._on_found, self._on_failed)

    def _on_found(self, found: _Found) -> None:
        self.is_reading = False
        self.found = found.comparison
        self._known = {study.path: study for study in found.comparison.studies}
        self.paths = [study.path for study in found.comparison.studies]
        for fault in found.faults:
            self.failed.emit(fault)
        self.changed.emit()

    def _on_failed(self, fault: UserFault) -> None:
        self.is_reading = False
        self.failed.emit(fault)


def _compare(paths: tuple[Path, ...], known: dict[Path, ComparedStudy]) -> _Found:
    studies: dict[Path, ComparedStudy] = {}
    faults = []
    for path in paths:
        try:
            study = known.get(path) or read_study(path)
        except UserFault as fault:
            faults.append(fault)
        else:
            studies[study.path] = study  # by its real path, so that two ways to one file are one study
    return _Found(compare_studies(list(studies.values())), tuple(faults))
