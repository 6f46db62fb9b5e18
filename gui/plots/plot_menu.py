"""What every plot offers on a right click: copy and save its picture, copy its data, reset, switch the scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.study import as_tab_separated
from gui.base.messages import messages_of
from gui.base.theme import tokens

SAVED_SCALE = 2.0  # pictures are saved at twice their size on screen


class PlotWithMenu(Protocol):
    """What the menu asks of a plot. ``code`` is the Python that makes what it shows; empty where there is none.

    Where it ``takes_notes``, its signal ``note_wanted`` asks for a note of what it stands in.
    """

    log: bool
    code: str
    takes_notes: bool
    note_wanted: Any

    @property
    def is_empty(self) -> bool:
        """Whether a sentence stands in place of the plot."""

    def table(self) -> tuple[Sequence[str], Sequence[Any]]:
        """Names and columns of what is drawn."""

    def finish(self) -> None:
        """Paint at once what is painted piece by piece."""

    def reset_view(self) -> None:
        """Back to the range that shows everything."""

    def toggle_log(self) -> None:
        """Switch the value axis between linear and logarithmic."""


class PlotMenu(QObject):
    """The context menu of one plot; its actions work without it being open."""

    def __init__(self, canvas: QWidget, plot: PlotWithMenu) -> None:
        """``plot`` is what the widget ``canvas`` shows: a canvas is both."""
        super().__init__(canvas)
        self._canvas, self._plot = canvas, plot
        self._dialog: QFileDialog | None = None
        self.menu = QMenu(canvas)
        name = canvas.objectName()
        self.copy_picture = self._add(f"action_copy_picture_{name}", self.tr("Copy picture"))
        self.save_picture = self._add(f"action_save_picture_{name}", self.tr("Save picture…"))
        self.copy_data = self._add(f"action_copy_data_{name}", self.tr("Copy data"))
        self.copy_code = self._add(f"action_copy_code_{name}", self.tr("Copy as code"))
        self.note = self._add(f"action_note_{name}", self.tr("Note…"))
        self.menu.addSeparator()
        self.reset = self._add(f"action_reset_{name}", self.tr("Reset view"), "R")
        self.scale = self._add(f"action_scale_{name}", self.tr("Logarithmic axis"), "L")
        self.scale.setCheckable(True)
        self.copy_picture.triggered.connect(self._on_copy_picture)
        self.save_picture.triggered.connect(self._on_save_picture)
        self.copy_data.triggered.connect(self._on_copy_data)
        self.copy_code.triggered.connect(self._on_copy_code)
        self.note.triggered.connect(plot.note_wanted)
        self.reset.triggered.connect(plot.reset_view)
        self.scale.triggered.connect(plot.toggle_log)

    def open_at(self, place: QPoint) -> None:
        """Show the menu at a place on the screen."""
        self.scale.setChecked(self._plot.log)
        self.copy_code.setVisible(bool(self._plot.code))
        self.note.setVisible(self._plot.takes_notes)
        has_plot = not self._plot.is_empty
        for action in self.menu.actions():
            action.setEnabled(has_plot)
        self.menu.popup(place)

    def save(self, path: Path) -> bool:
        """Write the plot with its title to ``path``, as :func:`write_picture` does, and say so; whether that worked."""
        path = path if path.suffix else path.with_suffix(".png")
        self._plot.finish()
        is_written = write_picture(self._canvas, path)
        messages = messages_of(self._canvas)
        if messages is None:
            return is_written
        if is_written:
            messages.inform(f"Wrote {path.name} into {path.parent}.")
        else:
            messages.fault(*not_written(path))
        return is_written

    def _add(self, name: str, text: str, key: str = "") -> QAction:
        action = self.menu.addAction(text)
        action.setObjectName(name)
        if key:  # shown as a hint: the canvas itself listens to the key while it has the focus
            action.setText(f"{text}\t{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}")
        return action

    @Slot()
    def _on_copy_picture(self) -> None:
        self._plot.finish()
        QGuiApplication.clipboard().setPixmap(picture(self._canvas, SAVED_SCALE))

    @Slot()
    def _on_copy_data(self) -> None:
        names, columns = self._plot.table()
        QGuiApplication.clipboard().setText(as_tab_separated(names, zip(*columns, strict=True)))

    @Slot()
    def _on_copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._plot.code)

    @Slot()
    def _on_save_picture(self) -> None:
        self._dialog = QFileDialog(self._canvas, self.tr("Save picture"))
        self._dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._dialog.setNameFilters([self.tr("Picture (*.png)"), self.tr("Drawing (*.svg)")])
        self._dialog.setDefaultSuffix("png")
        self._dialog.filterSelected.connect(self._on_kind_chosen)
        self._dialog.fileSelected.connect(self._on_place_chosen)
        self._dialog.open()

    @Slot(str)
    def _on_kind_chosen(self, kind: str) -> None:
        if self._dialog is not None:
            self._dialog.setDefaultSuffix("svg" if "svg" in kind else "png")

    @Slot(str)
    def _on_place_chosen(self, place: str) -> None:
        self.save(Path(place))


def picture(widget: QWidget, scale: float) -> QPixmap:
    """The widget as it looks, at ``scale`` times its size."""
    made = QPixmap(widget.size() * scale)
    made.setDevicePixelRatio(scale)
    made.fill(tokens().window)
    widget.render(made)
    return made


def write_picture(widget: QWidget, path: Path) -> bool:
    """A widget as vectors for ``.svg``, else as a picture at twice its size; whether it could be written."""
    if path.suffix.lower() == ".svg":
        return write_svg(widget, path)
    return picture(widget, SAVED_SCALE).save(str(path))


def not_written(path: Path) -> tuple[str, str]:
    """What to say where a picture could not be written, and what helps."""
    return f"{path.name} could not be written.", "Choose another folder, or the ending .png."


def write_svg(widget: QWidget, path: Path) -> bool:
    """The widget as a vector drawing; whether it could be written."""
    try:
        path.touch()  # Qt only warns
    except OSError:
        return False
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(QSize(widget.width(), widget.height()))
    generator.setViewBox(QRect(0, 0, widget.width(), widget.height()))
    painter = QPainter(generator)
    widget.render(painter, QPoint(0, 0))
    return painter.end()
