"""Recent studies: which files, and the little that the start page shows of each."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.base.settings import Settings

MOST = 12  # studies that fit on the start page: a guess


class Recent(QObject):
    """The list of recent study files, newest first; signal ``changed`` when it is another one."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that still exist."""
        return tuple(path for path in map(Path, self._settings.recent) if path.is_file())

    def label(self, path: Path) -> str:
        """A file's name, with its folder where another one is called so as well."""
        is_alone = sum(other.name == path.name for other in self.paths) < 2
        return path.name if is_alone else f"{path.name} ({path.parent})"

    def add(self, path: Path) -> None:
        """Put a file first."""
        text = os.path.realpath(path)  # one entry a file, however it was called
        others = [item for item in self._settings.recent if os.path.realpath(item) != text]
        self._settings.recent = [text, *others][:MOST]
        self.changed.emit()

    def forget(self, path: Path) -> None:
        """Take a file out of the list; the file itself stays."""
        text = os.path.realpath(path)
        self._settings.recent = [item for item in self._settings.recent if os.path.realpath(item) != text]
        self.changed.emit()
