"""The card of the data: which table, what to predict, what each column is, how trials are judged."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.study import Catalogue, metrics
from gui.base.choice_box import ChoiceBox
from gui.base.help import help_text
from gui.base.text import plain
from gui.base.theme import space
from gui.bridge.table_look import TableLook
from gui.item_models.column_notes import LEARNED, LEFT_OUT
from gui.pages.setup import data_words
from gui.pages.setup.again_button import CHANGED, AgainButton, table_changed
from gui.pages.setup.caution_list import CautionList
from gui.pages.setup.columns_panel import ColumnsPanel
from gui.pages.setup.editor import SetupEditor
from gui.pages.setup.hint_list import HintList
from gui.pages.setup.how_written import HowWrittenDialog
from gui.pages.setup.source_row import SourceRow
from gui.pages.setup.target_question import TargetQuestion
from gui.pages.setup.target_view import TargetView
from gui.pages.setup.validation_form import ValidationForm
from gui.session.standing import CARDS
from gui.views.card import Card
from gui.views.form import Form
from gui.views.labels import Words

TASKS = ("classification", "regression")
LETTERS = 22  # of the target's name that are seen whatever the others are


class DataCard(Card):
    """Shows the document's data. Reading happens in the background; what a person changes is an edit of the study."""

    def __init__(self, editor: SetupEditor, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__("Data", "data", parent)
        self._editor = editor
        self._look = TableLook(editor.background, "inspect")
        self._info: Any = None
        self._fault = ""
        self._read: tuple[object, ...] | None = None
        self._asked_target = ""
        self._source = SourceRow(editor, catalogue, self.body)
        self._notes = Words(name="label_notes", role="dim", wrap=True, parent=self.body)
        self._cautions = CautionList(self.body)
        self._target = self._combo("combo_target", self._on_target_chosen)
        self._target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._target.setMinimumContentsLength(LETTERS)
        self._target.currentIndexChanged.connect(self._on_target_chosen)
        self._question = TargetQuestion(self.body)
        self._task = self._combo("combo_task", self._on_task_chosen)
        self._task.addItems(TASKS)
        self._metric = self._combo("combo_metric", self._on_metric_chosen)
        self._positive = self._combo("combo_positive", self._on_positive_chosen)
        self._target_view = TargetView(editor.background, self.body)
        self._hints = HintList(self.body)
        self._panel = ColumnsPanel(self.body)
        self._columns = self._panel.columns
        self._validation = ValidationForm(editor, catalogue.schemes, self.body)
        self._see_written = QPushButton("How it is written…", self)
        self._see_written.setObjectName("button_see_written")
        self._see_written.setAccessibleName("How the table is written")
        self._see_written.setAutoDefault(False)
        self._see_written.hide()
        self._again = AgainButton(editor, self)
        self._problems = Words(name="label_data_problems", role="bad", wrap=True, parent=self.body)
        self._problems.hide()
        self._build_ui()
        self._connect()

    def _combo(self, name: str, slot: object) -> QComboBox:
        combo = ChoiceBox(self.body)
        combo.setObjectName(name)
        combo.setMinimumWidth(space(180))
        combo.activated.connect(slot)
        return combo

    def _build_ui(self) -> None:
        self.lock_row.addWidget(self._again, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.lock_row.addWidget(self._see_written, 0, Qt.AlignmentFlag.AlignTop)
        self.lock_row.setContentsMargins(0, space(4), space(16), 0)
        column = self.body_column
        column.addWidget(self._source)
        column.addWidget(self._notes)
        column.addWidget(self._cautions)
        row = QHBoxLayout()
        row.setSpacing(space(24))
        self._form = form = Form(self.body, label_width=90)
        form.add("Target", self._target)
        form.add_wide(self._question)
        form.add("Task", self._task)
        form.add("Metric", self._metric)
        form.add("Positive class", self._positive)
        self._target.setToolTip(plain(help_text("setup", "target")))
        self._task.setToolTip(plain(help_text("setup", "task")))
        self._metric.setToolTip(plain(help_text("setup", "metric")))
        self._positive.setToolTip(plain(help_text("setup", "positive")))
        row.addWidget(form, 1)
        row.addWidget(self._target_view, 1)
        column.addLayout(row)
        column.addWidget(self._hints)
        column.addWidget(self._panel)
        column.addWidget(self._validation)
        column.addWidget(self._problems)

    def _connect(self) -> None:
        self._question.confirmed.connect(self._confirm_target)
        self._source.how_asked.connect(self._ask_how_written)
        self._see_written.clicked.connect(self._show_how_written)
        self.folded.connect(self._show_see_written)
        self._columns.target_asked.connect(self._ask_target)
        self._columns.kind_asked.connect(self._ask_kind)
        self._columns.use_asked.connect(self._ask_use)
        self._hints.asked.connect(self._take_hint)
        for part in (self._columns, self._cautions):
            part.reading_asked.connect(self._editor.read_otherwise)
        self.folded.connect(self._find_target)
        self._editor.document.left.connect(self._on_left)

    @Slot()
    def _on_left(self) -> None:
        self._read, self._info = None, None
        self._target_view.forget()

    # -- showing -----------------------------------------------------------------------------------------------------

    @property
    def first_stop(self) -> QWidget:
        """The way to a table that is gone, or the question what to predict, where it is still open."""
        if self._again.is_needed:
            return self._again
        table = self._editor.table if self._editor.document.is_open else None
        return self._question.button if table is not None and self._asks_for_target(table) else self.head

    def _asks_for_target(self, table: TableObjective) -> bool:
        """Whether the target is a guess that is still to be confirmed; trials have settled it."""
        return not table.target_confirmed and not self._editor.document.has_trials

    def refresh(self) -> None:
        """Show the document's data, and read the table anew where it is another one."""
        self._asked_target = ""
        table = self._editor.table
        if table is None:
            self.head.set_summary("this study's objective is not a table")
            self.lock("This study scores something else than a model on a table.")
            return
        self._read_anew(table)
        self._source.show_source(table.source)
        self._columns.show_choices(table.target, table.ignored, table.kinds)
        self._show_choices(table)
        self._show_target(table)
        self._validation.refresh(table, self._info)
        self.show_problems()

    @Slot()
    def read_again(self) -> None:
        """Read the table anew, because it may be read now."""
        self._read = None
        self.refresh()

    @Slot()
    def show_problems(self) -> None:
        """Say what the last check of the definition found, each beside its field."""
        table = self._editor.table
        if table is None:
            return
        self._show_positive(table)
        found = [one for one in self._editor.document.problems if one.place not in CARDS]
        for place, field in (("target", self._target), ("task", self._task), ("metric", self._metric),
                             ("positive", self._positive)):  # fmt: skip
            here = next((one for one in found if one.place == place and self._form.has_row(field)), None)
            said = "" if here is None else f"{here.what} {here.remedy}".strip()
            self._form.tell(field, said, forbids=here is not None and here.forbids)
            found = [one for one in found if one.place != place or not self._form.has_row(field)]
        rest = [one for one in self._validation.show_problems(found) if one.what != self._fault]
        self._problems.setText("\n".join(f"{one.what} {one.remedy}".strip() for one in rest))
        self._problems.set_role("bad" if any(one.forbids for one in rest) else "text")
        self._problems.setVisible(bool(rest))
        self._show_summary(table)

    def _show_positive(self, table: TableObjective) -> None:
        """The class that the metric asks for, of two; the last one where none was chosen."""
        classes = self._editor.document.classes
        asks = next((entry.asks_for_class for entry in metrics(table.task) if entry.name == table.metric), False)
        self._form.show_row(self._positive, asks and len(classes) == 2)
        if list(classes) != [self._positive.itemText(place) for place in range(self._positive.count())]:
            self._positive.clear()
            self._positive.addItems(list(classes))
        self._positive.setCurrentText(table.positive or (classes[-1] if classes else ""))

    def _read_anew(self, table: TableObjective) -> None:
        wanted = (table.source, table.read, table.kinds, table.target)
        if wanted == self._read:
            return
        if self._read is None or wanted[:2] != self._read[:2]:
            self._say("Reading the table …")
        self._read = wanted
        take, known = self._take_inspection, table.found_kinds
        self._look.look(table.source, table.kinds, table.read, table.target, take, self._take_fault, known)

    def _show_choices(self, table: TableObjective) -> None:
        self._task.setCurrentText(table.task)
        entries = metrics(table.task)
        if [self._metric.itemData(place) for place in range(self._metric.count())] != [e.name for e in entries]:
            self._metric.clear()
            for entry in entries:
                better = "higher is better" if entry.direction == "maximize" else "lower is better"
                self._metric.addItem(f"{entry.title}, {better}", entry.name)
        self._metric.setCurrentIndex(self._metric.findData(table.metric))
        names = list(self._info.names) if self._info is not None else [table.target]
        with QSignalBlocker(self._target):
            if names != [self._target.itemText(place) for place in range(self._target.count())]:
                self._target.clear()
                self._target.addItems(names)
            self._target.setCurrentIndex(self._target.findText(table.target, Qt.MatchFlag.MatchExactly))
        had_focus = self._question.button.hasFocus()
        self._question.show_guess(table.target)
        self._question.setVisible(self._asks_for_target(table))
        if had_focus and table.target_confirmed:
            self._target.setFocus()

    def _take_inspection(self, found: Any) -> None:
        self._info, self._fault = found.info, ""
        info = found.info
        if not info.sampled and table_changed(self._editor.table, info):
            self._fault = CHANGED
        self._panel.show_table(info, found.values, found.preview)
        # What is said of a column that the table no longer has, such as one of nested values, has no row to stand in.
        self._cautions.show_cautions([one for one in info.cautions if one.column not in info.names])
        self._find_target(self.is_folded)
        self._say(data_words.FIRST_ROWS.format(rows=info.rows) if info.sampled else "")
        self.refresh()

    def _say(self, notes: str) -> None:
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))

    @Slot(bool)
    def _find_target(self, folded: bool) -> None:
        """Bring the target's row into view, which a table does only while it is shown."""
        table = self._editor.table
        if table is not None and not folded:
            self._panel.bring(table.target)

    def _take_fault(self, fault: UserFault) -> None:
        self._info, self._fault = None, fault.what
        self._panel.show_table(None)
        self._cautions.show_cautions(())
        self._say(f"{fault.what} {fault.remedy}")
        self.refresh()

    def _show_target(self, table: TableObjective) -> None:
        row = self._columns.row_of(table.target)
        column = None if row is None else self._columns.column_at(row)
        self._target_view.show_target(table, column, self._info is not None and not self._info.sampled)

    def _show_summary(self, table: TableObjective) -> None:
        found = [one for one in self._editor.document.problems if one.place not in CARDS]
        learned, cautions = 0, sum(not one.forbids for one in found)
        if self._info is not None:
            names = [column.name for column in self._info.columns if column.name != table.target]
            learned = self._panel.learned(names)
            cautions += len(self._info.cautions)
        note = data_words.note_count(cautions, len(self._columns.left_out()))
        wrong = self._fault or next((one.what for one in found if one.forbids), "")
        is_gone = self._fault == CHANGED or any(one.place == "source" and one.forbids for one in found)
        self._again.show_needed(is_gone, self.is_folded)
        if self._asks_for_target(table):
            wrong = wrong or "confirm the target"
        hints = self._editor.document.hints
        leaks = () if hints is None else tuple(hint.columns[0] for hint in hints.told if hint.kind == "leak")
        wrong = wrong or (f"{leaks[0]} leaks the target" if leaks else "")
        self.head.set_summary(data_words.summary(table, self._info, learned), wrong, note)

    @Slot()
    def show_hints(self) -> None:
        """Show what was found of the table: hints, and what each column tells of the target."""
        hints = self._editor.document.hints
        self._hints.show_hints(() if hints is None else hints.told)
        self._panel.show_tellings({} if hints is None else hints.tellings)
        if self._editor.table is not None:
            self._show_summary(self._editor.table)

    # -- editing -----------------------------------------------------------------------------------------------------

    @Slot(int)
    def _on_target_chosen(self, place: int) -> None:
        if place >= 0:
            self._ask_target(self._target.itemText(place))

    @Slot(str)
    def _ask_target(self, name: str) -> None:
        table = self._editor.table
        if table is None or name == self._asked_target:
            return
        if name == table.target:
            self._confirm_target()
        else:
            self._asked_target = name
            self._editor.suggest(f"predict {name}", target=name)

    @Slot()
    def _confirm_target(self) -> None:
        table = self._editor.table
        if table is not None and not table.target_confirmed:
            self._editor.edit_objective(f"predict {table.target}", target_confirmed=True)

    @Slot(int)
    def _on_task_chosen(self, place: int) -> None:
        if self._editor.table is not None and TASKS[place] != self._editor.table.task:
            self._editor.suggest(TASKS[place], task=TASKS[place])

    @Slot(int)
    def _on_metric_chosen(self, place: int) -> None:
        self._editor.choose_metric(self._metric.itemData(place))

    @Slot(int)
    def _on_positive_chosen(self, place: int) -> None:
        self._editor.edit_objective("positive class", positive=self._positive.itemText(place))

    @Slot(str, str)
    def _ask_kind(self, name: str, kind: str) -> None:
        table = self._editor.table
        if table is None:
            return
        if kind == LEFT_OUT:
            self._ask_use((name,), False)
            return
        ignored = tuple(sorted(set(table.ignored) - {name}))
        kinds = {**table.kinds, name: kind}
        self._editor.suggest(f"kind of {name}", task=table.task, keep_space=True, kinds=kinds, ignored=ignored)

    @Slot(object, bool)
    def _ask_use(self, names: tuple[str, ...], is_used: bool) -> None:
        """Learn from columns, or leave them out: at once, but where a column needs another kind for that."""
        table = self._editor.table
        if table is None:
            return
        ignored = set(table.ignored) - set(names) if is_used else set(table.ignored) | set(names)
        text = f"{'use' if is_used else 'leave out'} {names[0] if len(names) == 1 else f'{len(names):,} columns'}"
        found = {} if self._info is None else {column.name: column.kind for column in self._info.columns}
        kinds = dict(table.kinds)
        for name in names if is_used else ():
            if kinds.get(name, found.get(name, "")) not in LEARNED:
                kinds[name] = self._columns.other_kind(name)
        after = tuple(sorted(ignored))
        if kinds == table.kinds:
            self._editor.edit_objective(text, ignored=after)
        else:
            self._editor.suggest(text, task=table.task, keep_space=True, kinds=kinds, ignored=after)

    @Slot(object)
    def _take_hint(self, hint: Any) -> None:
        self._editor.edit_objective(hint.verb[:1].lower() + hint.verb[1:], **hint.changes)

    @Slot()
    def _ask_how_written(self) -> None:
        table = self._editor.table
        if table is not None:
            dialog = HowWrittenDialog(table, self._info, self)
            dialog.used.connect(self._read_as_written)
            dialog.open()

    @Slot()
    def _show_how_written(self) -> None:
        """Only show it, as trials were made with it."""
        table = self._editor.table
        if table is not None:
            HowWrittenDialog(table, self._info, self, is_settled=True).open()

    def lock(self, reason: str) -> None:
        """Let nothing be changed; how the table is written can still be seen."""
        super().lock(reason)
        self._show_see_written()

    @Slot()
    def _show_see_written(self) -> None:
        table = self._editor.table if self._editor.document.is_open else None
        is_file = table is not None and not table.source.startswith("sample:")
        is_locked = not self.body.isEnabled()
        self._source.show_how(not is_locked)
        self._see_written.setVisible(is_file and is_locked and not self.is_folded)
        self._again.show_folded(self.is_folded)

    @Slot(object)
    def _read_as_written(self, read: dict[str, object]) -> None:
        self._editor.reread("how the table is written", read)
