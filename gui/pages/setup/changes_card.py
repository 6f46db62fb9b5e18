"""The card of the study's history: what was changed since its first trial, by whom, each with its undoing."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from engine.analysis import change_sentences
from engine.errors import UserFault
from engine.events import StudyChanged
from engine.study import standing_changes, undo_change
from gui.base.formats import count_text, date_text
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.commands.edit_setup import EditSetup
from gui.pages.setup.editor import SetupEditor
from gui.views.card import Card
from gui.views.labels import Words

MOST_ROWS = 50  # of the latest changes; the file keeps all of them
DOORS = {"window": "here", "command line": "from the command line", "Python": "from Python"}


class ChangesCard(Card):
    """``card_changes``, there once something was changed. A row an edit, the latest first."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__("Changes", "changes", parent)
        self._editor = editor
        self._shown: tuple[StudyChanged, ...] | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(space(16))
        self._grid.setVerticalSpacing(space(8))
        self._grid.setColumnStretch(0, 1)
        self.body_column.addLayout(self._grid)
        self._rest = Words(name="label_changes_rest", role="dim", wrap=True, parent=self.body)
        self.body_column.addWidget(self._rest)
        self.folded.connect(self._on_folded)
        self.hide()

    def refresh(self) -> None:
        """Show what was changed of the document's study."""
        history = self._editor.document.history
        changes = () if history is None else history.changes
        self.setVisible(bool(changes))
        if not changes:
            return
        sentences = change_sentences(changes)
        self.head.set_summary(f"{count_text(len(changes), 'change')} since the first trial · {sentences[-1]}")
        if not self.is_folded and changes != self._shown:
            self._build(changes, sentences)

    @Slot(bool)
    def _on_folded(self, _is_folded: bool) -> None:
        self.refresh()

    def _build(self, changes: tuple[StudyChanged, ...], sentences: tuple[str, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._shown, stands = changes, standing_changes(changes)
        latest = range(len(changes) - 1, max(-1, len(changes) - 1 - MOST_ROWS), -1)
        for row, index in enumerate(latest):
            self._add_row(row, index, sentences[index], is_standing=stands[index])
        hidden = len(changes) - len(latest)
        self._rest.setText(f"{count_text(hidden, 'earlier change')}: see twinloop show." if hidden else "")
        self._rest.setVisible(bool(hidden))

    def _add_row(self, row: int, index: int, sentence: str, *, is_standing: bool) -> None:
        assert self._shown is not None
        change = self._shown[index]
        role = "text" if is_standing else "dim"
        said = Words(sentence, f"label_change_{index}", role, wrap=True, parent=self.body)
        said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        when = Words(f"{_moment(change.time)} {DOORS[change.author]}".strip(), f"label_change_time_{index}", "dim")
        when.setFont(font_dim())
        self._grid.addWidget(said, row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(when, row, 1, Qt.AlignmentFlag.AlignVCenter)
        if not is_standing:
            gone = Words("undone", f"label_change_undone_{index}", "dim", font_dim())
            self._grid.addWidget(gone, row, 2, Qt.AlignmentFlag.AlignCenter)
            return
        button = QPushButton("Undo", self.body)
        button.setObjectName(f"button_undo_change_{index}")
        button.setAccessibleName(f"Undo: {sentence}")
        button.setProperty("change", index)
        button.setAutoDefault(False)
        reason = self._why_not(change)
        button.setEnabled(not reason)
        button.setToolTip(plain(reason))
        button.clicked.connect(self._on_undo)
        self._grid.addWidget(button, row, 2)

    def _why_not(self, change: StudyChanged) -> str:
        try:
            undo_change(self._editor.setup, change)
        except UserFault as fault:
            return f"{fault.what} {fault.remedy}"
        return ""

    @Slot()
    def _on_undo(self) -> None:
        button = self.sender()
        assert isinstance(button, QPushButton)
        assert self._shown is not None
        change = self._shown[int(button.property("change"))]
        before = self._editor.setup
        try:
            after = undo_change(before, change)
        except UserFault as fault:
            button.setEnabled(False)
            button.setToolTip(plain(f"{fault.what} {fault.remedy}"))
            return
        document = self._editor.document
        document.undo_stack.push(EditSetup("change of the study", before, after, document.put_setup))
        self._shown = None  # what may be undone is another now


def _moment(seconds: float) -> str:
    """When a change was made, empty where a file says no moment."""
    try:
        return date_text(datetime.fromtimestamp(seconds), datetime.now())
    except (ValueError, OverflowError, OSError):
        return ""
