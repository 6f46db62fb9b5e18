"""Which file a window opens, and how a table or a sample becomes a study."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engine.errors import UserFault
from engine.setup import StudySetup
from engine.study import (
    PROGRAMS,
    SCRIPT_SUFFIXES,
    TABLE_SUFFIXES,
    choose_table,
    inspect_table,
    new_study_path,
    save_without_trials,
    suggest_command_setup,
    suggest_program,
    suggest_script_setup,
    suggest_setup,
)
from gui.base.file_filters import ANY_FILTER, NEW_FILTER, SCRIPT_FILTER, STUDY, STUDY_FILTER, TABLE_FILTER
from gui.base.messages import Messages
from gui.base.settings import Settings
from gui.bridge.background import Background
from gui.pages.setup.how_written import way_to_read
from gui.session.document import Document
from gui.session.recent import Recent
from gui.session.standing import LOOKING, PASSED_ON

WHAT_OPENS = f"Drop a study ({STUDY}), a table ({', '.join(TABLE_SUFFIXES)}) or a script (.py)."
STORAGES = frozenset({".db", ".sqlite", ".sqlite3", ".log", ".journal", ".jsonl"} - {*TABLE_SUFFIXES})
"""Endings of Optuna's storages, whose trials are imported; their content decides what they are."""
OPENS = frozenset({STUDY, *TABLE_SUFFIXES, *SCRIPT_SUFFIXES, *PROGRAMS})
"""Endings of files that can be dropped."""


class Opening(QObject):
    """Works for one window. What it cannot do in this window it asks another one for; ``raise_other`` brings a window
    forward that shows a study already.

    Signals: ``busy(str)`` says what takes a moment, empty when it is over; ``glimpsed(object)`` carries an inspection
    of the first rows of a table that takes longer to read; ``window_wanted(object)``;
    ``trials_dropped(object)`` carries a storage of trials.
    """

    busy = Signal(str)
    glimpsed = Signal(object)
    window_wanted = Signal(object)
    trials_dropped = Signal(object)

    def __init__(
        self,
        document: Document,
        background: Background,
        recent: Recent,
        settings: Settings,
        messages: Messages,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._background = background
        self._recent = recent
        self._settings = settings
        self._messages = messages
        self._runs_when_open = False
        self._is_busy = False
        self.raise_other: Callable[[Path], bool] | None = None
        self._was_made = False
        document.rejected.connect(self._on_rejected)

    @Slot(object)
    def take(self, source: str | Path) -> None:
        """Open a study file, or make a study for a table, a script or a ``sample:NAME``.

        One that is open is brought forward.
        """
        is_study = Path(str(source)).suffix.lower() == STUDY
        if is_study and self.raise_other is not None and self.raise_other(Path(source)):
            return
        if not self._document.is_empty or self._is_busy:
            self.window_wanted.emit(source)
        elif is_study:
            self._remember(Path(source))
            self._document.open(Path(source))
        elif Path(str(source)).suffix.lower() in {*SCRIPT_SUFFIXES, *PROGRAMS}:
            self._make_of_code(Path(source))
        else:
            self._make(str(source))

    @Slot(str)
    def run_sample(self, source: str) -> None:
        """Make a study for a sample and run it as soon as it is open."""
        if not self._document.is_empty or self._is_busy:
            self.window_wanted.emit(source)
            return
        self._runs_when_open = True
        self._make(source)

    def tell_standing(self) -> None:
        """Say that another program runs the study that was opened, and what its file said against its definition."""
        study = self._document
        looking = "" if study.writable else f"{study.holder or LOOKING} {PASSED_ON}"
        if study.put_right:
            self._messages.fault(" ".join([looking, *study.put_right]).strip())  # one line, because the newest one wins
        elif looking:
            self._messages.inform(looking)

    def after_opened(self, run: Callable[[], None]) -> None:
        """The study is open: say where a new one is kept, and run it where that was asked for."""
        if self._was_made and self._document.path is not None:
            path = self._document.path
            self._messages.inform(f"Every change is kept in {path.name}, in {path.parent}.")
        self._was_made = False
        if self._runs_when_open:
            self._runs_when_open = False
            run()

    def take_dropped(self, data: QMimeData) -> None:
        """Open every file of a drop that can be opened, and say of the others why not."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if not files:
            self._messages.fault("Only files that are on this computer can be dropped.", WHAT_OPENS)
        for path in files:
            if path.is_dir():
                self._messages.fault(f"{path.name} is a folder.", WHAT_OPENS)
            elif path.suffix.lower() in STORAGES:
                self.trials_dropped.emit(path)
            elif path.suffix.lower() not in OPENS:
                ending = f"files that end in {path.suffix}" if path.suffix else "files without an ending"
                self._messages.fault(f"Twinloop does not open {ending}, such as {path.name}.", WHAT_OPENS)
            else:
                self.take(path)

    @Slot()
    def ask_table(self) -> None:
        """Have a table, or a script, chosen for a new study."""
        filters = f"{NEW_FILTER};;{TABLE_FILTER};;{SCRIPT_FILTER}"
        self._messages.choose_open(
            "New study: choose a table or a script", self._settings.folder, filters, self._take_chosen
        )

    @Slot()
    def ask_any(self) -> None:
        """Have a study or a table chosen."""
        filters = f"{ANY_FILTER};;{STUDY_FILTER};;{TABLE_FILTER};;{SCRIPT_FILTER}"
        self._messages.choose_open("Open a study or a table", self._settings.folder, filters, self._take_chosen)

    @Slot()
    def ask_save_as(self) -> None:
        """Have a place chosen for a copy."""
        if self._document.path is not None:
            suggestion = self._settings.folder / self._document.path.name
            self._messages.choose_save("Save the study as", suggestion, STUDY_FILTER, self._save_copy)

    @Slot()
    def ask_save_without_trials(self) -> None:
        """Have a place chosen for a study of the same setup, which opens in a window of its own."""
        if self._document.setup is not None:
            suggestion = new_study_path(self._settings.folder, self._document.setup.title)
            title = "Save the setup without trials as"
            self._messages.choose_save(title, suggestion, STUDY_FILTER, self._save_without_trials)

    def _take_chosen(self, path: Path) -> None:
        self._remember(path)
        self.take(path)

    def _save_without_trials(self, path: Path) -> None:
        setup = self._document.setup
        if setup is None:
            return
        path = _named_as_study(path)
        self._remember(path)
        save = partial(save_without_trials, setup, path)
        self._background.call(
            "save_without_trials", save, partial(self._on_saved_without_trials, path), self._on_unsaved
        )

    def _on_saved_without_trials(self, path: Path, done: None) -> None:
        self.window_wanted.emit(path)

    def _on_unsaved(self, fault: UserFault) -> None:
        self._messages.fault(fault.what, fault.remedy)

    def _save_copy(self, path: Path) -> None:
        path = _named_as_study(path)
        if self._document.path is not None and os.path.realpath(path) == os.path.realpath(self._document.path):
            self._messages.inform("That is this study's own file: everything is in it already.")
            return
        self._remember(path)
        self._document.save_as(path)

    def _remember(self, path: Path) -> None:
        if path.parent.is_dir():
            self._settings.folder = path.absolute().parent

    def _make_of_code(self, path: Path) -> None:
        """A study for a script, which is read and not run."""
        self._set_busy(f"Reading {path.name} …")
        if path.suffix.lower() in SCRIPT_SUFFIXES:
            question = partial(suggest_script_setup, path)
        else:
            question = partial(suggest_command_setup, suggest_program(path), path.absolute().parent)
        self._background.call("suggest", question, self._on_suggested, partial(self._on_failed, ""))

    def _make(self, source: str, read: dict[str, object] | None = None) -> None:
        source = source if source.startswith("sample:") else str(Path(source).absolute())
        choose_table(source)
        self._set_busy(f"Reading {Path(source.removeprefix('sample:')).name} …")
        glimpse = partial(inspect_table, source, read=read, quick=True)
        failed = partial(self._on_failed, source)
        self._background.ask("glimpse", glimpse, self._on_glimpsed, self._ignore)
        self._background.ask("suggest", partial(suggest_setup, source, read=read), self._on_suggested, failed)

    def _on_glimpsed(self, found: Any) -> None:
        if self._is_busy and found.info.sampled:
            self.glimpsed.emit(found)

    def _ignore(self, fault: UserFault) -> None:
        """The whole reading, which follows, says what is wrong."""

    def _on_suggested(self, setup: StudySetup) -> None:
        self._set_busy("")
        folder = self._settings.study_folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._messages.fault(
                f"The folder {folder} cannot be created: {error.strerror}.", "Check permissions and free space."
            )
            return
        self._was_made = True
        self._document.create(new_study_path(folder, setup.title), setup)

    def _on_failed(self, source: str, fault: UserFault) -> None:
        self._set_busy("")
        self._runs_when_open = False
        way = way_to_read(source, self._window, partial(self._make, source)) if source else None
        self._messages.fault(fault.what, fault.remedy, way)

    @Slot(object)
    def _on_rejected(self, rejection: object) -> None:
        self._runs_when_open = self._was_made = False

    def _set_busy(self, what: str) -> None:
        self._is_busy = bool(what)
        self.busy.emit(what)


def _named_as_study(path: Path) -> Path:
    return path if path.suffix.lower() == STUDY else path.with_name(path.name + STUDY)
