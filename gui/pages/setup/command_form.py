"""How a program is run, and how its output is read, tried live on a sample of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from engine.errors import UserFault
from engine.objectives.command_line import split_words
from engine.objectives.description import CommandObjective
from engine.setup import replace
from engine.study import read_sample, rows_for_command
from engine.written import require_once
from gui.base.choice_box import ChoiceBox
from gui.base.help import help_text
from gui.base.text import seen
from gui.base.theme import space
from gui.pages.setup.direction_box import DirectionBox
from gui.pages.setup.editor import SetupEditor
from gui.views.form import Form
from gui.views.labels import ShortWords, Words

HANDOVERS = (("", "only as arguments"), ("json", "as a JSON file {config}"), ("yaml", "as a YAML file {config}"))
READINGS = (
    ("auto", "JSON lines or name=value"),
    ("json", "JSON lines"),
    ("pairs", "name=value"),
    ("pattern", "a pattern"),
)
SAMPLE_PAUSE_MS = 150  # edits of the sample that follow each other faster are read as one
HIGH = 72  # of the sample, in the design's pixels
MOST_SAMPLE = 20_000  # characters of a sample that are read


class CommandForm(QWidget):
    """A command as a person types it; values go in as data, through no shell unless the box is checked."""

    def __init__(self, editor: SetupEditor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._command = self._line("edit_command", 420)
        self._folder = ShortWords(name="label_command_folder", role="dim", parent=self)
        self._choose = QPushButton("Choose a file of its folder…", self)
        self._choose.setObjectName("button_command_folder")
        self._choose.setAutoDefault(False)
        self._choose.clicked.connect(self._on_folder_clicked)
        self._shell = QCheckBox("Through a shell", self)
        self._shell.setObjectName("check_shell")
        self._shell.clicked.connect(self._on_shell_clicked)
        self._handover = self._combo("combo_handover", HANDOVERS)
        self._direction = DirectionBox(editor, self, "combo_command_direction")
        self._reading = self._combo("combo_reading", READINGS)
        self._scores = self._line("edit_scores", 180)
        self._pattern = self._line("edit_pattern", 300)
        self._accepted = self._line("edit_accepted", 80)
        self._environment = self._line("edit_environment", 300)
        self._sample = QPlainTextEdit(self)
        self._sample.setObjectName("text_sample_output")
        self._sample.setAccessibleName("Sample of its output")
        self._sample.setPlaceholderText("Paste some lines that the program prints, to see what is read from them")
        self._sample.setTabChangesFocus(True)
        self._sample.setFixedHeight(space(HIGH))
        self._read = Words(name="label_sample_reading", role="dim", wrap=True, parent=self)
        self._pause = QTimer(self, singleShot=True, interval=SAMPLE_PAUSE_MS)
        self._pause.timeout.connect(self._read_sample)
        self._sample.textChanged.connect(self._pause.start)
        self._build_ui()

    def _line(self, name: str, width: int) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setMinimumWidth(space(width))
        line.editingFinished.connect(self._on_edited)
        return line

    def _combo(self, name: str, entries: tuple[tuple[str, str], ...]) -> ChoiceBox:
        combo = ChoiceBox(self)
        combo.setObjectName(name)
        combo.setMinimumWidth(space(180))
        for key, title in entries:
            combo.addItem(title, key)
        combo.activated.connect(self._on_edited)
        return combo

    def _build_ui(self) -> None:
        self._form = form = Form(self, label_width=90)
        form.add("Command", self._command, help_text("setup", "command"))
        place = QWidget(self)
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(8))
        row.addWidget(self._folder)
        row.addWidget(self._choose)
        row.addWidget(self._shell)
        row.addStretch(1)
        form.add_wide(place)
        form.add("Values", self._handover, help_text("setup", "handover"))
        form.add("Direction", self._direction, help_text("setup", "code_direction"))
        form.add("Output", self._reading, help_text("setup", "reading"))
        form.add("Score", self._scores, help_text("setup", "scores"))
        form.add("Pattern", self._pattern, help_text("setup", "pattern"))
        form.add("Exit codes", self._accepted, help_text("setup", "accepted"))
        form.add("Environment", self._environment, help_text("setup", "environment"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(8))
        column.addWidget(form)
        column.addWidget(self._sample)
        column.addWidget(self._read)

    @property
    def _objective(self) -> CommandObjective | None:
        objective = self._editor.setup.objective
        return objective if isinstance(objective, CommandObjective) else None

    def refresh(self) -> None:
        """Show the document's command."""
        objective = self._objective
        if objective is None:
            return
        for line, text in (
            (self._command, objective.command),
            (self._scores, ", ".join(objective.scores)),
            (self._pattern, objective.pattern),
            (self._accepted, ", ".join(map(str, objective.accepted))),
            (self._environment, " ".join(f"{name}={value}" for name, value in objective.environment.items())),
        ):
            if line.text() != seen(text):
                line.setText(seen(text))
        self._folder.setText(objective.folder)
        self._shell.setChecked(objective.shell)
        self._handover.setCurrentIndex(self._handover.findData(objective.handover))
        self._reading.setCurrentIndex(self._reading.findData(objective.reading))
        self._form.show_row(self._pattern, objective.reading == "pattern")
        self._direction.refresh()
        self._pause.start()

    @Slot()
    def _read_sample(self) -> None:
        objective, text = self._objective if self._editor.document.is_open else None, self._sample.toPlainText()
        if objective is None or not text.strip():
            self._read.setText("")
            return
        work = partial(read_sample, objective, text[:MOST_SAMPLE])
        self._editor.background.call("sample output", work, self._show_read, self._show_fault)

    def _show_read(self, said: str) -> None:
        if isValid(self._read):  # the page may be gone, and its background is the window's
            self._read.setText(said)

    def _show_fault(self, fault: UserFault) -> None:
        self._show_read(str(fault))

    # -- editing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_edited(self) -> None:
        """Take over every field as it stands; one that is no value is told, and stays."""
        objective = self._objective
        if objective is None:
            return
        try:
            parts = self._parts()
        except UserFault as fault:
            self._editor.messages.fault(fault.what, fault.remedy)
            return
        changed = replace(objective, **parts)
        if changed == objective:
            return
        scores = len(changed.scores)
        directions = (*changed.directions, *["minimize"] * scores)[:scores]
        changed = replace(changed, directions=directions)
        rows = rows_for_command(self._editor.setup.space, changed) if not self._editor.document.has_trials else None
        self._editor.edit_parts(
            "the program", "command", objective=changed, space=self._editor.setup.space if rows is None else rows
        )

    def _parts(self) -> dict[str, Any]:
        scores = tuple(part.strip() for part in self._scores.text().split(",") if part.strip())
        if not scores:
            raise UserFault("The score has no name.", "Write the name that the program prints it by, such as score.")
        try:
            accepted = tuple(int(part) for part in self._accepted.text().replace(",", " ").split())
        except ValueError:
            raise UserFault("Exit codes are whole numbers.", "Write them like 0, 3.") from None
        pairs = [word.partition("=") for word in split_words(self._environment.text() or "_=")]
        if any(not name or not sign for name, sign, _ in pairs):
            raise UserFault("A variable has no value.", "Write them like NAME=VALUE.")
        require_once((name for name, _, _ in pairs), "The environment")
        return {
            "command": self._command.text().strip(),
            "handover": self._handover.currentData(),
            "reading": self._reading.currentData(),
            "scores": scores,
            "pattern": self._pattern.text(),
            "accepted": accepted or (0,),
            "environment": {name: value for name, _, value in pairs if name != "_"},
        }

    @Slot(bool)
    def _on_shell_clicked(self, is_on: bool) -> None:
        self._editor.edit_code("through a shell" if is_on else "without a shell", shell=is_on)

    @Slot()
    def _on_folder_clicked(self) -> None:
        self._editor.messages.choose_open("Choose a file of the folder", self._editor.folder, "All (*)", self._take)

    def _take(self, path: Path) -> None:
        self._editor.edit_code("folder of the program", folder=str(path.absolute().parent))
