"""The line that chooses which trials are shown, with what it does not understand said beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from engine.analysis import Filter, parse_filter
from engine.errors import UserFault
from engine.space import SearchSpace
from gui.base.text import PlainLabel, plain
from gui.base.theme import font_dim, space, tokens

PAUSE_MS = 200  # a filter is read when typing rests


class TrialsFilter(QWidget):
    """``edit_filter``. Signal ``chosen`` carries a :class:`Filter` whenever another one was understood."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._space = SearchSpace({})
        self._filter = Filter()
        self._is_wrong = False
        self.line = QLineEdit(self)
        self.line.setObjectName("edit_filter")
        self.line.setAccessibleName(self.tr("Filter trials"))
        self.line.setPlaceholderText(self.tr("Filter, such as state = complete and score > 0.9"))
        self.line.setClearButtonEnabled(True)
        self.line.setMinimumWidth(space(240))
        self._words = PlainLabel(parent=self)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(space(16), space(8), space(16), space(8))
        row.setSpacing(space(12))
        row.addWidget(self.line, 3)
        row.addWidget(self._words, 2)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.read)
        self.line.textEdited.connect(self._on_edited)
        self.line.textChanged.connect(self._on_changed)
        self.line.returnPressed.connect(self.read)
        self._said = ""
        self._dress()

    @property
    def words(self) -> str:
        """What stands beside the line."""
        return self._words.text()

    @property
    def chosen_filter(self) -> Filter:
        """The filter that was understood last."""
        return self._filter

    def show_space(self, space_shown: SearchSpace) -> None:
        """Read filters for another space from now on."""
        self._space = space_shown
        self.read()

    def say(self, words: str) -> None:
        """What is shown of how much; a sentence about the filter goes before it."""
        self._said = words
        if not self._is_wrong:
            self._words.setText(words)
            self._words.setToolTip("")

    @Slot()
    def read(self) -> None:
        """Understand the line as it stands, or say why not."""
        self._pause.stop()
        try:
            found = parse_filter(self.line.text(), self._space)
        except UserFault as fault:
            self._show_fault(fault)
            return
        self._show_fault(None)
        if found != self._filter:
            self._filter = found
            self.chosen.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the line."""
        if event.key() == Qt.Key.Key_Escape and self.line.text():
            self.line.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self._pause.start()

    @Slot(str)
    def _on_changed(self, text: str) -> None:
        if not text:
            self.read()

    def _show_fault(self, fault: UserFault | None) -> None:
        self._is_wrong = fault is not None
        if fault is not None:
            self._words.setText(str(fault))
            self._words.setToolTip(plain(str(fault)))
        else:
            self.say(self._said)
        self.line.setProperty("wrong", self._is_wrong)
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)
        self._dress()

    def _dress(self) -> None:
        self._words.setFont(font_dim())
        palette = self._words.palette()
        shade = tokens().bad if self._is_wrong else tokens().dim
        if palette.color(palette.ColorRole.WindowText).name() != shade:
            palette.setColor(palette.ColorRole.WindowText, shade)
            self._words.setPalette(palette)
