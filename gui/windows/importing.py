"""How a file of another program's trials becomes a study: looked at, asked about where it must be, and opened."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engine.errors import UserFault
from engine.importing import ForeignStudy, Wishes, import_study
from engine.importing.looking import TrialsLook, look_at_trials
from engine.study import new_study_path
from gui.base.messages import Messages
from gui.base.settings import Settings
from gui.bridge.background import Background
from gui.dialogs.import_trials import ImportTrialsDialog
from gui.windows.opening import STORAGES, Opening

TABLES = (".csv", ".tsv", ".json", ".parquet")
TRIALS_FILTER = "Trials ({})".format(" ".join(f"*{one}" for one in (*sorted(STORAGES), *TABLES)))


class Importing(QObject):
    """Works for one window, on one file after another. Signal ``made(object)`` carries the path of a study."""

    made = Signal(object)

    def __init__(
        self, opening: Opening, background: Background, settings: Settings, messages: Messages, window: QWidget
    ) -> None:
        super().__init__(window)
        opening.trials_dropped.connect(self.take)
        self.made.connect(opening.take)
        self._window = window
        self._background = background
        self._settings = settings
        self._messages = messages
        self._dialog: ImportTrialsDialog | None = None
        self._waiting: list[Path] = []  # the first is worked on
        self._is_importing = False

    @Slot()
    def ask(self) -> None:
        """Have a file chosen."""
        self._messages.choose_open("Import trials", self._settings.folder, TRIALS_FILTER, self.take)

    @Slot(object)
    def take(self, path: Path) -> None:
        """Look at a file, and import it at once where nothing has to be asked; after those that wait already."""
        if path.parent.is_dir():
            self._settings.folder = path.absolute().parent
        self._waiting.append(path)
        if len(self._waiting) == 1:
            self._look()

    def _look(self) -> None:
        path = self._waiting[0]
        look = partial(look_at_trials, path)
        self._background.call("look_at_trials", look, partial(self._on_looked, path), self._on_refused)

    def _end_first(self) -> None:
        """The first file is done with, one way or another."""
        self._waiting.pop(0)
        if self._waiting:
            self._look()

    def _on_looked(self, path: Path, look: TrialsLook) -> None:
        if look.studies and not look.question:
            self._import(path, Wishes(study=look.studies[0]))
            return
        dialog = self._dialog = ImportTrialsDialog(path, look, self._window)
        dialog.wished.connect(self._on_wished)
        dialog.finished.connect(self._on_closed)
        dialog.open()

    @Slot(object)
    def _on_wished(self, wishes: Wishes) -> None:
        self._import(self._waiting[0], wishes)

    def _import(self, path: Path, wishes: Wishes) -> None:
        if self._dialog is not None:
            self._dialog.show_busy()
        folder = self._settings.study_folder
        self._is_importing = True
        work = partial(_import_into, path, folder, wishes)
        self._background.call("import", work, self._on_imported, self._on_refused)

    def _on_imported(self, made: tuple[Path, ForeignStudy]) -> None:
        out, found = made
        self._is_importing = False
        if self._dialog is not None:
            self._dialog.accept()
        else:
            self._end_first()
        said = " ".join(found.said[:2])
        self._messages.inform(f"Imported {len(found.trials):,} trials of {found.name}. {said}".strip())
        self.made.emit(out)

    def _on_refused(self, fault: UserFault) -> None:
        self._is_importing = False
        if self._dialog is not None:
            self._dialog.show_fault(str(fault))
        else:
            self._messages.fault(fault.what, fault.remedy)
            self._end_first()

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None
        if not self._is_importing:  # else its end is awaited
            self._end_first()


def _import_into(path: Path, folder: Path, wishes: Wishes) -> tuple[Path, ForeignStudy]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserFault(
            f"The folder {folder} cannot be created: {error.strerror}.", "Check permissions and free space."
        ) from error
    out = new_study_path(folder, wishes.study or path.stem)
    return out, import_study(path, out, wishes)
