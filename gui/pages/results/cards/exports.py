"""The card of exports: check boxes, one button that saves what is chosen, and what became of each file in its row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from engine.analysis import BestSummary
from engine.errors import UserFault
from engine.objectives.description import CodeObjective, TableObjective
from engine.study import export_study, exported_script
from gui.base.messages import Question
from gui.base.settings import Settings
from gui.base.theme import space
from gui.pages.results.cards import ResultsCard, ResultsContext, registry
from gui.pages.results.export_row import KINDS, SCRIPT_TRAINS, ExportKind, ExportRow
from gui.session.study_background import StudyBackground
from gui.views.labels import ShortWords, Words

CHECKED = ("py", "skops", "html")  # what most people take: to run it, to use it, to show it
NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
RUNS_AGAIN = "Runs the objective once more and prints its score."
REMARK = "Each file is read or run again before it counts as saved."


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written, and what there is to say of it."""

    path: Path
    said: tuple[str, ...] = ()


@registry.register
class ExportsCard(ResultsCard):
    """``card_exports``. Files are written one after another off the window's thread."""

    title = "Take it home"
    place = 90
    help_topic = "window:export"

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._document = context.document
        self._messages = context.messages
        self._background = StudyBackground(context.document, self, is_brief=False)
        self._waiting: list[tuple[ExportRow, Path]] = []
        self._done: list[Path] = []
        self._failed = 0
        self.export_rows = [ExportRow(kind, self) for kind in KINDS]
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(24))
        grid.setVerticalSpacing(space(8))
        half = (len(self.export_rows) + 1) // 2
        for place, row in enumerate(self.export_rows):
            row.check.setChecked(row.kind.name in CHECKED and row.check.isEnabled())
            row.check.toggled.connect(self._on_toggled)
            grid.addWidget(row, place % half, place // half)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self.save = QPushButton(self)
        self.save.setObjectName("button_save_exports")
        self.save.setProperty("main", True)
        self.save.clicked.connect(self._on_save)
        self.copy = QPushButton("Copy the script", self)
        self.copy.setObjectName("button_copy_script")
        self.copy.clicked.connect(self._on_copy)
        self.remark = Words(REMARK, role="dim", parent=self)
        self.said = ShortWords(name="label_export", role="dim", parent=self)
        self.folder = QPushButton("Show in folder", self)
        self.folder.setObjectName("button_show_folder")
        self.folder.setAccessibleName("Show the exported files in their folder")
        self.folder.clicked.connect(self._on_folder_wanted)
        self.folder.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(space(8))
        for part in (self.save, self.copy):
            buttons.addWidget(part)
        buttons.addStretch(1)
        buttons.addWidget(self.remark)
        last = QHBoxLayout()
        last.addWidget(self.said, 1)
        last.addWidget(self.folder)
        for line in (grid, buttons, last):
            self.rows.addLayout(line)
        self._on_toggled()
        context.document.left.connect(self._on_left)

    @property
    def is_busy(self) -> bool:
        """Whether files are being written."""
        return self._background.is_busy or bool(self._waiting)

    @property
    def chosen(self) -> list[ExportRow]:
        """The rows that are checked."""
        return [row for row in self.export_rows if row.check.isChecked()]

    def ask(self) -> None:
        """Have a place chosen and write there; every format is offered."""
        if self._document.path is None or self.is_busy:
            return
        offered = [row.kind for row in self.export_rows if not row.kind.what]
        filters = ";;".join(f"{one.title} (*.{one.ending})" for one in offered)
        self._messages.choose_save("Export", self._suggestion(offered[0]), filters, self.write)

    def show_best(self, found: BestSummary) -> None:
        """Say what the script does: a model on a table is trained by it, other objectives are called."""
        setup = self._document.setup
        is_table = setup is None or isinstance(setup.objective, TableObjective)
        self.export_rows[0].describe(SCRIPT_TRAINS if is_table else RUNS_AGAIN)

    def write(self, target: Path) -> None:
        """Write to ``target`` in the format of its ending."""
        ending = target.suffix.lower().removeprefix(".")
        row = next((row for row in self.export_rows if row.kind.ending == ending), self.export_rows[0])
        self._begin([(row, target)])

    def shutdown(self) -> None:
        """Wait for a file that is being written: for the very end."""
        self._waiting.clear()
        self._background.shutdown()

    # -- inside ------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_left(self) -> None:
        """What is being written is finished; what has still to be written would be of another study."""
        self._waiting.clear()
        self.folder.hide()
        self._say("")
        for row in self.export_rows:
            row.show_about()

    def _suggestion(self, kind: ExportKind) -> Path:
        return Settings().folder / kind.file_name(self._stem())

    def _stem(self) -> str:
        """What files are called; a study on a script is called as the script, which must not be written over."""
        path, setup = self._document.path, self._document.setup
        assert path is not None
        is_code = setup is not None and isinstance(setup.objective, CodeObjective)
        return f"{path.stem} best" if is_code else path.stem

    def _write_one(self, row: ExportRow, target: Path) -> None:
        self._begin([(row, target)])

    def _write_into(self, folder: Path) -> None:
        path = self._document.path
        if path is None:
            return
        Settings().folder = folder
        wanted = [(row, folder / row.kind.file_name(self._stem())) for row in self.chosen]
        there = [target.name for _, target in wanted if target.exists()]
        if not there:
            self._begin(wanted)
            return
        listed = ", ".join(there[:6]) + (" …" if len(there) > 6 else "")
        question = Question("Replace files?", f"In {folder} there are already: {listed}.",
                            (("replace", "Replace"), ("cancel", "Cancel")), "cancel")  # fmt: skip
        self._messages.ask(question, partial(self._on_answered, wanted))

    def _on_answered(self, wanted: list[tuple[ExportRow, Path]], answer: str) -> None:
        if answer == "replace":
            self._begin(wanted)

    def _begin(self, wanted: list[tuple[ExportRow, Path]]) -> None:
        if self._document.path is None or self.is_busy:
            return
        self._document.flush()
        self.folder.hide()
        self._waiting, self._done, self._failed = list(wanted), [], 0
        for row in self.export_rows:
            row.show_about()
        self._next()

    def _next(self) -> None:
        """Write the next file, or say what became of all."""
        path = self._document.path
        self.save.setEnabled(not self._waiting and bool(self.chosen))
        if not self._waiting or path is None:
            self._finish()
            return
        row, target = self._waiting[0]
        row.show_writing()
        self._say(f"Writing {target.name} …")
        work = partial(_export, path, target, row.kind.what)
        self._background.call("export", work, self._on_written, self._on_refused)

    def _finish(self) -> None:
        self._background.release_thread()  # its thread is not needed until the next file
        if len(self._done) == 1:
            text = f"Wrote {self._done[0].name} into {self._done[0].parent}."
        elif self._done:
            text = f"Wrote {_number(len(self._done))} files into {self._done[0].parent}."
        else:
            text = ""
        if self._failed:
            failed = "One file was not written" if self._failed == 1 else f"{self._failed} files were not written"
            text = f"{text} {failed}: see above.".strip() if len(self._done) + self._failed > 1 else self.said.text()
        self._say(text, "bad" if self._failed else "text")
        self.folder.setVisible(bool(self._done))

    def _say(self, text: str, role: str = "dim") -> None:
        self.said.set_role(role)
        self.said.setText(text)

    def _on_written(self, found: Saved) -> None:
        row, _ = self._waiting.pop(0)
        row.show_saved(found.said)
        self._done.append(found.path)
        self._next()

    def _on_refused(self, fault: UserFault) -> None:
        row, _ = self._waiting.pop(0)
        row.show_fault(fault)
        self._failed += 1
        self._say(str(fault), "bad")
        self._next()

    @Slot()
    def _on_toggled(self) -> None:
        count = len(self.chosen)
        words = "Save…" if not count else "Save the chosen one…" if count == 1 else f"Save the {_number(count)} chosen…"
        self.save.setText(words)
        self.save.setEnabled(count > 0 and not self.is_busy)

    @Slot()
    def _on_save(self) -> None:
        chosen = self.chosen
        if self._document.path is None or self.is_busy or not chosen:
            return
        if len(chosen) == 1:
            kind = chosen[0].kind
            filters = f"{kind.title} (*.{kind.ending})"
            write = partial(self._write_one, chosen[0])
            self._messages.choose_save("Save", self._suggestion(kind), filters, write)
        else:
            self._messages.choose_folder("Save into a folder", Settings().folder, self._write_into)

    @Slot()
    def _on_copy(self) -> None:
        if self._document.path is not None and not self.is_busy:
            self._document.flush()
            work = partial(exported_script, self._document.path)
            self._background.call("script", work, self._on_script, self._on_no_script)

    def _on_script(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._background.release_thread()
        self._say("The script is in the clipboard.", "text")

    def _on_no_script(self, fault: UserFault) -> None:
        self._background.release_thread()
        self._say(str(fault), "bad")

    @Slot()
    def _on_folder_wanted(self) -> None:
        if self._done:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._done[-1].parent)))


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _export(path: Path, target: Path, what: str) -> Saved:
    said: list[str] = []
    return Saved(export_study(path, target, said.append, what=what), tuple(said))
