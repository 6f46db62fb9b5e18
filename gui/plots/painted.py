"""A plot that is painted by hand: its sentence, keys, card under the mouse, menu, empty state, and the mark of focus.

:class:`gui.plots.canvas.Canvas` is the same for plots that pyqtgraph draws; both are used alike.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEngine,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.analysis.title import Title
from gui.base.theme import space
from gui.plots.plot_base import KEY_STEPS, Plot


class Surface(QWidget):
    """Where the plot is painted; mouse and paint events go to the plot that owns it."""

    def __init__(self, plot: PaintedPlot) -> None:
        super().__init__(plot)
        self._plot = plot
        self._key: tuple[object, ...] = ()
        self._picture = QPixmap()
        self.setMouseTracking(True)
        self.setFocusProxy(plot)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Have the plot paint itself."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect())
        is_screen = painter.paintEngine().type() == QPaintEngine.Type.Raster  # a drawing that is saved has no pixels
        if self._plot.keeps_picture and is_screen:
            painter.drawPixmap(0, 0, self._kept_picture(room))
        else:
            self._plot.paint(painter, room)
        self._plot.paint_over(painter, room)
        painter.end()

    def _kept_picture(self, room: QRectF) -> QPixmap:
        """What was painted last, painted anew where the plot, its size or the screen changed."""
        dots = self.devicePixelRatioF()
        key = (self._plot.changes, room.size().toTuple(), dots)
        if key != self._key:
            self._picture = QPixmap(self.size() * dots)
            self._picture.setDevicePixelRatio(dots)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font())
            self._plot.paint(painter, room)
            painter.end()
            self._key = key
        return self._picture

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


class PaintedPlot(Plot):
    """Base. A plot sets its arrays and calls :meth:`refresh`; it overrides :meth:`paint` and what else it can do.

    One that ``switches_axis`` shows the values of an axis in another way while ``log``. One of thousands of marks
    ``keeps_picture`` of them: they are painted once, and only what lies over them, such as the selection, every time.
    """

    switches_axis = False
    keeps_picture = False

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, parent)
        self._chosen: int | None = None
        self.changes = 0  # how often what is painted became another
        self.headline.most_title_lines = 2
        self.surface = Surface(self)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(space(16), space(8), space(16), space(8))
        self.rows.setSpacing(space(4))
        self.rows.addWidget(self.headline)
        self.rows.addWidget(self.surface, 1)

    @property
    def drawing(self) -> QWidget:
        """The surface."""
        return self.surface

    # -- for plots ---------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, room: QRectF) -> None:
        """Paint everything into ``room`` (pixels of the surface)."""
        raise NotImplementedError

    def paint_over(self, painter: QPainter, room: QRectF) -> None:
        """Paint what lies over the picture that is kept: the selected trial."""

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
    def toggle_log(self) -> None:
        """Switch how an axis is shown, where that is known."""
        if self.switches_axis:
            self.log = not self.log
            self.refresh()

    # -- what plots use ----------------------------------------------------------------------------------------------

    def select(self, number: int | None) -> None:
        """Another trial is selected, or none."""
        self._chosen = number
        if self.keeps_picture:
            self.surface.update()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Paint anew."""
        self.changes += 1
        self.surface.update()

    def say(self, title: Title) -> None:
        """Show a title and its remark."""
        self.headline.say(*title)

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

    def looks_changed(self) -> None:
        """Colours are asked for anew when it is painted."""
        self.recoloured()
        self.refresh()
