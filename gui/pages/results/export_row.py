"""One row of *Take it home*: a check box, what the file is good for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from engine.errors import UserFault
from engine.study import missing_for_export
from gui.base.theme import font_dim, space
from gui.views.labels import ShortWords

NAME_WIDTH = 128  # pixels of the design: the longest name


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A file that can be taken home: its ending, what its box says, what it is good for, and which part it holds."""

    ending: str
    title: str
    about: str
    what: str = ""

    @property
    def name(self) -> str:
        """As in ``check_export_NAME``."""
        return self.what or self.ending

    def file_name(self, stem: str) -> str:
        """What a file of it is called for a study called ``stem``."""
        return f"{stem}-{self.what}.{self.ending}" if self.what else f"{stem}.{self.ending}"


SCRIPT_TRAINS = "Trains the model again and prints its score."
KINDS = (
    ExportKind("py", "Python script", SCRIPT_TRAINS),
    ExportKind("html", "Report", "One HTML page; opens offline, prints on A4."),
    ExportKind("yaml", "YAML", "The configuration, for settings files."),
    ExportKind("csv", "Trials CSV", "One row a trial, in Optuna's columns."),
    ExportKind("csv", "Curves CSV", "Every loss and score of every step.", "curves"),
    ExportKind("json", "Search space", "The ranges, for another study.", "space"),
    ExportKind("zip", "Everything", "All of these and the study, for a colleague."),
    ExportKind("skops", "Fitted model", "One .skops file; loads without running code."),
    ExportKind("pdf", "Report PDF", "The same on pages of A4."),
    ExportKind("json", "JSON", "The configuration, for programs."),
    ExportKind("parquet", "Trials Parquet", "The same with types."),
    ExportKind("csv", "Predictions CSV", "Predictions for rows that the models had not seen.", "predictions"),
    ExportKind("db", "Optuna storage", "All trials; opens with optuna.load_study."),
)


class ExportRow(QWidget):
    """The box is disabled where something has to be installed first, which is said in place of what it is good for."""

    def __init__(self, kind: ExportKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        missing = missing_for_export(kind.ending)
        self._about = missing or kind.about
        self.check = QCheckBox(kind.title, self)
        self.check.setObjectName(f"check_export_{kind.name}")
        self.check.setAccessibleName(f"{kind.title}: {self._about}")
        self.check.setEnabled(not missing)
        self.check.setMinimumWidth(space(NAME_WIDTH))
        self.check.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.about = ShortWords(self._about, f"label_export_{kind.name}", "dim", font_dim(), parent=self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space(8))
        line.addWidget(self.check)
        line.addWidget(self.about, 1)

    def describe(self, about: str) -> None:
        """Another word on what the file is good for."""
        if about != self._about and self.check.isEnabled():
            self._about = about
            self.check.setAccessibleName(f"{self.kind.title}: {about}")
            self.show_about()

    def show_about(self) -> None:
        """What the file is good for."""
        self._say(self._about, "dim")

    def show_writing(self) -> None:
        """It is being written."""
        self._say("writing …", "dim")

    def show_saved(self, said: tuple[str, ...]) -> None:
        """It is there, and what there is to say of it."""
        self._say(f"✓ saved. {' '.join(said)}".strip(), "text")

    def show_fault(self, fault: UserFault) -> None:
        """Why it is not."""
        self._say(str(fault), "bad")

    def _say(self, text: str, role: str) -> None:
        self.about.set_role(role)
        self.about.setText(text)
