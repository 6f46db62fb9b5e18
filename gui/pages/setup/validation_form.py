"""How rows are split into folds and a holdout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_changes
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from engine.objectives.description import TableObjective, Validation
from engine.options import Option
from engine.setup import replace
from engine.study import VALIDATION_LIMITS, Entry, SetupProblem
from gui.base.choice_box import ChoiceBox
from gui.base.help import help_text
from gui.base.theme import space
from gui.base.weak import weakly
from gui.pages.setup.editor import SetupEditor
from gui.views.fields import CheckedField, number_field
from gui.views.form import Form

BY_GROUP = frozenset({"grouped", "stratified_grouped"})
ONE_SPLIT = frozenset({"holdout", "fixed_holdout"})
FOR_CLASSES = frozenset({"stratified", "stratified_grouped"})
ORDER_OF_ROWS = "Order of the rows"
FEWEST_FOLDS = 2  # that a person is offered; one is a single split, which has schemes of its own


def percent(option: Option) -> Option:
    """An option for a share as one for percent."""
    assert option.low is not None
    assert option.high is not None
    assert isinstance(option.default, float)
    return with_changes(option, default=100 * option.default, low=100 * option.low, high=100 * option.high, unit="%")


class ValidationForm(QWidget):
    """Shows and edits the validation of a table objective, and says beside each field what is wrong with it."""

    def __init__(self, editor: SetupEditor, schemes: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._schemes = schemes
        self._form = Form(self, label_width=90)
        self._scheme = self._combo("combo_scheme", self._on_scheme_chosen)
        self._column = self._combo("combo_scheme_column", self._on_column_chosen)
        limits = dict(VALIDATION_LIMITS)
        limits["folds"] = with_changes(limits["folds"], low=FEWEST_FOLDS)
        self._folds = self._number(limits["folds"])
        self._repeats = self._number(limits["repeats"])
        self._gap = self._number(limits["gap"])
        self._share = self._number(percent(limits["share"]))
        self._holdout = self._number(percent(limits["holdout"]))
        self._duplicates = QCheckBox("Keep together", self)
        self._duplicates.setObjectName("check_duplicates")
        self._duplicates.setAccessibleName("Keep equal rows together")
        self._duplicates.clicked.connect(self._on_duplicates_clicked)
        self._fields: dict[str, QWidget] = {}
        self._times: list[str] = []
        for key, label, field in (
            ("scheme", "Validation", self._scheme),
            ("column", "Group or time column", self._column),
            ("gap", "Gap", self._gap),
            ("folds", "Folds", self._folds),
            ("repeats", "Repeats", self._repeats),
            ("share", "Validation share (%)", self._share),
            ("holdout", "Holdout (%)", self._holdout),
            ("duplicates", "Equal rows", self._duplicates),
        ):
            self._form.add(label, field, help_text("setup", "scheme_column" if key == "column" else key))
            self._fields[key] = field
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)

    def _combo(self, name: str, slot: object) -> QComboBox:
        combo = ChoiceBox(self)
        combo.setObjectName(name)
        combo.setMinimumWidth(space(180))
        combo.activated.connect(slot)
        return combo

    def _number(self, option: Option) -> CheckedField:
        field = number_field(option, f"validation_{option.name}", self)
        field.edited.connect(weakly(self._on_number_edited, option))
        return field

    def refresh(self, table: TableObjective, info: object) -> None:
        """Show a validation; ``info`` describes the table where it is known."""
        validation = table.validation
        self._show_schemes(table)
        self._show_columns(table, info)
        scheme = validation.scheme
        for field, shown in (
            (self._column, scheme in BY_GROUP or scheme == "time"),
            (self._gap, scheme == "time"),
            (self._folds, scheme not in ONE_SPLIT),
            (self._repeats, scheme == "repeated"),
            (self._share, scheme in ONE_SPLIT),
            (self._duplicates, scheme != "time"),
        ):
            self._form.show_row(field, shown)
        self._folds.show_value(validation.folds)
        self._repeats.show_value(validation.repeats)
        self._gap.show_value(validation.gap)
        self._share.show_value(round(100 * validation.share, 6))
        self._holdout.show_value(round(100 * validation.holdout, 6))
        self._duplicates.setChecked(validation.duplicates == "together")

    def show_problems(self, problems: Sequence[SetupProblem]) -> list[SetupProblem]:
        """Say each problem beside its field, the worst first; those that have no field in sight are given back."""
        rest = [problem for problem in problems if not self._has_field(problem.place)]
        for key, field in self._fields.items():
            here = next((problem for problem in problems if problem.place == key), None)
            said = "" if here is None else f"{here.what} {here.remedy}".strip()
            self._form.tell(field, said, forbids=here is not None and here.forbids)
        return rest

    def _has_field(self, place: str) -> bool:
        return place in self._fields and self._form.has_row(self._fields[place])

    def _show_schemes(self, table: TableObjective) -> None:
        fitting = [
            entry
            for entry in self._schemes
            if table.task == "classification" or entry.name not in FOR_CLASSES or entry.name == table.validation.scheme
        ]
        if [entry.name for entry in fitting] != [self._scheme.itemData(at) for at in range(self._scheme.count())]:
            self._scheme.clear()
            for place, entry in enumerate(fitting):
                self._scheme.addItem(entry.title, entry.name)
                self._scheme.setItemData(place, entry.summary, Qt.ItemDataRole.ToolTipRole)
        self._scheme.setCurrentIndex(self._scheme.findData(table.validation.scheme))

    def _show_columns(self, table: TableObjective, info: Any) -> None:
        names = [name for name in info.names if name != table.target] if info is not None else []
        named = table.validation.column
        if named and named not in names:
            names.append(named)
        entries: list[tuple[str, str | None]] = [(name, name) for name in names]
        if table.validation.scheme == "time":
            entries.insert(0, (ORDER_OF_ROWS, None))
        if entries != [(self._column.itemText(at), self._column.itemData(at)) for at in range(self._column.count())]:
            self._column.clear()
            for text, value in entries:
                self._column.addItem(text, value)
        self._column.setCurrentIndex(next((at for at, (_, value) in enumerate(entries) if value == named), -1))
        self._times = [column.name for column in info.columns if column.kind == "time"] if info is not None else []

    def _edit(self, text: str, key: str = "", **parts: object) -> None:
        table = self._editor.table
        if table is not None:
            self._editor.edit_objective(text, key, validation=replace(table.validation, **parts))

    def _on_number_edited(self, option: Option, value: Any) -> None:
        number = value / 100 if option.unit == "%" else value
        self._edit(option.label.lower(), f"validation.{option.name}", **{option.name: number})

    @Slot(int)
    def _on_scheme_chosen(self, place: int) -> None:
        table = self._editor.table
        if table is None:
            return
        scheme = self._scheme.itemData(place)
        named = table.validation.column
        column = None
        if scheme in BY_GROUP:
            column = named or self._column.itemData(0) or self._column.itemData(1)
        elif scheme == "time":
            column = named if table.validation.scheme == "time" else next(iter(self._times), None)
        gap = table.validation.gap if scheme == "time" else Validation().gap
        self._edit("validation", scheme=scheme, column=column, gap=gap)

    @Slot(int)
    def _on_column_chosen(self, place: int) -> None:
        self._edit("column of the validation", column=self._column.itemData(place))

    @Slot(bool)
    def _on_duplicates_clicked(self, together: bool) -> None:
        self._edit("equal rows", duplicates="together" if together else "apart")
