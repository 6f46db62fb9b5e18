"""What the cards have in common that have models trained for the winner: a remark, a row of buttons, a fault."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from engine.analysis import BestSummary
from engine.errors import UserFault
from gui.base.theme import font_dim, space
from gui.pages.results.cards.base import ResultsCard, ResultsContext
from gui.views.labels import ShortWords, Words


class WinnerCard(ResultsCard):
    """A card overrides :meth:`show_winner`, which the page brings about whenever more is known of the winner."""

    opens_holdout: ClassVar[bool] = False
    """Whether what it has trained is judged on the holdout: a fault is told by the card that asked."""

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._winner = context.winner
        self.corner = ShortWords(name=f"label_{self.name}_remark", role="dim", font=font_dim(), parent=self)
        self.head.addWidget(self.corner)
        self.fault = Words(name=f"label_{self.name}_fault", role="bad", wrap=True, parent=self)
        self.fault.hide()
        self._winner.failed.connect(self._on_failed)

    def show_winner(self) -> None:
        """Show what is known of the winner now."""
        raise NotImplementedError

    def show_best(self, found: BestSummary) -> None:
        """Which trials lead may have changed, or what is known of them."""
        self.show_winner()

    def lay(self, parts: tuple[QWidget, ...], buttons: tuple[QPushButton, ...]) -> None:
        """Put parts one below another, and the buttons in a row at the end."""
        for part in parts:
            self.rows.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(space(8))
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        self.rows.addLayout(row)

    def button(self, name: str, text: str, slot: object) -> QPushButton:
        """A button of the row."""
        made = QPushButton(text, self)
        made.setObjectName(name)
        made.clicked.connect(slot)
        return made

    def say_head(self, title: str = "", remark: str = "") -> None:
        """Have another title, or that of the card, and a remark at its right."""
        self.title_label.setText(title or self.title)
        self.corner.setText(remark)

    def tell_fault(self, fault: str) -> None:
        """Say what did not work; nothing takes it away."""
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))

    @Slot(object)
    def _on_failed(self, fault: UserFault) -> None:
        if self._winner.is_opening == self.opens_holdout:
            self.tell_fault(str(fault))
            self.show_winner()
