"""The card of the data: which table, what to predict, what each column is, how trials are judged."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.study import Catalogue, inspect_table, metrics
from gui.base.formats import count_text
from gui.base.help import help_text
from gui.base.text import plain
from gui.base.theme import space
from gui.item_models.columns import LEARNED, LEFT_OUT, ColumnsModel
from gui.item_models.preview import PreviewModel
from gui.pages.setup.columns_table import ColumnsTable, RowsTable
from gui.pages.setup.editor import SetupEditor
from gui.pages.setup.source_row import SourceRow
from gui.pages.setup.target_view import TargetView
from gui.pages.setup.validation_form import ValidationForm
from gui.views.card import Card
from gui.views.form import Form
from gui.views.labels import Words

TASKS = ("classification", "regression")


class DataCard(Card):
    """Shows the document's data. Reading happens in the background; what a person changes is an edit of the study."""

    def __init__(self, editor: SetupEditor, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__("Data", "data", parent)
        self._editor = editor
        self._info: Any = None
        self._read: tuple[Any, ...] | None = None
        self._columns = ColumnsModel(self)
        self._preview = PreviewModel(self)
        self._source = SourceRow(editor, catalogue, self.body)
        self._notes = Words(name="label_notes", role="dim", wrap=True, parent=self.body)
        self._target = self._combo("combo_target", self._on_target_chosen)
        self._task = self._combo("combo_task", self._on_task_chosen)
        self._task.addItems(TASKS)
        self._metric = self._combo("combo_metric", self._on_metric_chosen)
        self._target_view = TargetView(editor.background, self.body)
        self._table = ColumnsTable(self._columns, self.body)
        self._rows = RowsTable(self._preview, self.body)
        self._rows.hide()
        self._toggle = QPushButton(self.body)
        self._toggle.setObjectName("button_show_rows")
        self._toggle.setCheckable(True)
        self._toggle.setProperty("shape", "sentence")
        self._toggle.toggled.connect(self._show_which)
        self._validation = ValidationForm(editor, self.body)
        self._build_ui()
        self._show_which(False)
        self._columns.target_asked.connect(self._ask_target)
        self._columns.kind_asked.connect(self._ask_kind)
        self.folded.connect(self._find_target)

    def _combo(self, name: str, slot: Any) -> QComboBox:
        combo = QComboBox(self.body)
        combo.setObjectName(name)
        combo.setMinimumWidth(space(180))
        combo.activated.connect(slot)
        return combo

    def _build_ui(self) -> None:
        column = self.body_column
        column.addWidget(self._source)
        column.addWidget(self._notes)
        row = QHBoxLayout()
        row.setSpacing(space(24))
        form = Form(self.body, label_width=90)
        form.add("Predict", self._target)
        form.add("As", self._task)
        form.add("Judged by", self._metric)
        self._target.setToolTip(plain(help_text("setup", "target")))
        self._task.setToolTip(plain(help_text("setup", "task")))
        self._metric.setToolTip(plain(help_text("setup", "metric")))
        row.addWidget(form, 1)
        row.addWidget(self._target_view, 1)
        column.addLayout(row)
        column.addWidget(self._table)
        column.addWidget(self._rows)
        column.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._validation)

    # -- showing -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the document's data, and read the table anew where it is another one."""
        table = self._editor.table
        if table is None:
            self.head.set_summary("this study's objective is not a table")
            self.lock("This study scores something else than a model on a table.")
            return
        wanted = (table.source, tuple(sorted(table.kinds.items())))
        if wanted != self._read:
            self._read = wanted
            self._editor.background.call(
                "inspect",
                partial(inspect_table, table.source, dict(table.kinds)),
                self._take_inspection,
                self._take_fault,
            )
        self._source.show_source(table.source)
        self._columns.show_choices(table.target, table.ignored, table.kinds)
        self._show_choices(table)
        self._show_target(table)
        self._validation.refresh(table, self._info)
        self._show_summary(table)

    def _show_choices(self, table: TableObjective) -> None:
        self._task.setCurrentText(table.task)
        entries = metrics(table.task)
        if [self._metric.itemData(place) for place in range(self._metric.count())] != [e.name for e in entries]:
            self._metric.clear()
            for entry in entries:
                better = "higher is better" if entry.direction == "maximize" else "lower is better"
                self._metric.addItem(f"{entry.title}, {better}", entry.name)
        self._metric.setCurrentIndex(self._metric.findData(table.metric))
        self._target.setCurrentText(table.target)

    def _take_inspection(self, found: Any) -> None:
        self._info = found.info
        self._columns.show_columns(found.info.columns, found.info.rows)
        self._preview.show_rows(found.info.names, found.preview)
        self._find_target(self.is_folded)
        self._target.clear()
        self._target.addItems(list(found.info.names))
        notes = list(found.info.problems)
        if found.info.sampled:
            about = "about " if found.info.rows_estimated else ""
            notes.insert(0, f"The columns were judged by the first rows of {about}{found.info.rows:,}.")
        self._notes.setText(" ".join(notes))
        self._notes.setVisible(bool(notes))
        self.refresh()

    @Slot(bool)
    def _find_target(self, folded: bool) -> None:
        """Bring the target's row into view, which a table does only while it is shown."""
        table = self._editor.table
        target = self._columns.row_of(table.target) if table is not None else None
        if target is not None and not folded:
            self._table.scrollTo(self._columns.index(target, 0))

    def _take_fault(self, fault: UserFault) -> None:
        self._info = None
        self._columns.show_columns((), 0)
        self._preview.show_rows((), ())
        self._notes.setText(f"{fault.what} {fault.remedy}")
        self._notes.show()
        self.refresh()
        self.head.set_summary("", fault.what)

    def _show_target(self, table: TableObjective) -> None:
        row = self._columns.row_of(table.target)
        self._target_view.show_target(table, None if row is None else self._columns.column_at(row))

    def _show_summary(self, table: TableObjective) -> None:
        name = table.source.removeprefix("sample:") if table.source.startswith("sample:") else Path(table.source).name
        said = [name]
        if self._info is not None:
            about = "about " if self._info.rows_estimated else ""
            learned = sum(
                self._columns.kind_of(column.name) in LEARNED and column.name != table.target
                for column in self._info.columns
            )
            said += [f"{about}{self._info.rows:,} rows", f"{count_text(learned, 'column')} to learn from"]
        said.append(f"predict {table.target} ({table.task})")
        validation = table.validation
        said.append(count_text(validation.folds, "fold"))
        if validation.holdout:
            said.append(f"{100 * validation.holdout:.0f} % held out")
        self.head.set_summary(" · ".join(said))

    @Slot(bool)
    def _show_which(self, rows: bool) -> None:
        self._rows.setVisible(rows)
        self._table.setVisible(not rows)
        self._toggle.setText("Show columns and their kinds" if rows else "Show the first rows")
        self._toggle.setAccessibleName(self._toggle.text())

    # -- editing -----------------------------------------------------------------------------------------------------

    @Slot(int)
    def _on_target_chosen(self, place: int) -> None:
        self._ask_target(self._target.itemText(place))

    @Slot(str)
    def _ask_target(self, name: str) -> None:
        if self._editor.table is not None and name != self._editor.table.target:
            self._editor.suggest(f"predict {name}", target=name)

    @Slot(int)
    def _on_task_chosen(self, place: int) -> None:
        if self._editor.table is not None and TASKS[place] != self._editor.table.task:
            self._editor.suggest(TASKS[place], task=TASKS[place])

    @Slot(int)
    def _on_metric_chosen(self, place: int) -> None:
        self._editor.choose_metric(self._metric.itemData(place))

    @Slot(str, str)
    def _ask_kind(self, name: str, kind: str) -> None:
        table = self._editor.table
        if table is None:
            return
        kinds, ignored = dict(table.kinds), set(table.ignored) - {name}
        if kind == LEFT_OUT:
            ignored.add(name)
        else:
            kinds[name] = kind
        self._editor.suggest(
            f"kind of {name}", task=table.task, keep_space=True, kinds=kinds, ignored=tuple(sorted(ignored))
        )
