"""The one door through which the window speaks to a person; tests hand in a recorder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gui.base.text import plain, seen


@dataclass(frozen=True, slots=True)
class Way:
    """What a person can do at once about what is said: the verb of a button, and what it does."""

    verb: str
    take: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text for a person. ``bad`` says that something did not work, ``way`` what can be done at once."""

    what: str
    remedy: str = ""
    bad: bool = False
    way: Way | None = None

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


@dataclass(frozen=True, slots=True)
class Question:
    """A question with verbs for answers; ``answers`` pairs a key with its button, the first one is the default.

    Escape, or closing the box, answers ``cancel``.
    """

    title: str
    text: str
    answers: tuple[tuple[str, str], ...]
    cancel: str


class Messages(Protocol):
    """What the window may say or ask. Nothing here blocks: answers arrive by a call."""

    def inform(self, what: str) -> None:
        """Say that something was done."""

    def fault(self, what: str, remedy: str = "", way: Way | None = None) -> None:
        """Say what did not work and what to do about it."""

    def ask(self, question: Question, answered: Callable[[str], None]) -> None:
        """Ask; ``answered`` gets the key of the answer."""

    def choose_open(self, title: str, folder: Path, filters: str, chosen: Callable[[Path], None]) -> None:
        """Have a file chosen to be read; ``chosen`` is not called when none was."""

    def choose_save(self, title: str, suggestion: Path, filters: str, chosen: Callable[[Path], None]) -> None:
        """Have a place chosen to write to; an existing file is asked about before."""

    def choose_folder(self, title: str, folder: Path, chosen: Callable[[Path], None]) -> None:
        """Have a folder chosen to write into."""


def messages_of(widget: QWidget) -> Messages | None:
    """The door of the window that a widget, or the dialog around it, belongs to; *None* where it has none."""
    at: QWidget | None = widget
    while at is not None:
        door: Messages | None = getattr(at, "messages", None)
        if at.isWindow() and door is not None:
            return door
        at = at.parentWidget()
    return None


class QtMessages(QObject):
    """Messages with Qt: lines go out by ``spoken`` (a :class:`Line`), questions and files by boxes of the window."""

    spoken = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def inform(self, what: str) -> None:
        """Say that something was done."""
        self.spoken.emit(Line(what))

    def fault(self, what: str, remedy: str = "", way: Way | None = None) -> None:
        """Say what did not work and what to do about it."""
        self.spoken.emit(Line(what, remedy, True, way))

    def ask(self, question: Question, answered: Callable[[str], None]) -> None:
        """Ask in a box of the window."""
        box = QMessageBox(self._window)
        box.setObjectName("dialog_question")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(seen(question.title))
        box.setText(plain(question.title))
        box.setInformativeText(plain(question.text))
        for place, (key, verb) in enumerate(question.answers):
            role = QMessageBox.ButtonRole.RejectRole if key == question.cancel else QMessageBox.ButtonRole.AcceptRole
            button = box.addButton(verb, role)
            button.setObjectName(f"answer_{key}")
            if place == 0:
                box.setDefaultButton(button)
            if key == question.cancel:
                box.setEscapeButton(button)
        keys = {f"answer_{key}": key for key, _ in question.answers}

        def on_finished() -> None:
            clicked = box.clickedButton()
            answered(keys.get(clicked.objectName(), question.cancel) if clicked else question.cancel)

        box.finished.connect(on_finished)
        box.open()

    def choose_open(self, title: str, folder: Path, filters: str, chosen: Callable[[Path], None]) -> None:
        """Have a file chosen in a dialog of the desktop."""
        dialog = QFileDialog(self._window, title, str(folder), filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, chosen)

    def choose_save(self, title: str, suggestion: Path, filters: str, chosen: Callable[[Path], None]) -> None:
        """Have a place chosen in a dialog of the desktop."""
        dialog = QFileDialog(self._window, title, str(suggestion.parent), filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggestion.suffix.lstrip("."))
        dialog.selectFile(suggestion.name)
        self._open(dialog, chosen)

    def choose_folder(self, title: str, folder: Path, chosen: Callable[[Path], None]) -> None:
        """Have a folder chosen in a dialog of the desktop."""
        dialog = QFileDialog(self._window, title, str(folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, chosen)

    def _open(self, dialog: QFileDialog, chosen: Callable[[Path], None]) -> None:
        dialog.setObjectName("dialog_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_chosen(name: str) -> None:
            chosen(Path(name))

        dialog.fileSelected.connect(on_chosen)
        dialog.open()
