"""What the style sheet looks at: properties of widgets that are on or off."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget


def mark(widget: QWidget, name: str, is_on: bool) -> None:
    """Set a property that the style sheet draws by, and draw the widget anew where it was another one."""
    if bool(widget.property(name)) != is_on:
        widget.setProperty(name, is_on)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def mark_main(buttons: Iterable[QWidget], main: QWidget | None) -> None:
    """Draw one of the buttons as the one to press."""
    for button in buttons:
        mark(button, "main", button is main)
