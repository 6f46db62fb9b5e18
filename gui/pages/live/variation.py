"""A form for one configuration, prefilled from a trial, to be run next."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.errors import UserFault
from engine.space import Categorical, Hyperparameter, Int, SearchSpace, describe
from gui.base.choice_box import ChoiceBox
from gui.base.text import plain
from gui.base.theme import space
from gui.views.labels import Words


class VariationDialog(QDialog):
    """``dialog_variation``. Signal ``queued`` carries the configuration (a dict by name)."""

    queued = Signal(object)

    def __init__(self, search_space: SearchSpace, params: dict[str, object], base: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dialog_variation")
        self.setWindowTitle("Queue a modified copy")
        self._space = search_space
        self._editors: dict[str, QLineEdit | QComboBox] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(24), space(16), space(24), space(16))
        rows.setSpacing(space(12))
        came_from = f"From trial {base}. Change" if base is not None else "Give"
        rows.addWidget(Words(f"{came_from} the values; it runs next.", role="dim", wrap=True, parent=self))
        form = QFormLayout()
        form.setHorizontalSpacing(space(16))
        form.setVerticalSpacing(space(8))
        rows.addLayout(form)
        for name, hyperparameter in search_space.items():
            editor = self._editor(name, hyperparameter, params.get(name))
            self._editors[name] = editor
            form.addRow(Words(name.replace("_", " "), role="outer", parent=self), editor)
        self._trouble = Words(name="label_variation_trouble", role="bad", wrap=True, parent=self)
        self._trouble.hide()
        rows.addWidget(self._trouble)
        rows.addStretch(1)
        rows.addLayout(self._buttons())
        self.setMinimumWidth(space(420))
        self._mark_inactive()

    @property
    def trouble(self) -> str:
        """What keeps the configuration from being queued."""
        return self._trouble.text()

    def _editor(self, name: str, hyperparameter: Hyperparameter, value: object) -> QLineEdit | QComboBox:
        if isinstance(hyperparameter, Categorical):
            choice = ChoiceBox(self)
            for option in hyperparameter.choices:
                choice.addItem(str(option))
            if value in hyperparameter.choices:
                choice.setCurrentIndex(hyperparameter.choices.index(value))
            choice.currentIndexChanged.connect(self._on_chosen)
            editor: QLineEdit | QComboBox = choice
        else:
            low = hyperparameter.to_value(hyperparameter.from_unit(0.5))
            editor = QLineEdit(str(value if value is not None else low), self)
        editor.setObjectName(f"edit_variation_{name}")
        editor.setAccessibleName(name)
        editor.setToolTip(plain(describe(hyperparameter)))
        return editor

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel", self)
        cancel.setObjectName("button_cancel_variation")
        cancel.clicked.connect(self.reject)
        queue = QPushButton("Queue", self)
        queue.setObjectName("button_queue_variation")
        queue.setProperty("main", True)
        queue.setDefault(True)
        queue.clicked.connect(self._on_queue)
        for button in (cancel, queue):
            button.setAccessibleName(button.text())
            row.addWidget(button)
        return row

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, hyperparameter in self._space.items():
            editor = self._editors[name]
            if isinstance(editor, QComboBox):
                values[name] = hyperparameter.choices[editor.currentIndex()]  # type: ignore[union-attr]
            else:
                values[name] = _number(editor.text(), isinstance(hyperparameter, Int))
        return values

    def _mark_inactive(self) -> None:
        """Grey out what the choices above it switch off."""
        values = self._values()
        for name, hyperparameter in self._space.items():
            needed = hyperparameter.when or {}
            self._editors[name].setEnabled(
                all(
                    values.get(parent) in wanted and self._editors[parent].isEnabled()
                    for parent, wanted in needed.items()
                )
            )

    @Slot(int)
    def _on_chosen(self, _index: int) -> None:
        if len(self._editors) == len(self._space):
            self._mark_inactive()

    @Slot()
    def _on_queue(self) -> None:
        try:
            params = self._space.validate(self._values())
        except UserFault as fault:
            self._trouble.setText(str(fault))
            self._trouble.show()
            return
        self.queued.emit(params)
        self.accept()


def _number(text: str, whole: bool) -> object:
    """The number in ``text``, or the text where it is none, for the space to refuse in its own words."""
    try:
        number = float(text.replace("−", "-"))
    except ValueError:
        return text
    return int(number) if whole and number.is_integer() else number
