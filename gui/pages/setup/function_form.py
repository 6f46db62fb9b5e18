"""A test function from a list, or a formula that is typed, for learning and for trying strategies."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from engine.objectives.description import FormulaObjective, FunctionObjective
from engine.study import suggest_function_setup, test_functions
from gui.base.choice_box import ChoiceBox
from gui.base.help import help_text
from gui.base.text import seen
from gui.base.theme import space
from gui.pages.setup.direction_box import DirectionBox
from gui.pages.setup.editor import SetupEditor
from gui.views.form import Form
from gui.views.labels import Words

FORMULA = "A formula"
FIRST_FORMULA = "(x - 1)**2 + sin(3*x) + abs(y)"


class FunctionForm(QWidget):
    """Another function, or another formula, brings its own search space."""

    def __init__(self, editor: SetupEditor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._known = {name: summary for name, _, summary in test_functions()}
        self._function = ChoiceBox(self)
        self._function.setObjectName("combo_function")
        self._function.setMinimumWidth(space(180))
        for name, title, _ in test_functions():
            self._function.addItem(title, name)
        self._function.addItem(FORMULA, "")
        self._function.activated.connect(self._on_function_chosen)
        self._formula = QLineEdit(self)
        self._formula.setObjectName("edit_formula")
        self._formula.setMinimumWidth(space(420))
        self._formula.editingFinished.connect(self._on_formula_edited)
        self._direction = DirectionBox(editor, self, "combo_formula_direction")
        self._about = Words(name="label_function", role="dim", wrap=True, parent=self)
        self._form = Form(self, label_width=90)
        self._form.add("Function", self._function)
        self._form.add("Formula", self._formula, help_text("setup", "formula"))
        self._form.add("Direction", self._direction, help_text("setup", "code_direction"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        column.addWidget(self._about)

    def refresh(self) -> None:
        """Show the document's function."""
        objective = self._editor.setup.objective
        is_formula = isinstance(objective, FormulaObjective)
        self._form.show_row(self._formula, is_formula)
        self._form.show_row(self._direction, is_formula)
        if isinstance(objective, FormulaObjective):
            self._function.setCurrentIndex(self._function.findData(""))
            if self._formula.text() != seen(objective.text):
                self._formula.setText(seen(objective.text))
            self._direction.refresh()
            self._about.setText("Every name in it is a hyperparameter; a new name gets a row from -5 to 5.")
        elif isinstance(objective, FunctionObjective):
            self._function.setCurrentIndex(self._function.findData(objective.name))
            self._about.setText(self._known.get(objective.name, "This installation does not have this function."))

    @Slot(int)
    def _on_function_chosen(self, place: int) -> None:
        name = self._function.itemData(place) or FIRST_FORMULA
        self._editor.suggest_code("function", partial(suggest_function_setup, name, self._editor.setup))

    @Slot()
    def _on_formula_edited(self) -> None:
        objective, text = self._editor.setup.objective, self._formula.text().strip()
        if isinstance(objective, FormulaObjective) and text and text != objective.text:
            self._editor.suggest_formula(text)
