"""What a drag over the window says before the mouse is let go: which files open, and how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.study import PROGRAMS, SCRIPT_SUFFIXES, TABLE_SUFFIXES
from engine.wording import listed
from gui.base.file_filters import STUDY
from gui.base.text import seen
from gui.base.theme import font_dim, font_title, space, tokens
from gui.windows.opening import STORAGES, WHAT_OPENS


def files_of(data: QMimeData) -> list[Path]:
    """The files of a drag that are on this computer."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def words_for(files: Sequence[Path], *, is_empty: bool) -> tuple[str, str]:
    """What a drop of these files does, and a dim line about it; ``is_empty`` says that this window is free."""
    studies = [path for path in files if path.suffix.lower() == STUDY]
    tables = [path for path in files if path.suffix.lower() in TABLE_SUFFIXES]
    scripts = [path for path in files if path.suffix.lower() in {*SCRIPT_SUFFIXES, *PROGRAMS}]
    storages = [path for path in files if path.suffix.lower() in STORAGES]
    opened = [*studies, *tables, *scripts, *storages]
    if not opened:
        return "Nothing here can be opened", WHAT_OPENS
    if len(opened) == 1:
        verb = "Open" if studies else "Tune" if scripts else "Import the trials of" if storages else "Tune a model on"
        what = f"{verb} {opened[0].name}"
    else:
        parts = [f"{len(studies)} studies" if len(studies) > 1 else "a study"] if studies else []
        parts += [f"{len(tables)} tables" if len(tables) > 1 else "a table"] if tables else []
        parts += [f"{len(scripts)} scripts" if len(scripts) > 1 else "a script"] if scripts else []
        parts += [f"{len(storages)} storages" if len(storages) > 1 else "a storage"] if storages else []
        what = f"Open {listed(parts)}"
    where = "" if is_empty and len(opened) == 1 else "Each opens in a window of its own."
    where = "It opens in a window of its own." if where and len(opened) == 1 else where
    others = len(files) - len(opened)
    left = "" if not others else f"{others} other {'file is' if others == 1 else 'files are'} left out."
    stay = "The file stays where it is." if len(opened) == 1 else "The files stay where they are."
    return what, " ".join(part for part in (where, left, stay) if part)


class DropVeil(QWidget):
    """``drop_veil`` lies over the window while files are dragged over it, and takes nothing itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop_veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._what, self._about = "", ""
        self.hide()

    @property
    def words(self) -> tuple[str, str]:
        """What is said."""
        return self._what, self._about

    def show_words(self, what: str, about: str) -> None:
        """Say what a drop would do."""
        self._what, self._about = seen(what), seen(about)
        self.setAccessibleName(f"{what}. {about}")
        window = self.parentWidget()
        assert window is not None, "a veil lies over a window"
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a dashed frame with the words in its middle."""
        colours = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(colours.window)
        shade.setAlphaF(0.9)
        painter.fillRect(self.rect(), shade)
        pen = QPen(QColor(colours.text), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        edge = space(16)
        box = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        painter.drawRoundedRect(box, space(6), space(6))
        painter.setFont(font_title())
        painter.drawText(box.adjusted(0, 0, 0, -space(16)), Qt.AlignmentFlag.AlignCenter, self._what)
        painter.setFont(font_dim())
        painter.setPen(QColor(colours.dim))
        painter.drawText(box.adjusted(0, space(32), 0, 0), Qt.AlignmentFlag.AlignCenter, self._about)
        painter.end()
