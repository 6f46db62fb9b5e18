"""A form made from options that describe themselves: of samplers, pruners, model families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.options import Option, Value
from gui.base.choice_box import ChoiceBox
from gui.base.theme import space
from gui.views.fields import CheckedField, number_field
from gui.views.form import LABEL_WIDTH, Form

AUTOMATIC = "automatic"


class OptionForm(QWidget):
    """Signal ``edited(object)`` carries all values that differ from their defaults, by name, after an edit."""

    edited = Signal(object)

    def __init__(self, prefix: str, parent: QWidget | None = None, label_width: int = LABEL_WIDTH) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._options: tuple[Option, ...] = ()
        self._fields: dict[str, QWidget] = {}
        self._values: dict[str, Value] = {}
        self._plain = Form(self, label_width)
        self._advanced = Form(self, label_width)
        self._advanced.hide()
        self._more = QPushButton(self)
        self._more.setObjectName(f"button_more_{prefix}")
        self._more.setProperty("shape", "sentence")
        self._more.setAutoDefault(False)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._on_more_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(8))
        column.addWidget(self._plain)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._advanced)
        self._on_more_toggled(False)
        self.hide()

    @property
    def fields(self) -> dict[str, QWidget]:
        """The field of each option, by name."""
        return dict(self._fields)

    def show_options(self, options: Sequence[Option], values: Mapping[str, Any]) -> None:
        """Show options with their values; the same options again only take over the values."""
        if tuple(options) != self._options:
            self._build(tuple(options))
        for option in self._options:
            self._values[option.name] = values.get(option.name, option.default)
            self._show(option, self._values[option.name])

    def _build(self, options: tuple[Option, ...]) -> None:
        self._options = options
        self._plain.clear()
        self._advanced.clear()
        self._values.clear()
        self._fields = {option.name: self._make(option) for option in options}
        for option in options:
            form = self._advanced if option.advanced else self._plain
            unit = f" ({option.unit})" if option.unit else ""
            form.add(option.label + unit, self._fields[option.name], option.help)
        self._more.setVisible(any(option.advanced for option in options))
        self.setVisible(bool(options))

    def _make(self, option: Option) -> QWidget:
        name = f"{self._prefix}_{option.name}"
        if option.kind is bool:
            box = QCheckBox(self)
            box.setObjectName(name)
            box.setAccessibleName(option.label)
            box.toggled.connect(self._on_edited)
            return box
        if option.choices:
            combo = ChoiceBox(self)
            combo.setObjectName(name)
            combo.addItems([*([AUTOMATIC] if option.optional else []), *option.choices])
            combo.currentIndexChanged.connect(self._on_edited)
            return combo
        if option.kind is str:
            line = QLineEdit(self)
            line.setObjectName(name)
            line.textEdited.connect(self._on_edited)
            return line
        field = number_field(option, name, self)
        field.edited.connect(self._on_edited)
        return field

    def _show(self, option: Option, value: Value) -> None:
        field = self._fields[option.name]
        field.blockSignals(True)
        if isinstance(field, QCheckBox):
            field.setChecked(bool(value))
        elif isinstance(field, QComboBox):
            field.setCurrentText(AUTOMATIC if value is None else str(value))
        elif isinstance(field, CheckedField):
            field.show_value(value)
        elif isinstance(field, QLineEdit) and field.text() != (value or ""):
            field.setText(str(value or ""))
        field.blockSignals(False)

    def _read(self, option: Option) -> Value:
        field = self._fields[option.name]
        if isinstance(field, QCheckBox):
            return field.isChecked()
        if isinstance(field, QComboBox):
            chosen = field.currentText()
            return None if option.optional and chosen == AUTOMATIC else chosen
        if isinstance(field, CheckedField):
            return field.value
        assert isinstance(field, QLineEdit)
        return field.text() or (None if option.optional else "")

    @Slot()
    def _on_edited(self) -> None:
        self._values = {option.name: self._read(option) for option in self._options}
        changed = {option.name: self._values[option.name] for option in self._options}
        self.edited.emit({o.name: changed[o.name] for o in self._options if changed[o.name] != o.default})

    @Slot(bool)
    def _on_more_toggled(self, shown: bool) -> None:
        self._more.setText("Fewer settings" if shown else "More settings")
        self._more.setAccessibleName(self._more.text())
        self._advanced.setVisible(shown)
