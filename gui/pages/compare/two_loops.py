"""The two loops side by side: the study in one figure, point by point, and where the next minute is better spent."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis.loops_markdown import loops_markdown
from engine.analysis.next_minute import Choice
from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.setup import StudySetup, replace
from engine.study import new_study_path, save_without_trials
from gui.base.file_filters import STUDY_FILTER
from gui.base.formats import count_text
from gui.base.messages import Messages
from gui.base.settings import Settings
from gui.base.theme import space
from gui.bridge.background import Background
from gui.commands.edit_setup import EditSetup
from gui.pages.compare.compare_tab import CompareTab
from gui.pages.compare.loops_picture import write_loops
from gui.pages.compare.loops_view import LoopsView
from gui.plots.plot_menu import not_written
from gui.session.document import Document
from gui.session.two_loops import TwoLoops
from gui.views.scrolling import scrolling

PICTURES = "Drawing (*.svg);;Picture (*.png)"
OF_A_SAMPLE = "This is a sample. Open or make a study to do this with it."
READ_ONLY = "Another process works on this study."


class TwoLoopsTab(CompareTab):
    """``tab_two_loops``, which holds ``view_loops``. Signal ``remarked(str)`` names the study."""

    def __init__(self, document: Document, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(document, messages, parent)
        self._writing = Background(self, is_brief=True)
        self.source = TwoLoops(document, self)
        self.view = LoopsView(self)
        self.copy = self._button("button_copy_loops", "Copy as text", self._on_copy)
        self.save = self._button("button_save_loops", "Save as picture…", self._on_save)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.save)
        self.view.corner.addLayout(buttons)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space(4))
        rows.addWidget(scrolling(self.view, "area_two_loops", self))
        self.source.changed.connect(self._on_changed)
        self.view.chosen.connect(self._on_chosen)

    def watch(self, is_seen: bool) -> None:
        """The study is followed while somebody looks."""
        self.source.watch(is_seen)

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setEnabled(False)
        button.clicked.connect(slot)
        return button

    @Slot()
    def _on_changed(self) -> None:
        found = self.source.found
        if found is not None:
            blocked = {} if self._document.writable else {"trials": READ_ONLY}
            if found.is_sample:
                blocked = dict.fromkeys((choice.kind for choice in found.next.choices), OF_A_SAMPLE)
            self.view.show_loops(found.loops, found.next, blocked)
            for button in (self.copy, self.save):
                button.setEnabled(True)
            self.remarked.emit(f"A sample: {found.title}" if found.is_sample else found.title)

    @Slot()
    def _on_copy(self) -> None:
        if self.source.found is not None:
            QGuiApplication.clipboard().setText(loops_markdown(self.source.found.loops))
            self._messages.inform("Copied as a Markdown table.")

    @Slot()
    def _on_save(self) -> None:
        name = "two loops.svg" if self._document.path is None else f"{self._document.path.stem} two loops.svg"
        self._messages.choose_save("Save the comparison", Settings().folder / name, PICTURES, self._write_picture)

    def _write_picture(self, path: Path) -> None:
        found = self.source.found
        if found is None:
            return
        path = path if path.suffix else path.with_suffix(".png")
        if write_loops(found, f"{found.title} · {date.today().isoformat()}", path):
            self._messages.inform(f"Wrote {path.name} into {path.parent}.")
        else:
            self._messages.fault(*not_written(path))

    # -- what to do next ---------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_chosen(self, choice: Choice) -> None:
        setup = self._document.setup
        if setup is None:
            return
        if choice.kind == "trials":
            self._add_trials(setup, choice.count)
        else:
            epochs = 2 * choice.count if choice.kind == "steps" else choice.step or 1
            trials = setup.budget.trials if choice.kind == "steps" else choice.count
            self._save_copy(setup, epochs, trials)

    def _add_trials(self, setup: StudySetup, count: int) -> None:
        document = self._document
        finished = 0 if document.history is None else len(document.history)
        if setup.budget.trials is not None:
            budget = replace(setup.budget, trials=max(setup.budget.trials, finished) + count)
            after = replace(setup, budget=budget)
            document.undo_stack.push(EditSetup(f"{count} more trials", setup, after, document.put_setup))
        if not document.is_running:
            document.run()

    def _save_copy(self, setup: StudySetup, epochs: int, trials: int | None) -> None:
        """A study of other epochs is another study: scores of both would not compare in one."""
        if not isinstance(setup.objective, TableObjective):
            return
        settings = {**setup.objective.settings, "epochs": epochs}
        other = replace(
            setup,
            title=f"{setup.title} · {count_text(epochs, 'epoch')}",
            objective=replace(setup.objective, settings=settings),
            budget=replace(setup.budget, trials=trials),
        )
        suggestion = new_study_path(Settings().folder, other.title)
        title = f"Save a study with {count_text(epochs, 'epoch')} as"
        self._messages.choose_save(title, suggestion, STUDY_FILTER, partial(self._write_copy, other))

    def _write_copy(self, setup: StudySetup, path: Path) -> None:
        path = path if path.suffix == ".study" else path.with_name(f"{path.name}.study")
        work = partial(save_without_trials, setup, path)
        self._writing.call("copy", work, partial(self._on_written, path), self._on_unwritten)

    def _on_written(self, path: Path, _done: None) -> None:
        self._messages.inform(f"Wrote {path.name} in {path.parent}. Open it there to run it.")

    def _on_unwritten(self, fault: UserFault) -> None:
        self._messages.fault(fault.what, fault.remedy)
