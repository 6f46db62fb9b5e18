"""The card of the search space: the table and what can be done with its rows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.errors import UserFault
from engine.space import Hyperparameter, Wish
from engine.study import additional_choices, additional_hyperparameters, grid_count, space_problems, with_choice
from gui.base.formats import about_text, count_text
from gui.base.text import plain
from gui.base.theme import space
from gui.item_models import space_edits
from gui.item_models.space import SpaceModel
from gui.item_models.space_text import from_text, to_text
from gui.pages.setup.editor import SetupEditor
from gui.pages.setup.further_button import FurtherButton
from gui.pages.setup.ranges_button import RangesButton
from gui.pages.setup.space_table import SpaceTable
from gui.views.card import Card
from gui.views.labels import ShortWords, Words
from gui.views.wish_list import WishList

MOST_WORTH_COUNTING = 10**15  # of a grid: nobody runs as many


class SpaceCard(Card):
    """Shows the rows of the document's setup; every change is a command."""

    def __init__(self, editor: SetupEditor, parent: QWidget | None = None) -> None:
        super().__init__("Search space", "space", parent)
        self._editor = editor
        self._model = SpaceModel(self, lambda rows: space_problems(editor.setup.objective, rows))
        self._table = SpaceTable(self._model, self.body)
        self._is_empty = Words(
            "No hyperparameter yet. Take the suggested ranges, or add a row.", "label_no_rows", "dim", parent=self.body
        )
        self._grid = ShortWords(name="label_grid", role="dim", parent=self.body)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._grid.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._buttons: dict[str, QPushButton] = {}
        self._build_ui()
        self._model.edit_requested.connect(self._on_edit_requested)
        self._model.problems_changed.connect(self._show_summary)
        self._table.selectionModel().selectionChanged.connect(self._show_buttons)
        self._table.add_asked.connect(self.add_row)
        self._table.remove_asked.connect(self.remove_rows)
        self._table.duplicate_asked.connect(self.duplicate_rows)
        self._table.copy_asked.connect(self.copy_rows)
        self._table.paste_asked.connect(self.paste_rows)

    def _build_ui(self) -> None:
        self.body_column.setContentsMargins(space(8), 0, space(8), space(16))
        self.body_column.addWidget(self._is_empty)
        self.body_column.addWidget(self._table)
        row = QHBoxLayout()
        row.setContentsMargins(space(8), 0, space(8), 0)
        row.setSpacing(space(8))
        for name, verb, slot, tip in (
            ("add", "Add row", self.add_row, "Add a hyperparameter (Insert)"),
            ("duplicate", "Duplicate", self.duplicate_rows, "Copy the selected rows below themselves (Ctrl+D)"),
            ("remove", "Remove", self.remove_rows, "Remove the selected rows (Delete)"),
            ("copy", "Copy rows", self.copy_rows, "Copy the selected rows, or all, as JSON text (Ctrl+C)"),
            ("paste", "Paste rows", self.paste_rows, "Add or replace rows from JSON or tab-separated text (Ctrl+V)"),
        ):
            button = QPushButton(verb, self.body)
            button.setObjectName(f"button_space_{name}")
            button.setAccessibleName(verb)
            button.setToolTip(plain(tip))
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            self._buttons[name] = button
            row.addWidget(button)
            if name == "add":
                self._further = FurtherButton(self.body)
                self._further.chosen.connect(self.add_further)
                self._further.choice_wanted.connect(self.add_choice)
                row.addWidget(self._further)
            if name == "remove":
                ranges = RangesButton(self.body)
                ranges.chosen.connect(self.suggest)
                row.addWidget(ranges)
        row.addWidget(self._grid, 1)
        self.body_column.addLayout(row)
        self._wishes = WishList(parent=self.body)
        self._wishes.removed.connect(self._on_wish_removed)
        self.body_column.addWidget(self._wishes)

    # -- showing -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the document's rows."""
        self._model.show_rows(self._editor.setup.space)
        self._is_empty.setVisible(not self._model.rowCount())
        self._table.setVisible(bool(self._model.rowCount()))
        self._show_summary()
        self._further.offer(additional_hyperparameters(self._editor.setup), additional_choices(self._editor.setup))
        self._show_buttons()
        self._show_grid()
        self._wishes.show_wishes(self._editor.setup.wishes)

    @Slot(object)
    def _on_wish_removed(self, kept: dict[str, Wish]) -> None:
        self._editor.edit_parts("wish", wishes=kept)

    def show_row(self, name: str) -> None:
        """Select the row of a hyperparameter."""
        row = self._model.row_of(name)
        if row is not None:
            self._table.setFocus()
            self._table.setCurrentIndex(self._model.index(row, 0))
            self._table.scrollTo(self._model.index(row, 0))

    @Slot()
    def _show_summary(self) -> None:
        count, wrong = self._model.rowCount(), self._model.problem_count()
        alert = f"{wrong} {'needs' if wrong == 1 else 'need'} attention" if wrong else ""
        if count:
            self.head.set_summary(count_text(count, "hyperparameter"), alert)
        else:
            self.head.set_summary("", "no hyperparameter yet")

    @Slot()
    def _show_buttons(self) -> None:
        chosen = bool(self._table.selected_names())
        for name in ("duplicate", "remove"):
            self._buttons[name].setEnabled(chosen)

    def _show_grid(self) -> None:
        setup = self._editor.setup
        levels = int(setup.strategy.options.get("levels", 5)) if setup.strategy.sampler == "grid" else 5
        try:
            count = grid_count(setup.space, levels) if setup.space else 0
        except UserFault as fault:
            self._grid.setText("" if self._model.problem_count() else fault.what)
            return
        if not count:
            self._grid.setText("")
            return
        shown = f"{count:,}" if count < MOST_WORTH_COUNTING else f"more than {MOST_WORTH_COUNTING:.0e}".replace("+", "")
        said = f"{levels}-value grid: {shown} {'trial' if count == 1 else 'trials'}"
        seconds = self._seconds_a_trial()
        if seconds is not None and count < MOST_WORTH_COUNTING:
            said += f", {about_text(count * seconds / max(1, setup.budget.workers))}"
        self._grid.setText(said)

    def _seconds_a_trial(self) -> float | None:
        history = self._editor.document.history
        if history is None:
            return None
        known = history.seconds[history.seconds > 0]
        return float(known.mean()) if len(known) else None

    # -- editing -----------------------------------------------------------------------------------------------------

    def _put(self, rows: dict[str, Hyperparameter], text: str, key: str = "") -> None:
        self._editor.edit_parts(text, key, space=rows)

    @Slot(object, str, str)
    def _on_edit_requested(self, rows: dict[str, Hyperparameter], text: str, key: str) -> None:
        self._put(rows, text, key)

    @Slot()
    def add_row(self) -> None:
        """Add a row and begin to type its name."""
        rows, name = space_edits.add(self._model.rows)
        self._put(rows, "add a hyperparameter")
        self._table.show_name(name, edit=True)

    @Slot(str)
    def add_further(self, name: str) -> None:
        """Add a hyperparameter that the model has and the table has not."""
        row = additional_hyperparameters(self._editor.setup).get(name)
        if row is not None:
            self._put({**self._model.rows, name: row}, f"add {name}")
            self._table.show_name(name)

    @Slot(str, str)
    def add_choice(self, name: str, choice: str) -> None:
        """Let a hyperparameter take one choice more, such as another optimizer."""
        if choice in additional_choices(self._editor.setup).get(name, ()):
            self._put(with_choice(self._model.rows, name, choice), f"{choice} for {name}")
            self._table.show_name(name)

    @Slot()
    def duplicate_rows(self) -> None:
        """Copy the selected rows below themselves."""
        names = self._table.selected_names()
        if names:
            self._put(space_edits.duplicate(self._model.rows, names), f"duplicate {', '.join(names)}")

    @Slot()
    def remove_rows(self) -> None:
        """Remove the selected rows."""
        names = self._table.selected_names()
        if names:
            place = self._model.row_of(names[0])
            self._put(space_edits.remove(self._model.rows, names), f"remove {', '.join(names)}")
            if self._model.rowCount():
                self._table.show_name(self._model.name_at(min(place, self._model.rowCount() - 1)))

    @Slot()
    def copy_rows(self) -> None:
        """Copy the selected rows, or all of them, as text."""
        rows = self._model.rows
        chosen = {index.row() for index in self._table.selectionModel().selectedRows()}
        names = [self._model.name_at(row) for row in sorted(chosen)] or list(rows)
        QGuiApplication.clipboard().setText(to_text({name: rows[name] for name in names}))
        self._editor.messages.inform(f"Copied {count_text(len(names), 'row')} as text.")

    @Slot()
    def paste_rows(self) -> None:
        """Add rows from text; a name that is there already is replaced."""
        try:
            pasted = from_text(QGuiApplication.clipboard().text())
        except UserFault as fault:
            self._editor.messages.fault(fault.what, fault.remedy)
            return
        self._put(space_edits.merge(self._model.rows, pasted), f"paste {count_text(len(pasted), 'row')}")

    @Slot(str)
    def suggest(self, preset: str) -> None:
        """Replace the rows by the suggested ones, in one of the widths of :data:`engine.study.RANGE_PRESETS`."""
        self._editor.suggest_ranges(preset, self._take_suggestion)

    def _take_suggestion(self, rows: dict[str, Any]) -> None:
        if rows == self._model.rows:
            self._editor.messages.inform("These already are the suggested ranges.")
        self._put(rows, "suggested ranges")
