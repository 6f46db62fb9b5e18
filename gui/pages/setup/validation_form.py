"""How rows are split into folds and a holdout."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from engine.objectives.description import TableObjective
from engine.options import Option
from engine.setup import replace
from gui.base.help import help_text
from gui.base.theme import space
from gui.pages.setup.editor import SetupEditor
from gui.views.fields import number_field
from gui.views.form import Form

SCHEMES = (
    ("auto", "Automatic"),
    ("kfold", "Plain folds"),
    ("stratified", "Same share of classes in every fold"),
    ("grouped", "Groups stay together"),
    ("time", "Past predicts future"),
)
WITH_COLUMN = frozenset({"grouped", "time"})
FOLDS = Option("folds", int, 5, "Folds", low=2, high=100)
HOLDOUT = Option("holdout", float, 20.0, "Held out", unit="%", low=0, high=90)


class ValidationForm(QWidget):
    """Shows and edits the validation of a table objective."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._form = Form(self, label_width=90)
        self._scheme = QComboBox(self)
        self._scheme.setObjectName("combo_scheme")
        for key, title in SCHEMES:
            self._scheme.addItem(title, key)
        self._scheme.activated.connect(self._on_scheme_chosen)
        self._column = QComboBox(self)
        self._column.setObjectName("combo_scheme_column")
        self._column.setMinimumWidth(space(180))
        self._column.activated.connect(self._on_column_chosen)
        self._folds = number_field(FOLDS, "validation_folds", self)
        self._folds.edited.connect(self._on_folds_edited)
        self._holdout = number_field(HOLDOUT, "validation_holdout", self)
        self._holdout.edited.connect(self._on_holdout_edited)
        self._form.add("Validation", self._scheme, help_text("setup", "scheme"))
        self._form.add("By column", self._column, help_text("setup", "scheme_column"))
        self._form.add("Folds", self._folds, help_text("setup", "folds"))
        self._form.add("Held out, %", self._holdout, help_text("setup", "holdout"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)

    def refresh(self, table: TableObjective, info: Any) -> None:
        """Show a validation; ``info`` describes the table where it is known."""
        validation = table.validation
        self._scheme.setCurrentIndex(self._scheme.findData(validation.scheme))
        self._form.show_row(self._column, validation.scheme in WITH_COLUMN)
        names = [name for name in info.names if name != table.target] if info is not None else []
        if names != [self._column.itemText(place) for place in range(self._column.count())]:
            self._column.clear()
            self._column.addItems(names)
        self._column.setCurrentText(validation.column or "")
        self._folds.show_value(validation.folds)
        self._holdout.show_value(round(100 * validation.holdout, 6))

    def _edit(self, text: str, key: str = "", **parts: Any) -> None:
        table = self._editor.table
        if table is not None:
            self._editor.edit_objective(text, key, validation=replace(table.validation, **parts))

    @Slot(int)
    def _on_scheme_chosen(self, place: int) -> None:
        scheme = self._scheme.itemData(place)
        column = None
        if scheme in WITH_COLUMN:
            column = self._column.currentText() or (self._column.itemText(0) or None)
        self._edit("validation", scheme=scheme, column=column)

    @Slot(int)
    def _on_column_chosen(self, place: int) -> None:
        self._edit("column of the validation", column=self._column.itemText(place))

    @Slot(object)
    def _on_folds_edited(self, value: object) -> None:
        self._edit("folds", "validation.folds", folds=value)

    @Slot(object)
    def _on_holdout_edited(self, value: float) -> None:
        self._edit("rows held out", "validation.holdout", holdout=value / 100)
