"""The line that chooses which trials are shown; what it does not understand is said whole under it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from engine.analysis import Filter, FilterColumns, complete_filter, parse_filter
from engine.errors import UserFault
from engine.space import SearchSpace
from gui.base.help_button import HelpButton
from gui.base.marks import mark
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.views.labels import Words

PAUSE_MS = 200  # a filter is read when typing rests
PATIENCE_MS = 1500  # what is half typed is not called wrong before
TIP = (
    "Such as: state = complete and score > 0.9\n"
    "optimizer in (adam, sgd) · units between 8 and 64 · note ~ slow · momentum is missing · top 10 · adam"
)


class TrialsFilter(QWidget):
    """``edit_filter``. Signal ``chosen`` carries a :class:`Filter` whenever another one was understood.

    ``offered`` are filters of earlier days, which the empty line shows at a press of Down. A ``slim`` one is its line
    alone: whoever holds it shows ``fault`` where there is room.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, name: str = "edit_filter", *, slim: bool = False) -> None:
        super().__init__(parent)
        self._columns = FilterColumns(SearchSpace({}))
        self._filter = Filter()
        self._is_wrong = False
        self.offered: Sequence[str] = ()
        self.line = QLineEdit(self)
        self.line.setObjectName(name)
        self.line.setAccessibleName(self.tr("Filter trials"))
        self.line.setPlaceholderText(self.tr("Filter, such as state = complete and score > 0.9"))
        self.line.setToolTip(plain(TIP))
        self.line.setClearButtonEnabled(True)
        self.line.setMinimumWidth(space(240))
        self._words = Words(role="dim", parent=self)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        suffix = name.removeprefix("edit_filter")
        self.fault = Words(name=f"label_filter_fault{suffix}", role="bad", wrap=True, parent=self)
        self.fault.hide()
        self._lay_out(slim)
        self._completer = QCompleter(QStringListModel(self), self)
        self._completer.setWidget(self.line)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        popup = self._completer.popup()
        assert popup is not None, "it completes in a list of its own"
        self._popup = popup
        self._popup.setObjectName(f"list_filter_words{suffix}")
        self._popup.setAccessibleName(self.tr("What may follow"))
        self._completer.activated.connect(self._on_word_chosen)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._read_quietly)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.read)
        self.line.textEdited.connect(self._on_edited)
        self.line.textChanged.connect(self._on_changed)
        self.line.returnPressed.connect(self.read)
        self.line.installEventFilter(self)
        self._popup.installEventFilter(self)
        self._apply_icons()

    def _lay_out(self, slim: bool) -> None:
        row = QHBoxLayout()
        row.setSpacing(space(12))
        row.addWidget(self.line, 3)
        rows = QVBoxLayout(self)
        rows.setSpacing(space(4))
        rows.addLayout(row)
        if slim:
            self.line.setMinimumWidth(space(160))
            self.line.setPlaceholderText(self.tr("All trials; for example score > 0.9"))
            self._words.hide()
            rows.setContentsMargins(0, 0, 0, 0)
            return
        row.addWidget(self._words, 2)
        row.addWidget(HelpButton("window:filter", "filter", self, self))
        rows.setContentsMargins(space(16), space(8), space(16), space(8))
        rows.addWidget(self.fault)

    @property
    def words(self) -> str:
        """What stands beside the line."""
        return self._words.text()

    @property
    def chosen_filter(self) -> Filter:
        """The filter that was understood last."""
        return self._filter

    def show_columns(self, columns: FilterColumns) -> None:
        """Read filters for other columns from now on."""
        self._columns = columns
        self.read()

    def put(self, text: str) -> None:
        """Write a filter into the line and read it."""
        self.line.setText(text)
        self.read()

    def ask(self, text: str | None = None) -> None:
        """Have a filter typed, or put one in."""
        self.line.setFocus()
        if text is None:
            self.line.selectAll()
        else:
            self.put(text)

    def say(self, words: str) -> None:
        """What is shown of how much."""
        self._words.setText(words)

    @Slot()
    def _read_quietly(self) -> None:
        """Understand the line where that can be; of what is half typed nothing is said yet."""
        try:
            parse_filter(self.line.text(), self._columns)
        except UserFault:
            self._patience.start()
        else:
            self.read()

    @Slot()
    def read(self) -> None:
        """Understand the line as it stands, or say why not."""
        self._pause.stop()
        self._patience.stop()
        try:
            found = parse_filter(self.line.text(), self._columns)
        except UserFault as fault:
            self._show_fault(str(fault))
            return
        self._show_fault("")
        if found != self._filter:
            self._filter = found
            self.chosen.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the line."""
        if event.key() == Qt.Key.Key_Escape and self.line.text():
            self.line.clear()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        """Down, or Ctrl+Space, shows what may follow, or in an empty line the filters of earlier days.

        Enter takes the word that is marked in that list, Tab the first one; where none is marked it reads the line.
        """
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, popup = event.key(), self._popup
            if target is self.line:
                is_space = key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier
                if key == Qt.Key.Key_Down or is_space:
                    self._offer(is_asked=True)
                    return True
            elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not popup.currentIndex().isValid():
                popup.hide()
                self.read()
                return True
            elif key == Qt.Key.Key_Tab:
                marked = popup.currentIndex()
                popup.setCurrentIndex(marked if marked.isValid() else self._completer.completionModel().index(0, 0))
        return super().eventFilter(target, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_icons()

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self._pause.start()
        self._patience.stop()
        self._offer()

    @Slot(str)
    def _on_changed(self, text: str) -> None:
        if not text:
            self.read()

    def _offer(self, *, is_asked: bool = False) -> None:
        """Show what may follow the words before the cursor, where that says anything new."""
        before = self.line.text()[: self.line.cursorPosition()]
        if not before and is_asked and self.offered:
            words = list(self.offered)
        else:
            at, words = complete_filter(before, self._columns)
            words = words if is_asked or at < len(before) else []
        popup = self._popup
        if not words:
            popup.hide()
            return
        model = self._completer.model()
        assert isinstance(model, QStringListModel)
        model.setStringList(words)
        self._completer.complete()
        popup.setCurrentIndex(model.index(0) if is_asked else model.index(-1))

    @Slot(str)
    def _on_word_chosen(self, word: str) -> None:
        text, cursor = self.line.text(), self.line.cursorPosition()
        if not text and word in self.offered:
            self.put(word)
            return
        at, _ = complete_filter(text[:cursor], self._columns)
        begun = text[:at] + word + ("" if word.endswith("(") else " ")
        self.line.setText(begun + text[cursor:].lstrip())
        self.line.setCursorPosition(len(begun))
        self._pause.start()

    def _show_fault(self, sentence: str) -> None:
        self._is_wrong = bool(sentence)
        self.fault.setText(sentence)
        self.fault.setVisible(self._is_wrong)
        mark(self.line, "wrong", self._is_wrong)

    def _apply_icons(self) -> None:
        self._words.setFont(font_dim())
