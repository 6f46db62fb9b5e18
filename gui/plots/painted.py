"""A plot that is painted by hand: its sentence, keys, card under the mouse, menu, empty state, and the mark of focus.

:class:`gui.plots.canvas.Canvas` is the same for plots that pyqtgraph draws; both are used alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.title import Title
from gui.base.text import PlainLabel
from gui.base.theme import font_text, space, tokens
from gui.plots.colours import pen
from gui.plots.headline import Headline
from gui.plots.hover_card import HoverCard
from gui.plots.plot_menu import PlotMenu

Array = np.ndarray[Any, Any]
LOOKS_CHANGED = (QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange)
KEY_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Surface(QWidget):
    """Where the plot is painted; mouse and paint events go to the plot that owns it."""

    def __init__(self, plot: PaintedPlot) -> None:
        super().__init__(plot)
        self._plot = plot
        self.setMouseTracking(True)
        self.setFocusProxy(plot)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Have the plot paint itself."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._plot.paint(painter, QRectF(self.rect()))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The mouse moved, perhaps with a button down."""
        self._plot.mouse_moved(event.position(), event.buttons())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A button went down."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._plot.setFocus(Qt.FocusReason.MouseFocusReason)
            self._plot.mouse_pressed(event.position(), event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A button went up."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._plot.mouse_released(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Pressed twice."""
        self._plot.mouse_double_clicked(event.position())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other room, other places."""
        super().resizeEvent(event)
        self._plot.resized()


class PaintedPlot(QWidget):
    """Base. A plot sets its arrays and calls :meth:`refresh`; it overrides :meth:`paint` and what else it can do.

    Signal ``picked`` carries the number of a trial that a person chose, ``trial_menu_wanted`` the place on the screen
    where the menu of that trial is wanted.
    """

    code = ""
    takes_notes = False
    note_wanted = Signal()
    log = False
    picked = Signal(object)
    trial_menu_wanted = Signal(object)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shows_focus = False
        self.headline = Headline(self)
        self.headline.most_title_lines = 2
        self.surface = Surface(self)
        policy = self.surface.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # else the sentence in its place would stand below the headline's new end
        self.surface.setSizePolicy(policy)
        self._empty = PlainLabel(parent=self)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.hide()
        self._card = HoverCard(self)
        self._menu = PlotMenu(self, self)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(space(16), space(8), space(16), space(8))
        self.rows.setSpacing(space(4))
        self.rows.addWidget(self.headline)
        self.rows.addWidget(self.surface, 1)
        self._apply_fonts()

    # -- for plots ---------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Paint everything into ``room`` (pixels of the surface)."""
        raise NotImplementedError

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Names and columns of what is drawn, for *Copy data*."""
        raise NotImplementedError

    def trial_at(self, at: QPointF) -> int | None:
        """The number of the trial under the mouse, if any."""
        return None

    def lines_about(self, number: int) -> tuple[str, ...]:
        """At most three lines for the card under the mouse."""
        return ()

    def neighbour(self, step: int) -> int | None:
        """The trial that an arrow key goes to."""
        return None

    def mouse_moved(self, at: QPointF, buttons: Qt.MouseButton) -> None:
        """Tell of the trial under the mouse."""
        number = self.trial_at(at)
        if number is None:
            self._card.hide()
            self.surface.unsetCursor()
        else:
            self.surface.setCursor(Qt.CursorShape.PointingHandCursor)
            self._card.tell(self.lines_about(number), self.surface.mapTo(self, at.toPoint()))

    def mouse_pressed(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Select the trial under the mouse."""
        number = self.trial_at(at)
        if number is not None:
            self.picked.emit(number)

    def mouse_released(self, at: QPointF) -> None:
        """Nothing."""

    def mouse_double_clicked(self, at: QPointF) -> None:
        """Back to the whole."""
        self.reset_view()

    def resized(self) -> None:
        """The surface has another size."""

    def recoloured(self) -> None:
        """The theme is another one; colours are asked for anew when it is painted."""

    @Slot()
    def reset_view(self) -> None:
        """Back to what is shown at first."""

    @Slot()
    def toggle_log(self) -> None:
        """Switch the value axis, where the plot has one that can be."""

    # -- what plots use ----------------------------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether a sentence stands in place of the plot."""
        return not self._empty.isHidden()

    def refresh(self) -> None:
        """Paint anew."""
        self.surface.update()

    def say(self, title: Title) -> None:
        """Show a title and its remark."""
        self.headline.say(*title)

    def explain(self, sentence: str) -> None:
        """Show a sentence instead of the plot; an empty one shows the plot."""
        self._empty.setText(sentence)
        self._empty.setVisible(bool(sentence))
        self.surface.setVisible(not sentence)
        if sentence:
            self._card.hide()
            self._place_empty()

    def describe(self, text: str) -> None:
        """What a screen reader says of the picture."""
        self.setAccessibleDescription(text)

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """``R`` resets, ``L`` switches the scale, arrows go from trial to trial, Menu opens the menu."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_R:
            self.reset_view()
        elif key == Qt.Key.Key_L:
            self.toggle_log()
        elif key in KEY_STEPS and (number := self.neighbour(KEY_STEPS[key])) is not None:
            self.picked.emit(number)
        elif key == Qt.Key.Key_Menu:
            self._menu.open_at(self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the trial under the mouse, else that of the plot."""
        at = QPointF(self.surface.mapFrom(self, event.pos()))
        number = None if self.is_empty else self.trial_at(at)
        place: QPoint = event.globalPos()
        if number is None:
            self._menu.open_at(place)
        else:
            self._card.hide()
            self.picked.emit(number)
            self.trial_menu_wanted.emit(place)

    def save_picture(self) -> None:
        """Have a place chosen and save the plot there."""
        self._menu.save_picture.trigger()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the text size."""
        super().changeEvent(event)
        if event.type() in LOOKS_CHANGED:
            self._apply_fonts()
            self.recoloured()
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sentence of an empty plot in the middle."""
        super().resizeEvent(event)
        self._place_empty()

    def leaveEvent(self, event: QEvent) -> None:
        """No card without the mouse."""
        super().leaveEvent(event)
        self._card.hide()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by keyboard sees where the focus is."""
        super().focusInEvent(event)
        self._shows_focus = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The mark of the focus goes with it."""
        super().focusOutEvent(event)
        self._shows_focus = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark of the focus, if any."""
        super().paintEvent(event)
        if self._shows_focus:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(pen(tokens().text))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), space(6), space(6))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _apply_fonts(self) -> None:
        self._empty.setFont(font_text())

    def _place_empty(self) -> None:
        width = min(self.width() - space(32), space(520))
        top = self.headline.geometry().bottom()
        self._empty.setGeometry((self.width() - width) // 2, top, width, self.height() - top)
