"""The one door to places where Qt looks for markup: what comes from a study, a table or a path is shown as it is.

Tool tips, message boxes and labels guess whether a text is HTML, and HTML of a stranger loads pictures and offers links
to files. Nothing but this module makes a label or markup, which a rule of the tests keeps so.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QStaticText
from PySide6.QtGui import Qt as QtText  # where Qt keeps its words on rich text
from PySide6.QtWidgets import QLabel, QWidget

from engine.texts import make_visible

MOST = 2000  # characters of one label or tool tip: a screen full; laying out much more takes seconds
LINES = "\n\t"


def seen(text: str) -> str:
    """``text`` for a place that takes plain text: what is not seen is spelled out, what has no room is cut."""
    return make_visible(text if len(text) <= MOST else f"{text[:MOST]}…", keep=LINES)


def plain(text: str | None) -> str:
    """``text`` for a place that guesses, such as a tool tip: read as markup it shows exactly these characters."""
    shown = seen(text or "")
    return QtText.convertFromPlainText(shown) if QtText.mightBeRichText(shown) else shown


def caption(text: str) -> str:
    """``text`` for a button or a menu, where an ampersand would become the key of a letter."""
    return seen(text).replace("&", "&&")


def markup(text: str) -> str:
    """``text`` as a part of HTML that we write."""
    return html.escape(seen(text))


def laid_out(text: str, font: QFont) -> QStaticText:
    """A line of plain text that is laid out once and drawn often."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=font)
    return made


class PlainLabel(QLabel):
    """A label that reads nothing in its text as markup."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show ``text`` as it is."""
        super().setText(seen(text))


class MarkupLabel(QLabel):
    """A label of HTML whose foreign parts passed :func:`markup`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setOpenExternalLinks(False)


def button_label(text: str, most: int = 40) -> str:
    """A text for a button or a menu, where ``&`` marks a key; the middle of a long one is left out."""
    if len(text) > most:
        half = (most - 1) // 2
        text = f"{text[:half]}…{text[-half:]}"
    return caption(" ".join(text.split()))
