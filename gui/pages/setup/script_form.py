"""What is shown of a Python script before it runs: where it is, what was read from it, its Python, its text."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QFont, QFontDatabase, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.objectives.command_line import split_words
from engine.objectives.description import ScriptObjective
from engine.objectives.interpreters import find_pythons
from engine.setup import replace
from engine.study import ScriptFacts, read_script, suggest_script_setup
from engine.texts import make_visible
from engine.trials import State
from gui.base.choice_box import ChoiceBox
from gui.base.formats import count_text
from gui.base.help import help_text
from gui.base.text import seen
from gui.base.theme import font_strong, space
from gui.pages.setup.direction_box import DirectionBox
from gui.pages.setup.editor import SetupEditor
from gui.views.form import Form
from gui.views.labels import ShortWords, Words

SCRIPT_FILTER = "Python scripts (*.py)"
OWN_PYTHON = f"Twinloop's own ({sys.version_info.major}.{sys.version_info.minor})"
MOST_TEXT = 200_000  # characters of a script that are shown
HIGH = 150  # of the script's text, in the design's pixels


class ScriptForm(QWidget):
    """Everything here is read from the file's text: nothing of it runs before Run, which asks."""

    def __init__(self, editor: SetupEditor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shown = ("", "")
        self._told = ""
        self._name = ShortWords(name="label_script", font=font_strong(), parent=self)
        self._where = ShortWords(name="label_script_folder", role="dim", parent=self)
        self._choose = QPushButton("Choose a script…", self)
        self._choose.setObjectName("button_choose_script")
        self._choose.setAutoDefault(False)
        self._choose.clicked.connect(self._on_choose_clicked)
        self._again = QPushButton("Read it again", self)
        self._again.setObjectName("button_read_script")
        self._again.setToolTip("Take over its hyperparameters and directions as they are now")
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self._on_again_clicked)
        self._facts = Words(name="label_script_facts", role="dim", wrap=True, parent=self)
        self._failure = Words(name="label_script_failure", role="bad", wrap=True, parent=self)
        self._entry = self._combo("combo_entry", self._on_entry_chosen)
        self._direction = DirectionBox(editor, self)
        self._python = self._combo("combo_python", self._on_python_chosen)
        self._arguments = QLineEdit(self)
        self._arguments.setObjectName("edit_arguments")
        self._arguments.setMinimumWidth(space(240))
        self._arguments.editingFinished.connect(self._on_arguments_edited)
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("text_script")
        self._text.setAccessibleName("Text of the script")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFont(QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)))
        self._text.setFixedHeight(space(HIGH))
        self._build_ui()
        editor.document.trials_changed.connect(self._show_failure)
        editor.document.left.connect(self._on_left)

    @Slot()
    def _on_left(self) -> None:
        self._shown = "", ""  # read again, also where another study names the same script

    def _combo(self, name: str, slot: object) -> ChoiceBox:
        combo = ChoiceBox(self)
        combo.setObjectName(name)
        combo.setMinimumWidth(space(180))
        combo.activated.connect(slot)
        return combo

    def _build_ui(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(space(8))
        head.addWidget(self._name)
        head.addWidget(self._where, 1)
        head.addWidget(self._again)
        head.addWidget(self._choose)
        form = Form(self, label_width=90)
        form.add("Objective", self._entry, help_text("setup", "entry"))
        form.add("Direction", self._direction, help_text("setup", "code_direction"))
        form.add("Arguments", self._arguments, help_text("setup", "arguments"))
        form.add("Python", self._python, help_text("setup", "python"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(8))
        column.addLayout(head)
        column.addWidget(self._facts)
        column.addWidget(form)
        column.addWidget(self._failure)
        column.addWidget(self._text)

    @property
    def _objective(self) -> ScriptObjective | None:
        objective = self._editor.setup.objective
        return objective if isinstance(objective, ScriptObjective) else None

    def refresh(self) -> None:
        """Show the document's script; its text is read beside the window."""
        objective = self._objective
        if objective is None:
            return
        path = Path(objective.source)
        self._name.setText(path.name)
        self._where.setText(str(path.parent))
        self._direction.refresh()
        self._arguments.setText(seen(" ".join(objective.arguments)))
        present = objective.source, objective.entry
        if present != self._shown:
            self._shown = present
            self._editor.background.call(
                "script", partial(read_script, objective.source, objective.entry), self._show_facts, self._show_fault
            )
            self._editor.background.call("pythons", partial(find_pythons, path.parent), self._show_pythons, _ignore)
        self._show_failure()

    def _show_facts(self, facts: ScriptFacts) -> None:
        objective = self._objective
        if objective is None:
            return
        names = list(dict.fromkeys(filter(None, (objective.entry, *facts.entries))))
        self._entry.clear()
        if facts.runs_main or not objective.entry:
            self._entry.addItem("as its main part says", "")
        for name in names:
            self._entry.addItem(name, name)
        self._entry.setCurrentIndex(max(0, self._entry.findData(objective.entry)))
        found = count_text(len(facts.space), "hyperparameter")
        beside = f" and {count_text(len(facts.modules), 'module')} beside it" if facts.modules else ""
        more = "" if facts.takes_params else " More are found while it runs."
        read = f"Read, not run: {count_text(facts.lines, 'line')}{beside}, {found}."
        self._facts.setText(f"{read}{more} Run asks before anything of it runs.")
        lines = facts.text[:MOST_TEXT].splitlines()
        width = len(str(len(lines)))
        self._text.show()
        self._facts.show()
        self._text.setPlainText(seen_lines(f"{number:>{width}}  {line}" for number, line in enumerate(lines, 1)))
        self._show_failure()

    def _show_fault(self, fault: UserFault) -> None:
        self._shown = ("", "")
        self._facts.setText(str(fault))
        self._text.setPlainText("")
        self._text.hide()
        self.say_once(self._told)

    def say_once(self, told: str) -> None:
        """Leave the sentence ``told``, which the card shows as a problem, to the card."""
        self._told = told
        self._facts.setVisible(not told or self._facts.text() != told)

    def _show_pythons(self, found: tuple[str, ...]) -> None:
        objective = self._objective
        if objective is None:
            return
        self._python.clear()
        self._python.addItem(OWN_PYTHON, "")
        for path in dict.fromkeys((*found, *filter(None, (objective.python,)))):
            self._python.addItem(seen(path), path)
        self._python.addItem("Choose…", None)
        self._python.setCurrentIndex(max(0, self._python.findData(objective.python)))

    @Slot()
    def _show_failure(self) -> None:
        """The line of the file where the last trial that failed did so."""
        document = self._editor.document
        history, objective = document.history, self._objective if document.is_open else None
        failed = [] if history is None or objective is None else history.where(State.FAILED).tolist()
        place, number = None, -1
        if failed and history is not None:
            number = failed[-1]
            place = history.notes(number).get("details", {}).get("place")
        if not (isinstance(place, list | tuple) and len(place) == 2 and isinstance(place[1], int)) or objective is None:
            self._failure.hide()
            return
        assert history is not None
        self._failure.setText(f"Trial {number} failed: {history.notes(number).get('reason', '')}")
        self._failure.show()
        if place[0] == Path(objective.source).name:
            self._go_to_line(place[1])

    def _go_to_line(self, line: int) -> None:
        block = self._text.document().findBlockByNumber(line - 1)
        if block.isValid():
            cursor = QTextCursor(block)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            self._text.setTextCursor(cursor)
            self._text.centerCursor()

    # -- editing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_choose_clicked(self) -> None:
        self._editor.messages.choose_open("Choose a Python script", self._editor.folder, SCRIPT_FILTER, self._take)

    def _take(self, path: Path) -> None:
        if self._editor.document.has_trials:  # the same script in another place, or a mended copy
            self._editor.edit_code("file of the script", source=str(path.absolute()))
        else:
            self._editor.suggest_code(f"script {path.name}", partial(suggest_script_setup, path))

    @Slot()
    def _on_again_clicked(self) -> None:
        objective = self._objective
        if objective is not None:
            self._shown = ("", "")
            question = partial(suggest_script_setup, objective.source, objective.entry, self._editor.setup)
            self._editor.suggest_code("read the script again", question)
            self.refresh()

    @Slot(int)
    def _on_entry_chosen(self, place: int) -> None:
        objective, entry = self._objective, self._entry.itemData(place)
        if objective is not None and entry != objective.entry:
            question = partial(suggest_script_setup, objective.source, entry, self._editor.setup)
            self._editor.suggest_code(f"objective {entry}", question)

    @Slot(int)
    def _on_python_chosen(self, place: int) -> None:
        path = self._python.itemData(place)
        if path is None:
            self._editor.messages.choose_open("Choose a Python", self._editor.folder, "Programs (*)", self._take_python)
        else:
            self._editor.edit_code("Python of the script", python=path)

    def _take_python(self, path: Path) -> None:
        self._editor.edit_code("Python of the script", python=str(path.absolute()))
        objective = self._objective
        if objective is not None:
            self._show_pythons((str(path.absolute()),))

    @Slot()
    def _on_arguments_edited(self) -> None:
        objective = self._objective
        if objective is None:
            return
        try:
            words = tuple(split_words(self._arguments.text())) if self._arguments.text().strip() else ()
        except UserFault as fault:
            self._editor.messages.fault(fault.what, fault.remedy)
            return
        if words != objective.arguments:
            self._editor.edit_parts("arguments", objective=replace(objective, arguments=words))


def seen_lines(lines: Iterable[str]) -> str:
    """Lines of a script with what cannot be seen spelled out."""
    return make_visible("\n".join(lines), keep="\n\t")


def _ignore(fault: UserFault) -> None:
    """Which interpreters there are is no matter of life."""
