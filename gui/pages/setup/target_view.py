"""What there is to say of the target: how its classes are balanced, or how its numbers are spread."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.study import Kind, inspect_table
from gui.base.formats import count_text, number_text
from gui.base.theme import space
from gui.bridge.background import Background
from gui.views.labels import Words
from gui.views.target_chart import TargetChart


class TargetView(QWidget):
    """A small chart and a sentence under it."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._asked: tuple[Any, ...] | None = None
        self._chart = TargetChart(self)
        self._said = Words(name="label_target", role="dim", wrap=True, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(4))
        column.addWidget(self._chart)
        column.addWidget(self._said)
        column.addStretch(1)

    def forget(self) -> None:
        """Another study: its classes are asked for, also where its table is the same."""
        self._asked = None

    def show_target(self, table: TableObjective, column: Any, is_whole: bool = True) -> None:
        """Show the target's column as the table's inspection describes it; *None* where it is not known.

        Without ``is_whole`` it is known from the first rows only, and classes written as numbers wait.
        """
        if column is None:
            self._asked = None
            self._chart.hide()
            self._said.setText("")
        elif table.task == "regression":
            self._asked = None
            self._show_numbers(column)
        elif column.kind == "number" and not is_whole:
            self._show_numbers(column)
        elif column.kind == "number":
            self._ask_for_classes(table)
        else:
            self._asked = None
            self._show_classes(column)

    def _ask_for_classes(self, table: TableObjective) -> None:
        """Classes that are written as numbers are counted one by one, which another look at the table does."""
        wanted = (table.source, table.target, table.kinds, table.read)
        if wanted == self._asked:
            return
        self._asked = wanted
        kinds = cast("dict[str, Kind]", {**table.kinds, table.target: "category"})
        question = partial(inspect_table, table.source, kinds, read=table.read, target=table.target)
        self._background.ask("classes", question, partial(self._take_classes, wanted), self._ignore)

    def _take_classes(self, wanted: tuple[object, ...], found: Any) -> None:
        if wanted == self._asked:
            self._show_classes(found.info.column(wanted[1]))

    def _ignore(self, fault: UserFault) -> None:
        """The card says already what is wrong with the table."""

    def _show_numbers(self, column: Any) -> None:
        ends = (number_text(column.low), number_text(column.high))
        self._put(f"{column.distinct:,} unique numbers from {ends[0]} to {ends[1]}", column)
        self._chart.show_bars(column.bars, True, ends)
        self._chart.setVisible(bool(column.bars))

    def _show_classes(self, column: Any) -> None:
        known = sum(count for _, count in column.bars)
        said = count_text(column.distinct, "class", "classes")
        if known and column.distinct <= len(column.bars):
            said += f", the largest with {100 * max(count for _, count in column.bars) / known:.0f} % of the rows"
        elif known:
            said += f", the {len(column.bars)} largest are shown"
        self._put(said, column)
        self._chart.show_bars(column.bars, False, ("", ""))
        self._chart.setVisible(bool(column.bars))

    def _put(self, said: str, column: Any) -> None:
        if column.missing:
            are = "is" if column.missing == 1 else "are"
            said += f". {count_text(column.missing, 'row')} without it {are} left out"
        self._said.setText(said + ".")
