"""The card of rows that none of the best models gets right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.analysis.error_words import hard_rows_title
from engine.analysis.hard_rows import HardRows, hard_rows
from engine.study import as_tab_separated
from gui.base.formats import number_text
from gui.base.theme import space
from gui.pages.results.cards import ResultsContext, registry
from gui.pages.results.judged_card import JudgedCard
from gui.session.judged import Judged
from gui.views.copy_button import CopyButton
from gui.views.labels import ShortWords

SHOWN = 8  # rows of the card; all are copied


@registry.register
class HardRowsCard(JudgedCard):
    """``card_hard_rows``. Rows count from 1 below the header, as whoever opens the table counts them."""

    title = "Rows no model gets right"
    place = 65

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found: HardRows | None = None
        self.copy = CopyButton("Copy rows", "button_copy_hard_rows", "Copy the rows as a table", self)
        self.copy.clicked.connect(self._on_copy)
        self.head.addWidget(self.copy)
        self.table = QGridLayout()
        self.table.setHorizontalSpacing(space(24))
        self.table.setVerticalSpacing(space(4))
        self.table.setColumnStretch(3, 1)
        self.cells = [[ShortWords(role="dim" if row == 0 else "text", parent=self) for _ in range(4)]
                      for row in range(SHOWN + 1)]  # fmt: skip
        for row, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                cell.setObjectName(f"label_hard_row_{row}_{column}")
                self.table.addWidget(cell, row, column)
        self.rows.addLayout(self.table)

    def analysis(self, judged: Judged) -> Callable[[], HardRows] | None:
        """The hardest rows for the best trials."""
        trials = judged.trials
        if trials is None:
            return None
        losses = judged.history.losses
        order = sorted(range(len(trials.numbers)), key=lambda place: losses[trials.numbers[place]])
        return partial(hard_rows, trials.rows, [trials.models[place] for place in order])

    def show_found(self, found: HardRows) -> None:
        """Show the first of them."""
        self._found = found
        self.say(hard_rows_title(found))
        self.copy.setVisible(len(found.rows) > 0)
        titles, rows = _table(found)
        shown = [titles, *([_text(value) for value in row] for row in rows[:SHOWN])] if rows else []
        for cells, texts in zip_longest(self.cells, shown):
            for cell, text in zip(cells, texts or ("",) * 4, strict=True):
                cell.setText(text)
                cell.setVisible(texts is not None)

    @Slot()
    def _on_copy(self) -> None:
        if self._found is not None:
            self.copy.copy(as_tab_separated(*_table(self._found)))


def _text(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else number_text(value) if isinstance(value, float) else value


def _table(found: HardRows) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
    """Titles, and the cells of each row: its number, the truth, what was said, and how wrong that is."""
    parts = zip((found.rows + 1).tolist(), found.truth.tolist(), found.said.tolist(), found.miss.tolist(), strict=True)
    if not found.classes:
        return ("row", "truth", "median prediction", "least error of any model"), list(parts)
    named = [
        (row, found.classes[truth], found.classes[said], f"{round(100 * miss)} % of models")
        for row, truth, said, miss in parts
    ]
    return ("row", "truth", "mostly said", "wrong in"), named
