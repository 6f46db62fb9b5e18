"""A note that is pinned to a view: a line under it, kept in the study."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from engine.setup import replace
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.commands.edit_setup import EditSetup
from gui.session.document import Document
from gui.views.labels import ShortWords, Words
from gui.views.line_dialog import LineDialog

ABOUT = "It is saved in the study and stands under the view."
LOOKING_ON = "Another process runs this study; it is read-only here."


class ViewNote(QWidget):
    """``note_<key>``: hidden while there is no note. :meth:`write` opens a dialog; each change can be undone."""

    def __init__(self, key: str, title: str, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"note_{key}")
        self._key, self._title, self._document = key, title, document
        self.words = ShortWords(name=f"label_note_{key}", font=font_dim(), parent=self)
        self.edit = QPushButton("Edit note…", self)
        self.edit.setObjectName(f"button_note_{key}")
        self.edit.setAccessibleName(f"Edit the note of {title}")
        self.edit.setProperty("shape", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(space(16), space(2), space(16), space(2))
        row.addWidget(Words("Note:", role="dim", font=font_dim(), parent=self))
        row.addWidget(self.words, 1)
        row.addWidget(self.edit)
        self.edit.clicked.connect(self.write)
        document.opened.connect(self._show)
        document.setup_changed.connect(self._show)
        self._show()

    @property
    def text(self) -> str:
        """The note; empty where there is none."""
        setup = self._document.setup
        return "" if setup is None else setup.view_notes.get(self._key, "")

    @Slot()
    def write(self) -> None:
        """Ask for the note."""
        if not self._document.writable or self._document.setup is None:
            return
        dialog = LineDialog("view_note", f"Note on {self._title}", ABOUT, self.text, self)
        dialog.written.connect(self.put)
        dialog.open()

    @Slot(str)
    def put(self, text: str) -> None:
        """Pin a note; an empty one takes it away."""
        setup = self._document.setup
        if setup is None:
            return
        others = {key: note for key, note in setup.view_notes.items() if key != self._key}
        notes = {**others, **({self._key: text.strip()} if text.strip() else {})}
        if notes != setup.view_notes:
            after = replace(setup, view_notes=dict(sorted(notes.items())))
            self._document.undo_stack.push(EditSetup(f"note on {self._title}", setup, after, self._document.put_setup))

    @Slot()
    def _show(self) -> None:
        text = self.text
        self.words.setText(text)
        self.edit.setEnabled(self._document.writable)
        self.edit.setToolTip(plain("" if self._document.writable else LOOKING_ON))
        self.setVisible(bool(text))
