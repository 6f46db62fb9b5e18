"""Which study of a storage, or which columns of a table, become a study here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.importing import Wishes
from engine.importing.looking import TrialsLook
from gui.base.choice_box import ChoiceBox
from gui.base.text import seen
from gui.base.theme import font_title, space
from gui.views.labels import Words

NAME = Qt.ItemDataRole.UserRole
DIRECTIONS = (("", "choose"), ("maximize", "more is better"), ("minimize", "less is better"))


class ImportTrialsDialog(QDialog):
    """``dialog_import_trials``. Signal ``wished(object)`` carries :class:`Wishes`; it stays until it is closed."""

    wished = Signal(object)

    def __init__(self, path: Path, look: TrialsLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dialog_import_trials")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import trials")
        self._look = look
        title = Words(f"Import trials of {path.name}", font=font_title(), wrap=True, parent=self)
        self.about = Words(look.question or look.kind, "label_import", "dim", wrap=True, parent=self)
        self.study = ChoiceBox(self)
        self.study.setObjectName("combo_import_study")
        self.study.addItems([seen(name) for name in look.studies])
        self.score = ChoiceBox(self)
        self.score.setObjectName("combo_import_score")
        self.score.addItems(["choose", *(seen(name) for name in look.columns)])
        self.direction = ChoiceBox(self)
        self.direction.setObjectName("combo_import_direction")
        self.direction.addItems([words for _, words in DIRECTIONS])
        self.params = QListWidget(self)
        self.params.setObjectName("list_import_params")
        self.params.setAccessibleName("Columns that are hyperparameters")
        for name in look.columns:
            item = QListWidgetItem(seen(name), self.params)
            item.setData(NAME, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in look.params else Qt.CheckState.Unchecked)
        if len(look.scores) == 1:
            self.score.setCurrentIndex(1 + look.columns.index(look.scores[0]))
        known = [name for name, _ in DIRECTIONS]
        self.direction.setCurrentIndex(known.index(look.direction) if look.direction in known else 0)
        self.take = QPushButton("Import", self)
        self.take.setObjectName("button_import")
        self.take.setDefault(True)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setObjectName("button_import_cancel")
        self._build_ui(title)
        for box in (self.study, self.score, self.direction):
            box.currentIndexChanged.connect(self._on_changed)
        self.params.itemChanged.connect(self._on_item_changed)
        self.take.clicked.connect(self._on_import)
        self.cancel.clicked.connect(self.reject)
        self._show()

    @property
    def wishes(self) -> Wishes:
        """What is chosen now."""
        if self._look.studies:
            return Wishes(study=self._look.studies[max(self.study.currentIndex(), 0)])
        place = self.score.currentIndex() - 1
        scores = (self._look.columns[place],) if place >= 0 else ()
        params = tuple(name for name in self._checked() if name not in scores)
        return Wishes("", scores, params, DIRECTIONS[self.direction.currentIndex()][0])

    def show_fault(self, text: str) -> None:
        """Why it could not be imported as it was wished."""
        self.about.set_role("bad")
        self.about.setText(text)
        self._show()

    def show_busy(self) -> None:
        """It is being read."""
        self.about.set_role("dim")
        self.about.setText("Importing …")
        self.take.setEnabled(False)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _build_ui(self, title: Words) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(space(16))
        if self._look.studies:
            form.addRow("Study", self.study)
            for part in (self.score, self.direction, self.params):
                part.hide()
        else:
            self.study.hide()
            form.addRow("Score", self.score)
            form.addRow("Better", self.direction)
            form.addRow("Hyperparameters", self.params)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(24), space(20), space(24), space(20))
        rows.setSpacing(space(12))
        rows.addWidget(title)
        rows.addWidget(self.about)
        rows.addLayout(form, 1)
        rows.addLayout(buttons)
        self.setMinimumWidth(space(460))

    def _checked(self) -> list[str]:
        items = (self.params.item(row) for row in range(self.params.count()))
        return [item.data(NAME) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _show(self) -> None:
        wishes = self.wishes
        is_told = bool(self._look.studies) or bool(wishes.scores and wishes.params and wishes.direction)
        self.take.setEnabled(is_told)

    @Slot(int)
    def _on_changed(self, _place: int) -> None:
        self._show()

    @Slot(QListWidgetItem)
    def _on_item_changed(self, _item: QListWidgetItem) -> None:
        self._show()

    @Slot()
    def _on_import(self) -> None:
        self.wished.emit(self.wishes)
