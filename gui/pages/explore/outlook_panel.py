"""The present point against the pinned one, in numbers; the nearest trials, which can be gone to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.analysis.point_outlook import Outlook
from engine.analysis.profile_words import score_words
from engine.analysis.title import Title
from gui.base.formats import duration_text
from gui.base.theme import font_dim, font_strong, space
from gui.plots.headline import Headline
from gui.views.labels import Words

ROWS = ("score", "chance of better", "chance of failing", "expected time", "constraints kept")


class OutlookPanel(QWidget):
    """``panel_outlook``. Signal ``trial_chosen(int)`` carries one of the nearest trials."""

    trial_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel_outlook")
        self.headline = Headline(self)
        self.headline.most_title_lines = 2
        grid = QGridLayout()
        grid.setHorizontalSpacing(space(16))
        grid.setVerticalSpacing(space(6))
        grid.setColumnStretch(0, 1)
        self.heads = Words("this point", role="dim", font=font_dim(), parent=self), Words(role="dim", font=font_dim())
        for column, head in enumerate(self.heads, 1):
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(head, 0, column)
        self.cells: dict[str, tuple[Words, Words, Words]] = {}
        for row, name in enumerate(ROWS, 1):
            title = Words(name, parent=self)
            here, other = Words(font=font_strong(), parent=self), Words(role="dim", parent=self)
            for cell in (here, other):
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            for column, cell in enumerate((title, here, other)):
                grid.addWidget(cell, row, column)
            self.cells[name] = title, here, other
        self.nearest = Words("Nearest trials, a click goes there:", role="dim", font=font_dim(), parent=self)
        self.buttons = tuple(self._button(at) for at in range(3))
        near = QHBoxLayout()
        near.setSpacing(space(6))
        for button in self.buttons:
            near.addWidget(button)
        near.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(space(16), space(8), space(16), space(8))
        rows.setSpacing(space(8))
        rows.addWidget(self.headline)
        rows.addLayout(grid)
        rows.addWidget(self.nearest)
        rows.addLayout(near)
        rows.addStretch(1)

    def show_outlook(
        self, metric: str, here: Outlook, other: Outlook | None, pinned: str, scores: dict[int, str]
    ) -> None:
        """Show a point, and the pinned one where there is one; ``scores`` by trial are those of the nearest."""
        self.headline.say(*Title("This point", f"against {pinned}" if other is not None else "in numbers"))
        self.heads[1].setText("pinned" if other is not None else "")
        self.cells["score"][0].setText(metric)
        said = _rows(here)
        beside = _rows(other) if other is not None else dict.fromkeys(ROWS, "")
        for name, (title, first, second) in self.cells.items():
            shown = name == "score" or bool(said[name] or beside[name])
            for cell in (title, first, second):
                cell.setVisible(shown)
            first.setText(said[name] or "not known")
            second.setText("" if name == "chance of better" else beside[name])
        for button, number in zip(self.buttons, here.nearest, strict=False):
            button.setText(f"{number} · {scores.get(number, '–')}")
            button.setAccessibleName(f"Go to trial {number}")
            button.setProperty("trial", number)
        for at, button in enumerate(self.buttons):
            button.setVisible(at < len(here.nearest))
        self.nearest.setVisible(bool(here.nearest))

    def _button(self, at: int) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"button_nearest_{at}")
        button.setAccessibleName("Nearest trial")
        button.clicked.connect(self._on_clicked)
        return button

    @Slot()
    def _on_clicked(self) -> None:
        self.trial_chosen.emit(self.sender().property("trial"))


def _rows(one: Outlook) -> dict[str, str]:
    return {
        "score": score_words(one.score, (one.high - one.low) / 2),
        "chance of better": _chance(one.chance_better),
        "chance of failing": _chance(one.failing),
        "expected time": "" if one.seconds is None else f"about {duration_text(one.seconds)}",
        "constraints kept": _chance(one.feasible),
    }


def _chance(share: float | None) -> str:
    if share is None:
        return ""
    if share < 0.01:
        return "under 1 %"
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"
