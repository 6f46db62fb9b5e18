"""How the best configurations of a study are trained longer: asked about, made a study, opened in its own window."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from engine.branching import train_best_longer, training_length
from engine.errors import UserFault
from engine.study import new_study_path
from gui.base.file_filters import STUDY, STUDY_FILTER
from gui.base.messages import Messages, Question
from gui.base.settings import Settings
from gui.bridge.background import Background
from gui.session.document import Document
from gui.windows.opening import Opening

FACTORS = (2, 4, 10)  # times as many steps that are offered: guesses


class TrainingLonger(QObject):
    """Works for one window; what it makes is opened by ``opening``."""

    def __init__(
        self,
        document: Document,
        opening: Opening,
        background: Background,
        settings: Settings,
        messages: Messages,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._opening = opening
        self._background = background
        self._settings = settings
        self._messages = messages

    @Slot()
    def ask(self) -> None:
        """Ask for how long, or say why that cannot be."""
        setup, history = self._document.setup, self._document.history
        if setup is None or history is None:
            return
        length = training_length(setup)
        if length is None or history.best_number() is None:
            single = "This model is fitted in a single step, so it cannot be trained longer."
            self._messages.inform(single if length is None else "No trial is complete yet.")
            return
        name, steps = length
        answers = tuple((str(factor * steps), f"{factor * steps:,} {name}") for factor in FACTORS)
        question = Question(
            "Train the best longer?",
            f"They were trained for {steps:,} {name}. A new study trains the best five anew, and searches on.",
            (*answers, ("cancel", "Cancel")),
            "cancel",
        )
        self._messages.ask(question, self._on_answered)

    def _on_answered(self, answer: str) -> None:
        if answer != "cancel" and self._document.setup is not None:
            suggestion = new_study_path(self._settings.folder, self._document.setup.title)
            make = partial(self._make, int(answer))
            self._messages.choose_save("New study for the longer training", suggestion, STUDY_FILTER, make)

    def _make(self, steps: int, path: Path) -> None:
        source = self._document.path
        if source is None:
            return
        self._document.flush()
        path = path if path.suffix == STUDY else path.with_name(path.name + STUDY)
        work = partial(train_best_longer, source, path, steps, "window")
        self._background.call("train_longer", work, partial(self._on_made, path), self._on_refused)

    def _on_made(self, path: Path, said: str) -> None:
        self._messages.inform(f"Made {path.name}. {said}")
        self._opening.window_wanted.emit(path)

    def _on_refused(self, fault: UserFault) -> None:
        self._messages.fault(fault.what, fault.remedy)
