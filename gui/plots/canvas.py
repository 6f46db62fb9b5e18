"""The only setup of pyqtgraph: a plot with its sentence, axes, keys, hover card, menu and empty state."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.arrays import Array
from gui.base.help_button import HelpButton
from gui.base.theme import space, tokens
from gui.base.turns import turns
from gui.plots.axes import NumberAxis
from gui.plots.plot_base import KEY_STEPS, Plot

Range = tuple[float, float]
REACH = 14  # how near, in pixels, the mouse must be to a point
LEAST_PAUSE = 1 / 40  # seconds between two drawings; a costly drawing waits eight times its own cost


class Canvas(Plot):
    """Base of every plot. Lives in the GUI thread; draws only while it is visible, and then once a frame at most.

    A plot sets its arrays and calls :meth:`refresh`; it overrides :meth:`draw` (hand arrays to items), :meth:`recolour`
    (pens and brushes), :meth:`nearest` (what lies under the mouse), :meth:`lines_about` and :meth:`table`.

    Signal ``picked`` carries the number that a person chose with the mouse or the arrow keys; it stays silent where
    ``picks`` is false, because what lies under the mouse is no trial.
    """

    picks = True
    help_topic = ""
    code = ""
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
        super().__init__(name, title, parent)
        self._home: tuple[Range, Range] | None = None
        self._is_moved = False
        self._drawn_at = 0.0
        self._pause = LEAST_PAUSE
        self._is_dirty = True
        self.x_axis, self.y_axis = axes or (
            NumberAxis("bottom", grid=False, whole=x_whole),
            NumberAxis("left", grid=True),
        )
        self.view = pg.PlotWidget(self, axisItems={"bottom": self.x_axis, "left": self.y_axis})
        self.plot: pg.PlotItem = self.view.getPlotItem()
        self.box: pg.ViewBox = self.plot.getViewBox()
        if self.help_topic:
            self.headline.end.addWidget(HelpButton(self.help_topic, name, self, self.headline))
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

    def range_moved(self) -> None:
        """The visible range is another one, by hand or by :meth:`set_home`."""

    # -- what plots use ----------------------------------------------------------------------------------------------

    @property
    def drawing(self) -> QWidget:
        """The view of pyqtgraph."""
        view: QWidget = self.view
        return view

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

    def looks_changed(self) -> None:
        """Other colours and sizes."""
        self._apply_icons()
        self.recolour()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while the plot was hidden."""
        super().showEvent(event)
        if self._is_dirty:
            self._draw_now()
