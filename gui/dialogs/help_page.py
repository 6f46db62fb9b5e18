"""A page of help, from Markdown in ``resources/help``, in a window of its own that waits for nobody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from gui.base.help import whole_page
from gui.base.theme import space

PAGES = {"promises": "Guarantees", "study_file": "The study file"}
"""Pages that a menu can show: their file's name, and their title."""


class HelpPage(QDialog):
    """Read-only text that can be selected, searched by eye and scrolled by keys; Escape closes it."""

    def __init__(self, page: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"dialog_{page}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{PAGES[page]} — Twinloop")
        text = QTextBrowser(self)
        text.setObjectName(f"text_{page}")
        text.setAccessibleName(PAGES[page])
        text.setFrameShape(QTextBrowser.Shape.NoFrame)
        text.document().setDocumentMargin(space(24))
        text.setMarkdown(whole_page(page))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(text)
        letters = self.fontMetrics().averageCharWidth()
        self.resize(letters * 100, letters * 90)
