"""One line of text at the foot of the window: what was done, or what did not work and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.base.icons import icon
from gui.base.messages import Line
from gui.base.theme import space
from gui.views.labels import Words
from gui.views.surfaces import Toolbar

SHOWN_MS = 8000  # long enough to read two sentences: a guess
WAY = "What can be done about it"


class MessageBar(Toolbar):
    """Hidden while there is nothing to say. What went well goes away by itself; what did not stays until closed.

    It lies over the foot of its parent, so that nothing moves under the mouse when it comes and goes.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.TopEdge, parent)
        self.setObjectName("message_bar")
        self.setAccessibleName("Message")
        self._bad = False
        self._sign = Words(parent=self)
        self._text = Words(name="label_message", wrap=True, parent=self)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._way = QPushButton(self)
        self._way.setObjectName("button_message_way")
        self._way.setAccessibleName(WAY)
        self._way.setAutoDefault(False)
        self._way.clicked.connect(self._on_way_clicked)
        self._way.hide()
        self._take: Callable[[], None] | None = None
        self._close = QToolButton(self)
        self._close.setObjectName("button_close_message")
        self._close.setAccessibleName("Close this message")
        self._close.setToolTip("Close this message")
        self._close.setProperty("shape", "quiet")
        self._close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(space(16), space(6), space(12), space(6))
        layout.setSpacing(space(8))
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._way)
        layout.addWidget(self._close)
        if parent is not None:
            parent.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The line that is shown."""
        return self._text.text()

    @Slot(object)
    def show_line(self, line: Line) -> None:
        """Show a line; the newest one wins."""
        self._bad = line.bad
        self._text.setText(str(line))
        self._take = line.way.take if line.way is not None else None
        self._way.setText(line.way.verb if line.way is not None else "")
        self._way.setAccessibleName(self._way.text() or WAY)
        self._way.setVisible(line.way is not None)
        self._apply_icons()
        self._place()
        self.show()
        self.raise_()
        self._timer.stop()
        if not line.bad:
            self._timer.start(SHOWN_MS)
        QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))

    @Slot()
    def _on_way_clicked(self) -> None:
        take = self._take
        self.hide()
        if take is not None:
            take()

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        """Stay at the foot of the parent, whatever its size."""
        if target is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(target, event)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            # Not its size hint, which breaks a line to be less wide than the parent.
            height = max(self.minimumSizeHint().height(), self.heightForWidth(parent.width()))
            self.setGeometry(0, parent.height() - height, parent.width(), height)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._apply_icons()

    def _apply_icons(self) -> None:
        name, role = ("warning-circle", "bad") if self._bad else ("check-circle", "good")
        self._sign.setPixmap(icon(name, role).pixmap(space(18), space(18)))
        self._close.setIcon(icon("x", "dim"))
