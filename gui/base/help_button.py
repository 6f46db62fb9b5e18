"""The small question mark beside a card or a plot, which opens its help."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from gui.base.theme import font_dim, space

TOPIC = "help_topic"
"""The property of a widget that names the help of everything inside it."""


@runtime_checkable
class ShowsHelp(Protocol):
    """A window that has help to show."""

    def show_help(self, topic: str) -> None:
        """Open the help at a topic."""


class HelpButton(QToolButton):
    """``button_help_NAME`` asks its window for the help of ``topic``; ``of``, which it explains, has it with F1."""

    def __init__(self, topic: str, name: str, of: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"button_help_{name}")
        self.setText("?")
        self.setFont(font_dim())
        self.setAccessibleName(f"Help: {topic.partition(':')[2].replace('_', ' ')}")
        self.setToolTip("Help (F1)")
        self.setProperty("shape", "help")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(space(22), space(22))
        self._topic = topic
        of.setProperty(TOPIC, topic)
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        window = self.window()
        if isinstance(window, ShowsHelp):
            window.show_help(self._topic)


def topic_of(widget: QWidget | None) -> str:
    """The help of what a widget stands in; empty where nothing says."""
    while widget is not None:
        topic = widget.property(TOPIC)
        if topic:
            return str(topic)
        widget = widget.parentWidget()
    return ""
