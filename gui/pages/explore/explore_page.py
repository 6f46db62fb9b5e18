"""Why is it so, and what would happen if: the views of a study's trials, with one selection and one filter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from engine.analysis import Filter
from gui.base.messages import Messages
from gui.base.settings import Settings
from gui.pages.explore.view_strip import ViewStrip
from gui.pages.explore.views import ExploreTools, ExploreView, registry
from gui.pages.live import study_words
from gui.pages.live.study_words import TrialTooltip
from gui.pages.live.trial_actions import TrialActions
from gui.pages.live.trial_dialogs import TrialDialogs
from gui.session.document import Document
from gui.session.exploration import Exploration
from gui.session.selection import Selection


class ExplorePage(QWidget):
    """``page_explore``. Each view is made when it is first seen; nothing is worked out while nobody looks.

    Signals: ``trial_wanted(int)`` asks for a trial live, ``rows_wanted(list)`` for trials as a table on the clipboard,
    ``run_wanted`` for the study to run, ``told(str)`` says what was done.
    """

    trial_wanted = Signal(object)
    rows_wanted = Signal(object)
    run_wanted = Signal()
    told = Signal(str)

    def __init__(
        self, document: Document, selection: Selection, messages: Messages, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page_explore")
        self.setAccessibleName("Explore")
        self._document, self._selection = document, selection
        self.exploration = Exploration(document, self)
        self.trial_actions = TrialActions(document, self.meant, self)
        self.trial_dialogs = TrialDialogs(document, self.trial_actions, self)
        self._tools = ExploreTools(
            document, selection, self.exploration, messages, TrialTooltip(document), self.trial_actions
        )
        classes = [(name, registry.get(name)) for name in registry.names()]
        self._classes = dict(sorted(classes, key=lambda item: item[1].place))
        self._made: dict[str, ExploreView] = {}
        self._remarks = dict.fromkeys(self._classes, "")
        self.strip = ViewStrip(list(self._classes.items()), self)
        self.stack = QStackedWidget(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.strip)
        self.strip.filter.fault.setParent(self)
        self.strip.filter.fault.setContentsMargins(16, 4, 16, 4)
        rows.addWidget(self.strip.filter.fault)
        rows.addWidget(self.stack, 1)
        self._connect()
        if document.is_open:
            self._on_opened()

    @property
    def keys(self) -> list[str]:
        """Every view by its file's name, in the order of the strip."""
        return list(self._classes)

    @property
    def parts(self) -> dict[str, Callable[[], None]]:
        """What shows each view, by its title."""
        return {view.title: partial(self.show_view, key) for key, view in self._classes.items()}

    @property
    def is_busy(self) -> bool:
        """Whether anything that was asked for is still to come."""
        return self.exploration.is_busy or any(view.is_busy for view in self._made.values())

    def view(self, key: str) -> ExploreView:
        """One of the views, made now where nobody has seen it yet."""
        if key not in self._made:
            made = self._classes[key](self._tools, self)
            self._made[key] = made
            self.stack.addWidget(made)
            made.remarked.connect(self._on_remarked)
            made.view_wanted.connect(self.show_view)
            made.trial_wanted.connect(self.trial_wanted)
            made.run_wanted.connect(self.run_wanted)
        return self._made[key]

    @Slot(str, object)
    def show_view(self, key: str, what: object = None) -> None:
        """Show a view, with something to show first where there is such a thing."""
        if key not in self._classes:
            return
        self.strip.show_key(key)
        if what is not None:
            self.view(key).take(what)

    def meant(self) -> list[int]:
        """The trials that a command is about: those brushed, where the selected one is among them."""
        current, brushed = self._selection.number, self._selection.brushed
        if brushed and (current is None or current in brushed):
            return list(brushed)
        return [] if current is None else [current]

    # -- inside ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        document, chosen = self._document, self.strip.filter.chosen
        document.opened.connect(self._on_opened)
        document.setup_changed.connect(self._show_columns)
        self.strip.chosen.connect(self._on_view_chosen)
        chosen.connect(self._on_filter_chosen)
        self._selection.filter_changed.connect(self.strip.filter.put)
        self.trial_actions.told.connect(self.told)
        self.trial_actions.rows_wanted.connect(self.rows_wanted)

    @Slot()
    def _on_opened(self) -> None:
        for key in self._remarks:
            self._remarks[key] = ""
        self.strip.remark.setText("")
        self._show_columns()
        self.strip.filter.put(self._selection.filter_text)
        self.strip.show_key(self.keys[0])

    @Slot()
    def _show_columns(self) -> None:
        history, setup = self._document.history, self._document.setup
        if history is not None:
            self.exploration.metric = study_words.metric_name(setup)
            self.strip.filter.offered = Settings().filters
            self.strip.filter.show_columns(study_words.filter_columns(setup, history))

    @Slot(object)
    def _on_filter_chosen(self, chosen: Filter) -> None:
        self.exploration.put_filter(chosen)
        self._selection.filter_by(chosen.text)

    @Slot(str)
    def _on_view_chosen(self, key: str) -> None:
        if self.isVisible():
            self.stack.setCurrentWidget(self.view(key))
        self.strip.remark.setText(self._remarks[key])

    @Slot(str)
    def _on_remarked(self, remark: str) -> None:
        sender = self.sender()
        if isinstance(sender, ExploreView):
            self._remarks[sender.key] = remark
            if self.strip.key == sender.key:
                self.strip.remark.setText(remark)

    # -- Qt ----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever looks sees the study as it is now."""
        super().showEvent(event)
        self.exploration.watch(True)
        self._on_view_chosen(self.strip.key)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is worked out for nobody."""
        super().hideEvent(event)
        self.exploration.watch(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Tab goes through the views; ``[`` and ``]`` through the trials; Enter shows the selected one live."""
        key, focused = event.key(), self.focusWidget()
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        writes = isinstance(focused, QLineEdit)
        if is_control and key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.strip.step(1 if key == Qt.Key.Key_Tab else -1)
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight) and not writes:
            self._step(1 if key == Qt.Key.Key_BracketRight else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not writes and not isinstance(focused, QAbstractButton):
            if self._selection.number is not None:
                self.trial_wanted.emit(self._selection.number)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        """Select the next or the last trial that the filter lets through."""
        snapshot = self.exploration.snapshot
        if snapshot is None or not len(snapshot):
            return
        shown = [number for number, is_shown in enumerate(snapshot.shown.tolist()) if is_shown]
        if not shown:
            return
        current = self._selection.number
        if current is None:
            self._selection.select(shown[0 if by > 0 else -1])
            return
        ahead = [number for number in shown if (number > current if by > 0 else number < current)]
        if ahead:
            self._selection.select(ahead[0 if by > 0 else -1])
