"""The only setup of pyqtgraph: a plot with its sentence, axes, keys, hover card, menu and empty state."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.base.help_button import HelpButton
from gui.base.text import PlainLabel
from gui.base.theme import font_text, space, tokens
from gui.base.turns import turns
from gui.plots.axes import NumberAxis
from gui.plots.colours import pen
from gui.plots.headline import Headline
from gui.plots.hover_card import HoverCard
from gui.plots.plot_menu import PlotMenu

Array = np.ndarray[Any, Any]
Range = tuple[float, float]
KEY_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
REACH = 14  # how near, in pixels, the mouse must be to a point
LOOKS_CHANGED = (
    QEvent.Type.PaletteChange,
    QEvent.Type.ApplicationFontChange,
    QEvent.Type.DevicePixelRatioChange,
)
LEAST_PAUSE = 1 / 40  # seconds between two drawings; a costly drawing waits eight times its own cost


class Canvas(QWidget):
    """Base of every plot. Lives in the GUI thread; draws only while it is visible, and then once a frame at most.

    A plot sets its arrays and calls :meth:`refresh`; it overrides :meth:`draw` (hand arrays to items), :meth:`recolour`
    (pens and brushes), :meth:`nearest` (what lies under the mouse), :meth:`lines_about` and :meth:`table`.

    Signal ``picked`` carries the number that a person chose with the mouse or the arrow keys; it stays silent where
    ``picks`` is false, because what lies under the mouse is no trial.
    """

    picks = True
    help_topic = ""
    code = ""
    takes_notes = False
    note_wanted = Signal()
    picked = Signal(object)
    trial_menu_wanted = Signal(object)

    def __init__(
        self,
        name: str,
        title: str,
        x_whole: bool,
        parent: QWidget | None = None,
        axes: tuple[NumberAxis, NumberAxis] | None = None,
    ) -> None:
        """``axes`` are the one at the bottom and the one at the left, where they are not the usual ones."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.log = False
        self._home: tuple[Range, Range] | None = None
        self._is_moved = False
        self._drawn_at = 0.0
        self._pause = LEAST_PAUSE
        self._is_dirty = True
        self._shows_focus = False
        self.headline = Headline(self)
        self.x_axis, self.y_axis = axes or (
            NumberAxis("bottom", grid=False, whole=x_whole),
            NumberAxis("left", grid=True),
        )
        self.view = pg.PlotWidget(self, axisItems={"bottom": self.x_axis, "left": self.y_axis})
        self.plot: pg.PlotItem = self.view.getPlotItem()
        self.box: pg.ViewBox = self.plot.getViewBox()
        if self.help_topic:
            self.headline.end.addWidget(HelpButton(self.help_topic, name, self, self.headline))
        self._empty = PlainLabel(parent=self)
        self._card = HoverCard(self)
        self._menu = PlotMenu(self, self)
        self._timer = QTimer(self, singleShot=True)
        self._build()
        self._apply_icons()

    # -- for plots ---------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Hand the present arrays to the items."""
        raise NotImplementedError

    def recolour(self) -> None:
        """Give every item its colours from the theme in force."""
        raise NotImplementedError

    def nearest(self, at: QPointF) -> int | None:
        """The number of the trial drawn at ``at`` (pixels of the view), if any."""
        raise NotImplementedError

    def neighbour(self, step: int) -> int | None:
        """The number that an arrow key goes to from the selected one."""
        raise NotImplementedError

    def lines_about(self, number: int) -> tuple[str, ...]:
        """At most three lines for the hover card."""
        raise NotImplementedError

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Names and columns of what is drawn, for *Copy data*."""
        raise NotImplementedError

    def range_moved(self) -> None:
        """The visible range is another one, by hand or by :meth:`set_home`."""

    # -- what plots use ----------------------------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether a sentence stands in place of the plot."""
        return not self._empty.isHidden()

    def refresh(self) -> None:
        """Draw soon: at once where the last drawing is long enough ago, else when its pause is over."""
        self._is_dirty = True
        if not self.isVisible() or self._timer.isActive():
            return
        wait = self._drawn_at + self._pause - time.perf_counter()
        if wait <= 0.0:
            turns().take(self._draw_in_turn)
        else:
            self._timer.start(int(1000 * wait) + 1)

    def explain(self, sentence: str) -> None:
        """Show a sentence instead of the plot; an empty one shows the plot."""
        self._empty.setText(sentence)
        self._empty.setVisible(bool(sentence))
        self.view.setVisible(not sentence)
        if sentence:
            self._card.hide()
            self._place_empty()

    def describe(self, text: str) -> None:
        """What a screen reader says of the picture."""
        self.setAccessibleDescription(text)

    def to_axis(self, values: Array) -> Array:
        """Values as positions on the value axis: themselves, or their logarithms (NaN where there is none)."""
        if not self.log:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0.0, np.log10(values), np.nan)

    def set_home(self, x: Range, y: Range) -> None:
        """The ranges that *reset* goes to, in axis positions. Taken at once unless a person has moved the view."""
        if self._home == (x, y):
            return
        self._home = (x, y)
        if not self._is_moved:
            self._go_home()

    def pixels(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Axis positions as pixels of the view."""
        corner = self.box.mapToScene(self.box.mapFromView(QPointF(0.0, 0.0)))
        unit = self.box.mapToScene(self.box.mapFromView(QPointF(1.0, 1.0)))
        return corner.x() + x * (unit.x() - corner.x()), corner.y() + y * (unit.y() - corner.y())

    def closest(self, x: Array, y: Array, at: QPointF) -> int | None:
        """The index of the point nearest to ``at``, if it is within reach."""
        if not len(x):
            return None
        px, py = self.pixels(x, y)
        distance = np.hypot(px - at.x(), py - at.y())
        distance[~np.isfinite(distance)] = np.inf
        index = int(np.argmin(distance))
        return index if distance[index] <= space(REACH) else None

    # -- keys and switches -------------------------------------------------------------------------------------------

    @Slot()
    def reset_view(self) -> None:
        """Back to the range that shows everything."""
        self._is_moved = False
        self._go_home()

    @Slot()
    def toggle_log(self) -> None:
        """Switch the value axis between linear and logarithmic."""
        self.set_log(not self.log)

    def set_log(self, log: bool) -> None:
        """Choose the scale of the value axis."""
        if log == self.log:
            return
        self.log = self.y_axis.log = log
        self._is_moved = False
        self._home = None
        self._is_dirty = True
        if self.isVisible():
            self._draw_now()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """``R`` resets, ``L`` switches the scale, arrows go from point to point."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_R:
            self.reset_view()
        elif key == Qt.Key.Key_L:
            self.toggle_log()
        elif key in KEY_STEPS:
            number = self.neighbour(KEY_STEPS[key])
            if number is not None:
                self.picked.emit(number)
        elif key == Qt.Key.Key_Menu:
            self._menu.open_at(self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.getAxis("left").setZValue(-10)
        self.box.setDefaultPadding(0.0)
        self.box.disableAutoRange()
        self.view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.view.setFocusProxy(self)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.viewport().setMouseTracking(True)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(16), space(12), space(16), space(8))
        rows.setSpacing(space(8))
        rows.addWidget(self.headline)
        rows.addWidget(self.view, 1)
        rows.addStretch(0)
        self._timer.timeout.connect(self._take_turn)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.view.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.view.scene().sigMouseClicked.connect(self._on_clicked)
        self.box.sigRangeChangedManually.connect(self._on_moved_by_hand)
        self.box.sigRangeChanged.connect(self._on_range_changed)
        self.box.sigResized.connect(self._on_resized)

    def _apply_icons(self) -> None:
        self.view.setBackground(tokens().window)
        self.x_axis.recolour()
        self.y_axis.recolour()
        self._empty.setFont(font_text())

    def _go_home(self) -> None:
        if self._home is not None:
            self.box.setRange(xRange=self._home[0], yRange=self._home[1], padding=0.0, disableAutoRange=True)

    @Slot()
    def _take_turn(self) -> None:
        turns().take(self._draw_in_turn)

    def _draw_in_turn(self) -> None:
        if self._is_dirty and self.isVisible():
            self._draw_now()

    def _draw_now(self) -> None:
        self._timer.stop()
        begun = time.perf_counter()
        self._is_dirty = False
        self.draw()
        self._drawn_at = time.perf_counter()
        self._pause = max(LEAST_PAUSE, 8.0 * (self._drawn_at - begun))

    def _place_empty(self) -> None:
        width = min(self.width() - space(48), space(520))
        top = self.headline.geometry().bottom() if self.headline.isVisible() else 0
        self._empty.setGeometry((self.width() - width) // 2, top, width, self.height() - top)

    @Slot(object)
    def _on_mouse_moved(self, at: QPointF) -> None:
        inside = self.box.sceneBoundingRect().contains(at)
        number = self.nearest(at) if inside else None
        if number is None:
            self._card.hide()
            self.view.viewport().unsetCursor()
            return
        if self.picks:
            self.view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        place = self.view.mapTo(self, self.view.mapFromScene(at))
        self._card.tell(self.lines_about(number), place)

    @Slot(object)
    def _on_clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.reset_view()
            return
        number = self.nearest(event.scenePos())
        if number is not None and self.picks:
            self.picked.emit(number)

    def save_picture(self) -> None:
        """Have a place chosen and save the plot there."""
        self._menu.save_picture.trigger()

    @Slot(QPoint)
    def _on_menu_wanted(self, at: QPoint) -> None:
        number = self.nearest(self.view.mapToScene(at)) if self.picks else None
        if number is None:
            self._menu.open_at(self.view.mapToGlobal(at))
        else:
            self._card.hide()
            self.picked.emit(number)
            self.trial_menu_wanted.emit(self.view.mapToGlobal(at))

    @Slot(object)
    def _on_moved_by_hand(self, _enabled: object) -> None:
        self._is_moved = True
        self._card.hide()

    @Slot(object, object, object)
    def _on_range_changed(self, _box: object, _ranges: object, _changed: object = None) -> None:
        self.range_moved()

    @Slot(object)
    def _on_resized(self, _box: object) -> None:
        self.refresh()  # ranges leave room for marks in pixels

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the text size."""
        super().changeEvent(event)
        if event.type() in LOOKS_CHANGED:
            self._apply_icons()
            self.recolour()
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while the plot was hidden."""
        super().showEvent(event)
        if self._is_dirty:
            self._draw_now()

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
