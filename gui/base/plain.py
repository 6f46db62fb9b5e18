"""Texts of strangers (names of columns, cells, files) where Qt would read something else in them."""

from __future__ import annotations

from PySide6 import QtGui


def plain_tip(text: str) -> str:
    """A text for a tool tip: Qt takes one that looks like HTML for rich text, which opens files and pictures."""
    return QtGui.Qt.convertFromPlainText(text) if QtGui.Qt.mightBeRichText(text) else text


def plain_label(text: str, most: int = 40) -> str:
    """A text for a button or a menu, where ``&`` marks a key; the middle of a long one is left out."""
    if len(text) > most:
        half = (most - 1) // 2
        text = f"{text[:half]}…{text[-half:]}"
    return " ".join(text.split()).replace("&", "&&")
