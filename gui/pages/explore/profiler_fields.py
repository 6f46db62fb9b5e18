"""The fields under the profiler's charts: a value that is typed, a choice from a list."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from engine.analysis.title import name_words
from engine.space import Categorical, Hyperparameter, Int, SearchSpace, describe
from gui.base.choice_box import ChoiceBox
from gui.base.formats import number_text, value_text
from gui.base.marks import mark
from gui.base.text import plain
from gui.base.theme import font_dim, space
from gui.views.labels import Words

WIDTH = 84  # of a field
DIGITS = 3  # of a value, as many as tables of trials show


class ProfilerFields(QObject):
    """Owned by a plot's surface. Signal ``typed(str, object)`` carries a value within its range; ``refused(str)`` a
    sentence about one that is not.
    """

    typed = Signal(str, object)
    refused = Signal(str)

    def __init__(self, surface: QWidget) -> None:
        super().__init__(surface)
        self._surface = surface
        self._space = SearchSpace({})
        self._fields: dict[str, QLineEdit | QComboBox] = {}
        self._pinned: dict[str, Words] = {}

    def field(self, name: str) -> QWidget:
        """The field of a hyperparameter."""
        return self._fields[name]

    def show_space(self, space_: SearchSpace, order: tuple[str, ...]) -> None:
        """Fields for these hyperparameters, where there are none yet."""
        if space_ != self._space or tuple(self._fields) != order:
            for old in (*self._fields.values(), *self._pinned.values()):
                old.setParent(None)
                old.deleteLater()
            self._space, self._fields, self._pinned = space_, {}, {}
            for name in order:
                self._fields[name] = self._make(name, space_[name])
                words = Words(role="dim", font=font_dim(), parent=self._surface)
                words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._pinned[name] = words

    def place(self, boxes: Mapping[str, QRectF]) -> None:
        """Put every field under its chart."""
        for name, field in self._fields.items():
            box = boxes.get(name, QRectF())
            hint = field.sizeHint()
            wanted = max(space(WIDTH), hint.width()) if isinstance(field, QComboBox) else space(WIDTH)
            width, height = int(min(wanted, box.width() + 8)), hint.height()
            left, top = int(box.center().x() - width / 2), int(box.bottom() + space(22))
            field.setGeometry(left, top, width, height)
            field.show()
            words = self._pinned[name]
            words.setGeometry(int(box.left() - 6), top + height + 1, int(box.width() + 12), words.sizeHint().height())
            words.show()

    def show_values(self, params: Mapping[str, object], pinned: Mapping[str, object]) -> None:
        """What the present point says, and the pinned one where it is another; what plays no part is disabled."""
        for name, field in self._fields.items():
            value, other = params.get(name), pinned.get(name)
            differs = bool(pinned) and value != other
            field.setEnabled(value is not None)
            if isinstance(field, QComboBox):
                rule = self._space[name]
                if value is not None and isinstance(rule, Categorical):
                    field.setCurrentIndex(rule.choices.index(value))
            elif not field.hasFocus() or not field.isModified():
                field.setText("" if value is None else _text(value))
            mark(field, "main", differs)
            shown = "–" if other is None else _text(other)
            self._pinned[name].setText(f"pinned {shown}" if differs else "")

    def _make(self, name: str, rule: Hyperparameter) -> QLineEdit | QComboBox:
        field: QLineEdit | QComboBox
        if isinstance(rule, Categorical):
            field = ChoiceBox(self._surface)
            for choice in rule.choices:
                field.addItem(value_text(choice))
            field.activated.connect(self._on_chosen)
        else:
            field = QLineEdit(self._surface)
            field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            field.editingFinished.connect(self._on_typed)
        field.setObjectName(f"edit_point_{name}")
        field.setAccessibleName(f"{name_words(name)} of the point")
        field.setToolTip(plain(describe(rule)))
        return field

    @Slot(int)
    def _on_chosen(self, place: int) -> None:
        name = self.sender().objectName().removeprefix("edit_point_")
        rule = self._space[name]
        if isinstance(rule, Categorical):
            self.typed.emit(name, rule.choices[place])

    @Slot()
    def _on_typed(self) -> None:
        field = self.sender()
        if not isinstance(field, QLineEdit) or not field.isModified():
            return
        field.setModified(False)
        name = field.objectName().removeprefix("edit_point_")
        rule = self._space[name]
        assert not isinstance(rule, Categorical)
        try:
            number = float(field.text().replace("−", "-").replace(",", "").strip())
        except ValueError:
            self.refused.emit(f"{field.text()!r} is not a number.")
            return
        if isinstance(rule, Int):
            number = round(number)
        if not float(rule.low) <= number <= float(rule.high):
            self.refused.emit(f"{name_words(name)} goes from {number_text(rule.low)} to {number_text(rule.high)}.")
            return
        self.typed.emit(name, number)


def _text(value: object) -> str:
    return number_text(value, DIGITS) if isinstance(value, float) else value_text(value)
