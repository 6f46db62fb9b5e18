"""What every plot has, whoever draws it: its sentence, card under the mouse, menu, empty state and mark of focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.arrays import Array
from gui.base.text import PlainLabel
from gui.base.theme import font_text, space, tokens
from gui.plots.colours import pen
from gui.plots.headline import Headline
from gui.plots.hover_card import HoverCard
from gui.plots.plot_menu import PlotMenu

KEY_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
LOOKS_CHANGED = (
    QEvent.Type.PaletteChange,
    QEvent.Type.ApplicationFontChange,
    QEvent.Type.DevicePixelRatioChange,
)
WIDEST_SENTENCE = 520  # pixels of the design that the sentence of an empty plot takes


class Plot(QWidget):
    """Base of :class:`gui.plots.canvas.Canvas` and :class:`gui.plots.painted.PaintedPlot`, which are used alike.

    Signal ``picked`` carries the number of a trial that a person chose, ``trial_menu_wanted`` the place on the screen
    where the menu of that trial is wanted.
    """

    code = ""  # the Python that makes what it shows; empty where there is none
    log = False
    takes_notes = False  # whether a note can be pinned to what it stands in
    note_wanted = Signal()
    picked = Signal(object)
    trial_menu_wanted = Signal(object)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shows_focus = False
        self.headline = Headline(self)
        self._empty = PlainLabel(parent=self)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setFont(font_text())
        self._empty.hide()
        self._card = HoverCard(self)
        self._menu = PlotMenu(self, self)

    @property
    def drawing(self) -> QWidget:
        """What stands where an empty plot has its sentence."""
        raise NotImplementedError

    def table(self) -> tuple[tuple[str, ...], tuple[Array, ...]]:
        """Names and columns of what is drawn, for *Copy data*."""
        raise NotImplementedError

    @Slot()
    def reset_view(self) -> None:
        """Back to what is shown at first."""

    @Slot()
    def toggle_log(self) -> None:
        """Switch the value axis, where the plot has one that can be."""

    def looks_changed(self) -> None:
        """The theme, the text size or the screen is another one."""

    @property
    def is_empty(self) -> bool:
        """Whether a sentence stands in place of the plot."""
        return not self._empty.isHidden()

    def explain(self, sentence: str) -> None:
        """Show a sentence instead of the plot; an empty one shows the plot."""
        self._empty.setText(sentence)
        self._empty.setVisible(bool(sentence))
        policy = self.drawing.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the title stays at the top
        self.drawing.setSizePolicy(policy)
        self.drawing.setVisible(not sentence)
        if sentence:
            self._card.hide()
            self._place_empty()

    def describe(self, text: str) -> None:
        """What a screen reader says of the picture."""
        self.setAccessibleDescription(text)

    def finish(self) -> None:
        """Paint at once what is painted piece by piece, for a picture that is kept."""

    @Slot()
    def save_picture(self) -> None:
        """Have a place chosen and save the plot there."""
        self._menu.save_picture.trigger()

    def _place_empty(self) -> None:
        width = min(self.width() - space(48), space(WIDEST_SENTENCE))
        top = self.headline.geometry().bottom() if self.headline.isVisible() else 0
        self._empty.setGeometry((self.width() - width) // 2, top, width, self.height() - top)

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the text size."""
        super().changeEvent(event)
        if event.type() in LOOKS_CHANGED:
            self._empty.setFont(font_text())
            self.looks_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sentence of an empty plot in the middle."""
        super().resizeEvent(event)
        self._place_empty()

    def event(self, event: QEvent) -> bool:
        """The sentence of an empty plot stays below a title that takes another line."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.is_empty:
            self._place_empty()
        return handled

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
