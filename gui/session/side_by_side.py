"""The studies that stand side by side: their files are read beside the window, and the open one again as it grows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from engine.comparing import ComparedStudy, Comparison, compare_studies, read_study
from engine.errors import UserFault
from gui.session.document import Document
from gui.session.paced_look import PacedLook


class _Found(NamedTuple):
    comparison: Comparison
    faults: tuple[UserFault, ...]


class SideBySide(PacedLook):
    """A :class:`PacedLook`. ``paths`` are the files, the one that the others are compared with first.

    ``found`` is the last :class:`Comparison`. Signals: ``changed``, and ``failed(UserFault)`` for a file that is no
    study; it is not kept.
    """

    failed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(document, parent)
        self.paths: list[Path] = []
        self.found: Comparison | None = None
        self._known: dict[Path, ComparedStudy] = {}
        document.saved_changed.connect(self._on_saved_changed)

    def watch(self, is_watched: bool) -> None:
        """Somebody looks, and every file is read anew, or nobody does."""
        if is_watched:
            self._known.clear()
            self._is_due = True
        if not self.paths and self._document.path is not None:
            self.paths = [self._document.path]
        super().watch(is_watched)

    def add(self, paths: Sequence[Path]) -> None:
        """Set further files beside those there are; one that is there already is read again."""
        for path in paths:
            self._known.pop(path, None)
        self.paths += [path for path in dict.fromkeys(paths) if path not in self.paths]
        self.look_soon()

    def remove(self, place: int) -> None:
        """Take one away; its file stays."""
        self._known.pop(self.paths.pop(place), None)
        self.look_soon()

    def put_first(self, place: int) -> None:
        """Compare the others with this one."""
        self.paths.insert(0, self.paths.pop(place))
        self.look_soon()

    def opened(self) -> None:
        """Another study: those that stood beside the last one go with it."""
        self._known.clear()
        self.paths = [] if self._document.path is None else [self._document.path]
        self.found = None
        self.look_soon()
        self.changed.emit()

    def grown(self) -> None:
        """The open study is read again."""
        own = self._document.path
        if own is not None:
            for path in {own, Path(os.path.realpath(own))}:  # the open one may go by another name
                self._known.pop(path, None)

    def look(self) -> None:
        """Have the files compared."""
        if not self.paths:
            self.found = None
            self.changed.emit()
            return
        work = partial(_compare, tuple(self.paths), dict(self._known))
        self._background.call("studies", work, self._on_found, self._on_failed)

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_saved_changed(self) -> None:
        self.grown()
        self.look_later()

    def _on_found(self, found: _Found) -> None:
        self.found = found.comparison
        self._known = {study.path: study for study in found.comparison.studies}
        self.paths = [study.path for study in found.comparison.studies]
        for fault in found.faults:
            self.failed.emit(fault)
        self.changed.emit()

    def _on_failed(self, fault: UserFault) -> None:
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
