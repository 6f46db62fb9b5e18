"""The setup page: cards in one scroll, each a line when folded."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.events import StudyChanged
from engine.objectives.description import CommandObjective, ScriptObjective
from engine.study import catalogue
from gui.base.messages import Messages
from gui.base.stages import Staged
from gui.base.theme import space
from gui.pages.setup.budget_card import BudgetCard
from gui.pages.setup.changes_card import ChangesCard
from gui.pages.setup.data_card import DataCard
from gui.pages.setup.editor import SetupEditor
from gui.pages.setup.model_card import ModelCard
from gui.pages.setup.objective_card import ObjectiveCard
from gui.pages.setup.space_card import SpaceCard
from gui.pages.setup.strategy_card import StrategyCard
from gui.session.document import Document
from gui.session.standing import LOOKING
from gui.session.study_background import StudyBackground
from gui.views.card import Card
from gui.views.labels import Words

WIDEST = 1060  # of the cards, in the design's pixels
LATER_MS = 300  # what is seen of an opened study is drawn and painted in the meantime: a guess
SETTLED = "Locked: existing trials used these settings. Save a copy without trials to change them."


class SetupPage(Staged, QScrollArea):
    """Shows one document's definition; :meth:`show_card` leads to one of its cards."""

    def __init__(
        self,
        document: Document,
        background: StudyBackground,
        messages: Messages,
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._document = document
        self._editor = SetupEditor(document, background, messages, self)
        self._wanted_card: Card | None = None
        self._grown_for: Card | None = None
        self._displaced: tuple[QWidget, QWidget | None] | None = None
        self.begin(self._build(), at_once=at_once)

    def _build(self) -> Iterator[None]:
        document, known = self._document, catalogue()
        column = self._build_column()
        self.cards: dict[str, Card] = {}

        def put(card: Card) -> None:
            self.cards[card.objectName().removeprefix("card_")] = card
            column.addWidget(card)

        yield
        self._objective = ObjectiveCard(self._editor)
        put(self._objective)
        yield
        self._data = DataCard(self._editor, known)
        put(self._data)
        yield
        self._model = ModelCard(self._editor, known)
        self._space = SpaceCard(self._editor)
        put(self._model)
        put(self._space)
        yield
        self._strategy = StrategyCard(self._editor, known)
        self._budget = BudgetCard(self._editor)
        self._changes = ChangesCard(self._editor)
        for card in (self._strategy, self._budget, self._changes):
            put(card)
        column.addWidget(self._busy)
        column.addStretch(1)
        yield
        self._space.fold(False)
        self._editor.busy_changed.connect(self._on_busy_changed)
        document.setup_changed.connect(self.refresh)
        document.permission_granted.connect(self._data.read_again)
        document.problems_changed.connect(self._data.show_problems)
        document.problems_changed.connect(self._objective.show_problems)
        document.hints_changed.connect(self._data.show_hints)
        document.run_state_changed.connect(self._show_locks)
        document.trials_changed.connect(self._on_trials_changed)
        document.opened.connect(self._on_opened)
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._show_opened)
        self._show_opened()

    def _build_column(self) -> QVBoxLayout:
        """The column that cards are put into."""
        page = self._page = QWidget(self)
        outside = QHBoxLayout(page)
        outside.setContentsMargins(space(24), space(16), space(24), space(24))
        inside = QWidget(page)
        inside.setMaximumWidth(space(WIDEST))
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(12))
        outside.addStretch(1)
        outside.addWidget(inside, 1000)
        outside.addStretch(1)
        self.setWidget(page)
        self._busy = Words(name="label_busy", role="dim", parent=inside)
        self._busy.hide()
        return column

    def show_card(self, name: str) -> None:
        """Unfold a card and bring it into view."""
        card = self.cards.get(name)
        if card is not None:
            card.fold(False)
            card.first_stop.setFocus()
            self._wanted_card = card
            QTimer.singleShot(0, self, self._show_wanted_card)  # when the unfolded card has its height

    @Slot()
    def _show_wanted_card(self) -> None:
        """Scroll to the whole of the card that was asked for, or to its head where it is too high."""
        card, self._wanted_card = self._wanted_card, None
        if card is not None:
            top, height = card.mapTo(self._page, card.rect().topLeft()).y(), card.height()
            bar = self.verticalScrollBar()
            least, most = top + height + space(16) - self.viewport().height(), top - space(16)
            wanted = min(max(bar.value(), least), most)
            bar.setValue(wanted)
            if wanted > bar.value() and bar.value() == bar.maximum():  # the page has yet to grow by what was unfolded
                bar.rangeChanged.connect(self._on_grown, Qt.ConnectionType.SingleShotConnection)
                self._grown_for = card

    @Slot(int, int)
    def _on_grown(self, _least: int, _most: int) -> None:
        card, self._grown_for = self._grown_for, None
        if card is not None and self._wanted_card is None:
            self._wanted_card = card
            self._show_wanted_card()

    def show_hyperparameter(self, name: str) -> None:
        """Bring a row of the search space into view."""
        self.show_card("space")
        self._space.show_row(name)

    @Slot()
    def _on_opened(self) -> None:
        """Another study: shown at once where it is seen, else when the page that is has been painted."""
        (self._show_opened if self.isVisible() else self._later.start)()

    @Slot()
    def _show_opened(self) -> None:
        self._later.stop()
        self.refresh()
        self._ask_for_target()

    def showEvent(self, event: QShowEvent) -> None:
        """Show a study that was opened while another page was shown."""
        if self._later.isActive():
            self._show_opened()
        super().showEvent(event)

    def _ask_for_target(self) -> None:
        """Show what is only a guess before the first trial: a target that nobody has confirmed, a program's command."""
        if not self._document.is_open:
            return
        table = self._editor.table
        if table is not None and not table.target_confirmed and not self._document.has_trials:
            self.show_card("data")
        if isinstance(self._editor.setup.objective, CommandObjective) and not self._document.has_trials:
            self.show_card("objective")

    @Slot()
    def refresh(self) -> None:
        """Show the document's definition."""
        if not self._document.is_open:
            return
        self._data.setVisible(self._editor.table is not None)
        self._model.setVisible(self._editor.table is not None)
        for card in (
            self._objective,
            self._data,
            self._model,
            self._space,
            self._strategy,
            self._budget,
            self._changes,
        ):
            card.refresh()
        self._show_locks()

    @Slot()
    def _show_locks(self) -> None:
        document = self._document
        looking = "" if document.writable else (document.holder or LOOKING)
        settled = looking or (SETTLED if document.has_trials or document.is_running else "")
        is_table = self._editor.table is not None if document.is_open else True
        objective = self._editor.setup.objective if document.is_open else None
        if not document.is_open or objective is not None:
            is_script = isinstance(objective, ScriptObjective)  # which is mended, moved and run by another Python
            self._objective.lock(looking or ("" if is_script and not document.is_running else settled))
        if is_table:
            self._data.lock(settled)
            self._model.lock(settled)
        for card in (self._space, self._strategy, self._budget, self._changes):
            card.lock(looking)
        self._strategy.settle(bool(settled))

    @Slot(object)
    def _on_trials_changed(self, events: tuple[object, ...]) -> None:
        if self.isVisible() or self._document.history is None or len(self._document.history) <= 2:
            self._show_locks()
        if any(isinstance(event, StudyChanged) for event in events):
            self._changes.refresh()

    @Slot(str)
    def _on_busy_changed(self, what: str) -> None:
        self._busy.setText(what)
        self._busy.setVisible(bool(what))
        before = _control_at(QApplication.focusWidget())
        for card in (self._objective, self._data, self._model):
            card.body.setEnabled(not what)
        if what:
            after = QApplication.focusWidget()
            if before is not None and after is not before and self.isAncestorOf(before):
                self._displaced = (before, after)  # Qt has passed the keyboard on, because its place waits
        else:
            self._show_locks()
            self._give_back_focus()

    def _give_back_focus(self) -> None:
        """Have the keyboard again where it was before the cards had to wait, unless a person went elsewhere."""
        displaced, self._displaced = self._displaced, None
        if displaced is not None and QApplication.focusWidget() is displaced[1] and displaced[0].isEnabled():
            displaced[0].setFocus()


def _control_at(focused: QWidget | None) -> QWidget | None:
    """What has the keyboard; the table where that is an editor of a cell, which goes away."""
    widget = focused
    while widget is not None and not isinstance(widget, QAbstractItemView):
        widget = widget.parentWidget()
    return widget or focused
