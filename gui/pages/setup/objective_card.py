"""The card that says what is scored: a model on a table, a Python script, any program, or a function."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from engine.objectives.description import (
    AnyObjective,
    CommandObjective,
    FormulaObjective,
    FunctionObjective,
    ScriptObjective,
    TableObjective,
)
from engine.study import suggest_command_setup, suggest_function_setup, suggest_script_setup
from gui.base.choice_box import ChoiceBox
from gui.base.file_filters import TABLE_FILTER
from gui.base.theme import space
from gui.pages.setup.command_form import CommandForm
from gui.pages.setup.editor import SetupEditor
from gui.pages.setup.function_form import FunctionForm
from gui.pages.setup.script_form import SCRIPT_FILTER, ScriptForm
from gui.views.card import Card
from gui.views.form import Form
from gui.views.labels import Words

KINDS = ("A model on a table", "A Python script", "Any program", "A function")
TABLE, SCRIPT, PROGRAM, FUNCTION = range(4)
FIRST_COMMAND = "python train.py --lr {lr}"
FIRST_FUNCTION = "branin"


def kind_of(objective: AnyObjective | None) -> int | None:
    """The place of an objective's kind in the list; *None* for a study from Python alone."""
    if isinstance(objective, TableObjective):
        return TABLE
    if isinstance(objective, ScriptObjective):
        return SCRIPT
    if isinstance(objective, CommandObjective):
        return PROGRAM
    return FUNCTION if isinstance(objective, FunctionObjective | FormulaObjective) else None


class ObjectiveCard(Card):
    """The cards below it are the same for every kind; choosing another kind is one edit that can be undone."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__("What is scored", "objective", parent)
        self._editor = editor
        self._kind = ChoiceBox(self.body)
        self._kind.setObjectName("combo_objective")
        self._kind.setMinimumWidth(space(180))
        self._kind.addItems(KINDS)
        self._kind.activated.connect(self._on_kind_chosen)
        self.script = ScriptForm(editor, self.body)
        self.command = CommandForm(editor, self.body)
        self.function = FunctionForm(editor, self.body)
        self._forms: dict[int, ScriptForm | CommandForm | FunctionForm] = {
            SCRIPT: self.script,
            PROGRAM: self.command,
            FUNCTION: self.function,
        }
        self._problems = Words(name="label_objective_problems", role="bad", wrap=True, parent=self.body)
        self._problems.hide()
        form = Form(self.body, label_width=90)
        form.add("Scored", self._kind)
        self.body_column.addWidget(form)
        for part in self._forms.values():
            part.hide()
            self.body_column.addWidget(part)
        self.body_column.addWidget(self._problems)

    def refresh(self) -> None:
        """Show the document's objective."""
        objective = self._editor.setup.objective
        kind = kind_of(objective)
        self._kind.setCurrentIndex(-1 if kind is None else kind)
        if kind is None:
            self.head.set_summary("an objective that a Python program calls")
            self.lock("This study's objective is in a Python program, which alone can run it.")
            return
        for place, form in self._forms.items():
            form.setVisible(place == kind)
        shown = self._forms.get(kind)
        if shown is not None:
            shown.refresh()
        self.show_problems()

    @Slot()
    def show_problems(self) -> None:
        """Say what keeps the objective from being run."""
        if not self._editor.document.is_open:
            return
        found = [one for one in self._editor.document.problems if one.place == "code"]
        said = " ".join(f"{one.what} {one.remedy}".strip() for one in found)
        self._problems.setText(said)
        self._problems.setVisible(bool(said))
        self.script.say_once(said)
        self.head.set_summary(self._summary(), found[0].what if found else "")

    def _summary(self) -> str:
        objective = self._editor.setup.objective
        if isinstance(objective, ScriptObjective):
            return f"{Path(objective.source).name}" + (f" · {objective.entry}" if objective.entry else "")
        if isinstance(objective, CommandObjective):
            return objective.command
        if isinstance(objective, FormulaObjective):
            return objective.text
        if isinstance(objective, FunctionObjective):
            return self._editor.setup.title
        return KINDS[TABLE].lower()

    @Slot(int)
    def _on_kind_chosen(self, kind: int) -> None:
        setup = self._editor.setup
        before = kind_of(setup.objective)
        if kind == before:
            return
        self._kind.setCurrentIndex(-1 if before is None else before)  # until the other one is there
        folder = self._editor.folder
        if kind == TABLE:
            self._editor.messages.choose_open("Choose a table", folder, TABLE_FILTER, self._take_table)
        elif kind == SCRIPT:
            self._editor.messages.choose_open("Choose a Python script", folder, SCRIPT_FILTER, self._take_script)
        elif kind == PROGRAM:
            self._editor.suggest_code("program", partial(suggest_command_setup, FIRST_COMMAND, folder))
        else:
            self._editor.suggest_code("function", partial(suggest_function_setup, FIRST_FUNCTION))

    def _take_table(self, path: Path) -> None:
        self._editor.suggest(f"table {path.name}", source=str(path))

    def _take_script(self, path: Path) -> None:
        self._editor.suggest_code(f"script {path.name}", partial(suggest_script_setup, path))
