"""What every card of Results is: a title with room beside it, its help, and rows below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.analysis import BestSummary
from gui.base.help_button import HelpButton
from gui.base.messages import Messages
from gui.base.theme import font_title, space
from gui.session.document import Document
from gui.session.honest_winner import HonestWinner
from gui.views.labels import Words
from gui.views.surfaces import RoundCard


@dataclass(frozen=True, slots=True, eq=False)
class ResultsContext:
    """What the page gives to each of its cards: the study, where a person is asked, and what is known of the winner."""

    document: Document
    messages: Messages
    winner: HonestWinner


class ResultsCard(RoundCard):
    """``card_NAME``, in a file NAME and marked ``@registry.register``.

    The page calls :meth:`show_best` whenever what it shows has changed while it can be seen.

    ``head`` is the row of the title, for a remark or a button at its right, in the ``line`` that ends with the help;
    ``rows`` is the column of it all.
    """

    title: ClassVar[str]
    place: ClassVar[int]
    """Where it stands in the column, the smallest first; the best configuration is 30, what can be taken home 90."""
    help_topic: ClassVar[str] = ""

    def __init__(self, context: ResultsContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = type(self).__module__.rpartition(".")[2]
        self.setObjectName(f"card_{self.name}")
        self.context = context
        self.title_label = Words(self.title, name=f"label_title_{self.name}", font=font_title(), parent=self)
        self.head = QHBoxLayout()
        self.head.setSpacing(space(8))
        self.head.addWidget(self.title_label, 1)
        self.line = line = QHBoxLayout()
        line.addLayout(self.head, 1)
        if self.help_topic:
            line.addWidget(HelpButton(self.help_topic, self.objectName(), self, self))
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(space(16), space(12), space(16), space(16))
        self.rows.setSpacing(space(12))
        self.rows.addLayout(line)

    def show_best(self, found: BestSummary) -> None:
        """Show what the card says of the best trial as it stands now."""

    def shutdown(self) -> None:
        """Wait for work beside the window: for the very end."""
