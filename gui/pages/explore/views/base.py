"""What a view of Explore is: a widget that asks an analysis of the present snapshot and shows the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.analysis.model_words import few_title, refusal_title
from engine.analysis.snapshot import PoorModel, Snapshot
from engine.analysis.title import Title
from engine.errors import UserFault
from gui.base.formats import score_text
from gui.base.messages import Messages
from gui.pages.explore.empty_state import EmptyState
from gui.pages.explore.view_note import ViewNote
from gui.pages.live.study_words import TrialTooltip
from gui.pages.live.trial_actions import TrialActions
from gui.plots.plot_base import Plot
from gui.session.document import Document
from gui.session.exploration import Exploration
from gui.session.selection import Selection
from gui.views.scrolling import scrolling

WORKING_MS = 200  # from so long on it is said that something is being worked out (pages.md 0.8)
WORKING = "working out …"


@dataclass(frozen=True, eq=False)
class ExploreTools:
    """What every view is made with: the study, what is selected, who works analyses out, and what can be done."""

    document: Document
    selection: Selection
    exploration: Exploration
    messages: Messages
    words: TrialTooltip
    trial_actions: TrialActions


class ExploreView(QWidget):
    """Base of every view, made when it is first seen.

    A view sets the class variables, lays its plots into ``content``, says in :meth:`analysis` what is to be worked out
    and shows it in :meth:`show_found`. The rest is done here: the question is put beside the window, anew for every
    snapshot while the view is seen, and the last picture stays until the answer; a refusal is shown as a state with
    what helps; the plots handed to :meth:`adopt` share the selection, the menu of a trial, its letters and the code.

    Signals: ``remarked(str)`` is what stands at the right of the strip, ``view_wanted(str, object)`` asks for another
    view by its file's name and hands it something, ``trial_wanted(object)`` asks for a trial live.
    """

    title: ClassVar[str]
    place: ClassVar[int]
    """Where it stands in the strip: the smallest first."""
    accent: ClassVar[str] = "outer"
    in_strip: ClassVar[bool] = True
    """Whether it has a tab of its own; the others stand in the list *More*."""
    rests_on_model: ClassVar[bool] = False
    """Whether it is refused where the model of the scores is not to be trusted."""

    remarked = Signal(str)
    view_wanted = Signal(str, object)
    trial_wanted = Signal(object)
    run_wanted = Signal()

    def __init__(self, tools: ExploreTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tools = tools
        self.key = type(self).__module__.removeprefix("gui.pages.explore.views.").partition(".")[0]
        self.setObjectName(f"view_{self.key}")
        self.setAccessibleName(self.title)
        self.content = QWidget(self)
        self.state = EmptyState(self.key, self)
        self._area = scrolling(self.content, f"area_{self.key}", self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._area)
        self._pages.addWidget(self.state)
        self.note = ViewNote(self.key, self.title, tools.document, self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._pages, 1)
        rows.addWidget(self.note)
        self._plots: list[Plot] = []
        self._remark = ""
        self._shown: Snapshot | None = None  # the one whose answer is shown or on its way
        self._patience = QTimer(self, singleShot=True, interval=WORKING_MS)
        self._patience.timeout.connect(self._say_working)
        tools.exploration.changed.connect(self._on_changed)
        tools.selection.changed.connect(self._on_selected)
        self.state.model_wanted.connect(self._on_model_wanted)
        self.state.trials_wanted.connect(self._on_trials_wanted)
        self.state.run_wanted.connect(self.run_wanted)

    # -- for views ---------------------------------------------------------------------------------------------------

    def analysis(self) -> Callable[[Snapshot], object] | None:
        """What is to be worked out now, away from the window: a function of a snapshot; *None* where nothing is.

        Choices of the view (a method, an axis) are bound into it; :meth:`ask_again` follows a change of them.
        """
        return None

    def needs_model(self) -> bool:
        """Whether what is to be worked out now rests on the model of the scores."""
        return self.rests_on_model

    def show_found(self, snapshot: Snapshot, found: Any) -> None:
        """Show the answer to :meth:`analysis`."""
        raise NotImplementedError

    def show_refusal(self, snapshot: Snapshot, fault: UserFault) -> None:
        """Say why there is no picture, and what helps."""
        if isinstance(fault, PoorModel):
            self.state.show_poor_model(refusal_title(fault.quality, fault.what if fault.says_why else ""), snapshot)
        elif self.rests_on_model and len(snapshot.scored) < 8:
            self.state.show_few(self._few_title(snapshot), snapshot)
        else:
            self.state.show_words(Title(fault.what, "", fault.remedy, "text"))
        self.show_state()

    def show_nothing(self) -> None:
        """There is no trial yet."""
        self.state.show_nothing(is_writable=self.tools.document.writable)
        self.show_state()

    def take(self, what: object) -> None:
        """Another view asked for this one, with something to show first (a hyperparameter, a pair, a trial)."""

    def select(self, number: int | None) -> None:
        """Another trial is selected; plots that were adopted know it already."""

    def code(self) -> str:
        """Python that makes what is shown, for *Copy as code*; empty where there is none."""
        return ""

    @property
    def is_busy(self) -> bool:
        """Whether something of its own is still being worked out."""
        return False

    # -- what views use ----------------------------------------------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot | None:
        """The study as it is explored now."""
        return self.tools.exploration.snapshot

    @property
    def shows_poor_models(self) -> bool:
        """Whether a person asked for models that are not to be trusted."""
        return self.tools.exploration.shows_poor_models

    def fill(self, plot: Plot) -> None:
        """Have one plot be all that the view shows."""
        rows = QVBoxLayout(self.content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(plot)
        self.adopt(plot)

    def adopt(self, *plots: Plot) -> None:
        """Let plots share selection, menus and letters with the rest of the window."""
        for plot in plots:
            self._plots.append(plot)
            plot.picked.connect(self._on_picked)
            plot.trial_menu_wanted.connect(self.tools.trial_actions.open_at)
            plot.takes_notes = True
            plot.note_wanted.connect(self.note.write)
            self.tools.trial_actions.listen(plot)
            if hasattr(plot, "select"):
                plot.select(self.tools.selection.number)

    def ask_again(self) -> None:
        """Have the analysis done anew, because a choice of the view changed."""
        self._shown = None
        self._ask()

    def ask(self, topic: str, work: Callable[[Snapshot], object], done: Callable[[Any], None]) -> None:
        """Have something further worked out; a refusal of it is left alone."""
        self.tools.exploration.ask(f"{self.key} {topic}", work, done, _ignore)

    def say(self, remark: str) -> None:
        """What stands at the right of the strip."""
        self._patience.stop()
        self._remark = remark
        self.remarked.emit(remark)

    def show_content(self) -> None:
        """Show the plots."""
        self._pages.setCurrentWidget(self._area)

    def show_state(self) -> None:
        """Show a state in place of the plots."""
        self._pages.setCurrentWidget(self.state)

    @property
    def shows_content(self) -> bool:
        """Whether plots are shown, and no state."""
        return self._pages.currentWidget() is self._area

    # -- inside ------------------------------------------------------------------------------------------------------

    def _few_title(self, snapshot: Snapshot) -> Title:
        best = snapshot.best
        return few_title(len(snapshot.scored), "" if best is None else score_text(float(snapshot.history.score[best])))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask what came while nobody looked."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is worked out for nobody is not waited for."""
        super().hideEvent(event)
        self._patience.stop()

    def _ask(self) -> None:
        snapshot = self.snapshot
        if not self.isVisible() or snapshot is None or snapshot is self._shown:
            return
        self._shown = snapshot
        if not len(snapshot):
            self.say("")
            self.show_nothing()
            return
        work = self.analysis()
        if work is None:
            self._take(snapshot, None)
            return
        self._patience.start()
        if self.needs_model():
            work = partial(_on_usable_model, work, self.shows_poor_models)
        self.tools.exploration.ask(self.key, work, partial(self._take, snapshot), partial(self._refuse, snapshot))

    def _take(self, snapshot: Snapshot, found: object) -> None:
        self._end_working()
        self.show_content()
        self.show_found(snapshot, found)
        code = self.code()
        for plot in self._plots:
            plot.code = code

    def _refuse(self, snapshot: Snapshot, fault: UserFault) -> None:
        self._end_working()
        self.show_refusal(snapshot, fault)

    def _end_working(self) -> None:
        self._patience.stop()
        self.remarked.emit(self._remark)

    @Slot()
    def _say_working(self) -> None:
        self.remarked.emit(WORKING)

    @Slot()
    def _on_changed(self) -> None:
        self._shown = None
        self._ask()

    @Slot(object)
    def _on_picked(self, number: int) -> None:
        self.tools.selection.select(number)

    @Slot(object)
    def _on_selected(self, number: int | None) -> None:
        for plot in self._plots:
            if hasattr(plot, "select"):
                plot.select(number)
        self.select(number)

    @Slot()
    def _on_model_wanted(self) -> None:
        self.tools.exploration.show_poor_models()

    @Slot(int)
    def _on_trials_wanted(self, count: int) -> None:
        self.tools.trial_actions.add_trials(count)


def _on_usable_model(work: Callable[[Snapshot], object], nevertheless: bool, snapshot: Snapshot) -> object:
    snapshot.usable_model(nevertheless=nevertheless)
    return work(snapshot)


def _ignore(_fault: UserFault) -> None:
    """What is missing is not drawn."""
