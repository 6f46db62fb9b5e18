"""Both loops of a running study side by side, with one selection; the inner loop moves below where room is scarce."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

from engine.analysis import Filter
from gui.base.settings import Settings
from gui.base.stages import Staged
from gui.base.theme import space
from gui.pages.live.inner_panel import InnerPanel
from gui.pages.live.outer_panel import OuterPanel
from gui.pages.live.study_words import TrialTooltip
from gui.pages.live.trial_actions import TrialActions
from gui.pages.live.trial_dialogs import TrialDialogs
from gui.session.document import Document
from gui.session.expected_best import ExpectedBestTracker
from gui.session.selection import Selection
from gui.views.scrolling import scrolling

LEAST_BESIDE, LEAST_BELOW = 540, 560  # heights of a loop; a lower window scrolls instead of crushing them
NARROW = 1100  # below so many pixels of the design's text size the loops stand one under the other
REMEMBER_MS = 400  # after a splitter rests: a guess


class LivePage(Staged, QWidget):
    """``page_live``. Shows ``document`` and shares ``selection``.

    Until a person selects a trial, the selection follows the best one. Signal ``told(str)`` says what was done.
    """

    told = Signal(str)

    def __init__(
        self,
        document: Document,
        selection: Selection,
        expectation: ExpectedBestTracker,
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page_live")
        self.setAccessibleName("Live")
        self._document = document
        self._selection = selection
        self._expectation = expectation
        self._follows_best = True
        self.begin(self._build(), at_once=at_once)

    def _build(self) -> Iterator[None]:
        document = self._document
        words = TrialTooltip(document)
        self.outer = OuterPanel(document, self._expectation, words, self)
        yield
        self.inner = InnerPanel(document, words, self)
        self.trial_actions = TrialActions(document, self.meant, self)
        self.trial_dialogs = TrialDialogs(document, self.trial_actions, self)
        yield
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("splitter_live")
        self.splitter.addWidget(self.outer)
        self.splitter.addWidget(self.inner)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 5)
        self.splitter.setStretchFactor(1, 4)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(scrolling(self.splitter, "area_live", self))
        self._remember = QTimer(self, singleShot=True, interval=REMEMBER_MS)
        self._remember.timeout.connect(self._save_splitters)
        self._connect()
        self._restore_splitters()
        self._order_tabs()
        self._keep_room()
        self._on_opened()

    def _connect(self) -> None:
        document, details = self._document, self.inner.details
        document.opened.connect(self._on_opened)
        document.trials_changed.connect(self._on_trials_changed)
        document.setup_changed.connect(self._on_setup_changed)
        document.run_state_changed.connect(self._on_run_state_changed)
        self._selection.changed.connect(self._on_selection_changed)
        self._selection.brushed_changed.connect(self.outer.select_several)
        self._selection.filter_changed.connect(self.outer.filter.put)
        self.outer.filter.chosen.connect(self._on_filter_chosen)
        self.outer.picked.connect(self._on_picked)
        self.outer.caught_up.connect(self._follow)  # when the table has the best trial in its place
        self.inner.picked.connect(self._on_picked)
        details.variation_wanted.connect(self.trial_dialogs.open_variation)
        details.stop_wanted.connect(self._on_stop_wanted)
        details.retry_wanted.connect(self._on_retry_wanted)
        for view in (self.outer.table, self.outer.plot, self.inner.plot):
            self.trial_actions.listen(view)
        self.outer.table.menu_wanted.connect(self.trial_actions.open_at)
        self.outer.plot.trial_menu_wanted.connect(self.trial_actions.open_at)
        self.inner.plot.trial_menu_wanted.connect(self.trial_actions.open_at)
        self.outer.table.copy_wanted.connect(self._on_copy_wanted)
        self.trial_actions.told.connect(self.told)
        self.trial_actions.rows_wanted.connect(self.outer.copy_rows)
        for splitter in (self.splitter, self.outer, self.inner):
            splitter.splitterMoved.connect(self._on_splitter_moved)

    def meant(self) -> list[int]:
        """The trials that a command is about: those selected in the table, where the current one is among them."""
        current, rows = self._selection.number, self.outer.table.selected_numbers()
        return rows if current in rows else [] if current is None else [current]

    # -- the document ------------------------------------------------------------------------------------------------

    @Slot()
    def _on_opened(self) -> None:
        self._follows_best = True
        self._selection.select(None)
        self._selection.brush(())
        self.outer.show_study()
        self.inner.show_study()
        self._on_selection_changed(self._selection.number)
        self._follows_best = True
        self._follow()

    @Slot(object)
    def _on_trials_changed(self, events: tuple[object, ...]) -> None:
        self.outer.take(events)
        self.inner.take(events)

    @Slot()
    def _on_setup_changed(self) -> None:
        self.outer.show_setup()
        self.inner.show_setup()

    @Slot()
    def _on_run_state_changed(self) -> None:
        self.outer.show_run_state()
        self.inner.show_run_state()

    @Slot()
    def _follow(self) -> None:
        history = self._document.history
        if not self._follows_best or history is None or not len(history):
            return
        best = history.best_number()
        if best is None and self._selection.number is None:
            best = 0
        if best is not None:
            self._selection.select(best)
            self._follows_best = True

    # -- the selection -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_picked(self, number: int) -> None:
        self._follows_best = False
        self._selection.select(number)

    @Slot(object)
    def _on_selection_changed(self, number: int | None) -> None:
        self._follows_best = False  # whoever selected it; :meth:`_follow` takes that back
        self.outer.select(number)
        self.inner.select(number)

    @Slot(object)
    def _on_filter_chosen(self, chosen: Filter) -> None:
        self._selection.filter_by(chosen.text)

    # -- what a person wants of a trial ------------------------------------------------------------------------------

    @Slot()
    def _on_copy_wanted(self) -> None:
        self.trial_actions.copy("table")

    @Slot(object)
    def _on_stop_wanted(self, number: int) -> None:
        self._document.stop_trial(number)

    @Slot(object)
    def _on_retry_wanted(self, number: int) -> None:
        self.trial_actions.retry([number])

    # -- room --------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One loop beside the other, or under it."""
        super().resizeEvent(event)
        narrow = self.width() < space(NARROW)
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if wanted != self.splitter.orientation():
            self.splitter.setOrientation(wanted)
            self._restore_splitters()
            self._order_tabs()
            self._keep_room()

    def _keep_room(self) -> None:
        beside = self.splitter.orientation() == Qt.Orientation.Horizontal
        for loop in (self.outer, self.inner):
            loop.setMinimumHeight(space(LEAST_BESIDE if beside else LEAST_BELOW))

    def _order_tabs(self) -> None:
        """Tab goes as one reads: both plots and then what is under them, or one loop after the other."""
        upper, lower = self.outer.widget(0), self.outer.widget(1)
        curves, facts = self.inner.widget(0), self.inner.widget(1)
        beside = self.splitter.orientation() == Qt.Orientation.Horizontal
        before: QWidget | None = None
        for part in (upper, curves, lower, facts) if beside else (upper, lower, curves, facts):
            for stop in _stops(part):
                if before is not None:
                    QWidget.setTabOrder(before, stop)
                before = stop

    @Slot(int, int)
    def _on_splitter_moved(self, _place: int, _index: int) -> None:
        self._remember.start()

    def _keys(self) -> tuple[tuple[str, QSplitter], ...]:
        way = "beside" if self.splitter.orientation() == Qt.Orientation.Horizontal else "below"
        return (f"live_{way}", self.splitter), ("live_outer", self.outer), ("live_inner", self.inner)

    @Slot()
    def _save_splitters(self) -> None:
        settings = Settings()
        for key, splitter in self._keys():
            settings.set_bytes(key, splitter.saveState())

    def _restore_splitters(self) -> None:
        settings = Settings()
        for key, splitter in self._keys():
            state = settings.bytes(key)
            orientation = splitter.orientation()
            if (state is None or not splitter.restoreState(state)) and splitter is self.splitter:
                splitter.setSizes([space(700), space(560)])
            splitter.setOrientation(orientation)


def _stops(part: QWidget | None) -> list[QWidget]:
    """Where Tab stops within ``part``, from top to bottom; menus and lists over it are windows of their own."""
    if part is None:
        return []
    found = [
        widget
        for widget in (part, *part.findChildren(QWidget))
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and widget.window() is part.window()
    ]
    return sorted(found, key=lambda widget: not isinstance(widget, QTabBar))  # it stands above its pages
