"""The dialogs that a trial's menu opens, whichever page it was opened on: a modified copy, a note, a comparison."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from engine.analysis import summarise
from gui.pages.live import study_words
from gui.pages.live.compare_dialog import CompareDialog
from gui.pages.live.trial_actions import TrialActions
from gui.pages.live.variation import VariationDialog
from gui.session.document import Document
from gui.views.line_dialog import LineDialog

ABOUT = "It is saved in the study and shown in the table."


class TrialDialogs(QObject):
    """Works for one page: listens to its ``actions`` and opens what they ask for over ``parent``."""

    def __init__(self, document: Document, actions: TrialActions, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._actions, self._page = document, actions, parent
        self._variation: VariationDialog | None = None
        self._noted: list[int] = []  # the trials that a note is being written of
        actions.variation_wanted.connect(self.open_variation)
        actions.note_wanted.connect(self._on_note_wanted)
        actions.compare_wanted.connect(self._on_compare_wanted)

    @Slot(object)
    def open_variation(self, number: int | None) -> None:
        """Open the form of a modified copy of a trial, or of the best one."""
        history = self._document.history
        if history is None:
            return
        best = history.best_number()
        base = number if number is not None else best
        params = {} if base is None else history.params(base)
        self._variation = VariationDialog(history.space, params, base, self._page)
        self._variation.queued.connect(self._on_queued)
        self._variation.open()

    @Slot(object)
    def _on_queued(self, params: dict[str, object]) -> None:
        self._actions.queue(params)

    @Slot(object)
    def _on_note_wanted(self, numbers: list[int]) -> None:
        notes = self._document.setup.notes if self._document.setup is not None else {}
        known = {notes.get(number, "") for number in numbers}
        self._noted = list(numbers)
        of = f"trial {numbers[0]}" if len(numbers) == 1 else f"{len(numbers):,} trials"
        dialog = LineDialog("note", f"Note of {of}", ABOUT, known.pop() if len(known) == 1 else "", self._page)
        dialog.written.connect(self._on_note_written)
        dialog.open()

    @Slot(str)
    def _on_note_written(self, text: str) -> None:
        self._actions.put_note(self._noted, text)

    @Slot(object)
    def _on_compare_wanted(self, numbers: list[int]) -> None:
        document = self._document
        if document.history is not None:
            summaries = [summarise(document.history, document.curves, number) for number in numbers]
            CompareDialog(summaries, study_words.step_name(document.setup) or "step", self._page).open()
