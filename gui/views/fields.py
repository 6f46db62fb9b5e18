"""Fields that check what is typed while it is typed: numbers, optional numbers, times."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.errors import UserFault
from engine.options import Option, Value, check
from gui.base.marks import mark
from gui.base.parsing import read_number, read_time, time_text, typed_text
from gui.base.theme import space

COUNTS = "counts until then"


class CheckedField(QLineEdit):
    """A line that holds a value. ``read`` turns text into the value or raises :class:`UserFault`.

    Signals: ``edited(object)`` carries a new valid value while a person types; ``judged(str)`` the reason why the text
    is none, or the empty text.
    """

    edited = Signal(object)
    judged = Signal(str)

    def __init__(
        self,
        name: str,
        read: Callable[[str], Value],
        show: Callable[[Value], str],
        parent: QWidget | None = None,
        width: int = 120,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFixedWidth(space(width))
        self._read = read
        self._show = show
        self._value: Value = None
        self._reason = ""
        self.textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_finished)

    @property
    def value(self) -> Value:
        """The last valid value."""
        return self._value

    @property
    def reason(self) -> str:
        """Why the text is not a value; empty where it is."""
        return self._reason

    def show_value(self, value: Value) -> None:
        """Show a value; what a person types at this moment stays when it means the same."""
        if value == self._value and type(value) is type(self._value):
            if not self._reason and not self.text() and value is not None:
                self.setText(self._show(value))
            return
        self._value = value
        self.setText(self._show(value))
        self._judge("")

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        try:
            value = self._read(text.strip())
        except UserFault as fault:
            self._judge(fault.remedy or fault.what)
            return
        self._judge("")
        if value != self._value or type(value) is not type(self._value):
            self._value = value
            self.edited.emit(value)

    @Slot()
    def _on_finished(self) -> None:
        if self._reason:  # left behind half-typed: what was typed stays, with what counts in its place
            counts = self._show(self._value) or self.placeholderText() or "nothing"
            if COUNTS not in self._reason:
                self._judge(f"{self._reason.rstrip('.')}. {counts[:1].upper()}{counts[1:]} {COUNTS}.")
            return
        self.setText(self._show(self._value))

    def _judge(self, reason: str) -> None:
        if reason == self._reason:
            return
        self._reason = reason
        mark(self, "wrong", bool(reason))
        self.setAccessibleDescription(reason)
        self.judged.emit(reason)


def number_field(option: Option, name: str, parent: QWidget | None = None) -> CheckedField:
    """A field for a number (or an optional one) that an option describes."""

    def read(text: str) -> Value:
        return check(option, read_number(text) if text else None)

    field = CheckedField(name, read, typed_text, parent)
    field.setAccessibleName(option.label)
    if option.optional:
        field.setPlaceholderText("automatic")
    return field


def time_field(name: str, label: str, parent: QWidget | None = None) -> CheckedField:
    """A field for an optional time."""
    field = CheckedField(name, read_time, time_text, parent)
    field.setAccessibleName(label)
    return field
