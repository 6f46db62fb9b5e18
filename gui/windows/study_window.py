"""One window for one study: it wires the document, the pages, the run bar and the menus, and decides nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QShowEvent,
    QUndoStack,
)
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from engine.study import Rejected, Runner, Saved
from gui.base.messages import Messages, QtMessages
from gui.base.settings import Settings
from gui.base.text import button_label
from gui.base.theme import apply_theme, space
from gui.base.turns import GAP_MS
from gui.bridge.background import Background
from gui.bridge.run_control import MakeRunner
from gui.session.document import Document
from gui.session.expected_best import ExpectedBestTracker
from gui.session.recent import Recent
from gui.session.selection import Selection
from gui.session.setup_check import SetupCheck
from gui.session.study_background import StudyBackground
from gui.views.message_bar import MessageBar
from gui.views.rail import Rail
from gui.views.run_bar import RunBar
from gui.windows.action_specs import OF_A_STUDY
from gui.windows.closing import Closing
from gui.windows.drops import DropVeil, files_of, words_for
from gui.windows.enter_key import EnterKey
from gui.windows.guide import Guide
from gui.windows.importing import Importing
from gui.windows.menus import Menus
from gui.windows.opening import Opening
from gui.windows.page_stack import PAGES, START, WITHOUT_STUDY, PageStack
from gui.windows.permission_prompt import PermissionPrompt
from gui.windows.title import show_title
from gui.windows.training_longer import TrainingLonger
from gui.windows.ways import Ways

IDLE_MS = 400  # after the window is up, before it loads what the first study will need


class StudyWindow(QMainWindow):
    """Owns its document and everything shown of it.

    Signals: ``window_wanted(object)`` asks the application for another window (for a path or ``sample:NAME``);
    ``gone(object)`` says that this one has closed; ``quit_wanted`` asks that all of them close; ``settled`` says that
    all pages of its study are built.
    """

    window_wanted = Signal(object)
    gone = Signal(object)
    quit_wanted = Signal()
    settled = Signal()

    def __init__(self, settings: Settings, make_runner: MakeRunner = Runner, messages: Messages | None = None) -> None:
        super().__init__()
        self.setObjectName("study_window")
        self._settings = settings
        self.study = Document(make_runner, self)
        self.selection = Selection(self)
        self.expectation = ExpectedBestTracker(self.study, self)
        self.background = Background(self)
        self.about_study = StudyBackground(self.study, self, is_brief=False)
        self._check = SetupCheck(self.study, self.about_study, self)
        self.messages: Messages = messages if messages is not None else QtMessages(self)
        self._recent = Recent(settings, self)
        self.menus = Menus(self, self._recent)
        self._opening = Opening(self.study, self.background, self._recent, settings, self.messages, self)
        self._longer = TrainingLonger(self.study, self._opening, self.background, settings, self.messages, self)
        self._importing = Importing(self._opening, self.background, settings, self.messages, self)
        self._closing = Closing(self.study, self.messages, self)
        PermissionPrompt(self.study, self.messages, self)
        self._runs_when_settled = False
        self._build_ui()
        self._ways = Ways(
            self, self.menus.actions, self.show_page, self._stack, self.study, self.selection, self.messages
        )
        self._guide = Guide(
            self, self.menus.actions, self.study, self._recent, self.messages, self._ways, self._opening
        )
        self._connect()
        self._restore()
        self.show_page("start")
        self._show_title()

    # -- building ----------------------------------------------------------------------------------------------------

    def _build_ui(self) -> None:
        self.setAcceptDrops(True)
        centre = self._centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        actions = tuple(self.menus.action(name) for name in ("run", "pause", "stop"))
        self._run_bar = RunBar(self.study, (actions[0], actions[1], actions[2]), centre)
        self._rail = Rail((START, *PAGES), centre)
        self._stack = PageStack(
            self.study,
            self.selection,
            self.expectation,
            self._recent,
            self.background,
            self.about_study,
            self.messages,
            centre,
        )
        self._bar = MessageBar(centre)
        self._veil = DropVeil(self)
        self._enter = EnterKey(self)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addWidget(self._stack, 1)
        column.addWidget(self._run_bar)
        column.addLayout(middle, 1)
        self.setCentralWidget(centre)
        self.setMinimumSize(space(720), space(480))

    def _connect(self) -> None:
        self._rail.chosen.connect(self.show_page)
        self._run_bar.blocker_clicked.connect(self._ways.show_card)
        self._stack.trial_wanted.connect(self._ways.show_trial)
        self._stack.loaded.connect(self._show_opened)
        self._stack.whole.connect(self._on_whole)
        self._connect_actions()
        self._connect_study()
        start = self._stack.start
        start.source_chosen.connect(self._opening.take)
        start.sample_chosen.connect(self._opening.run_sample)
        start.new_asked.connect(self.menus.action("new").trigger)
        start.comparison_asked.connect(self._ways.show_two_loops)
        start.open_asked.connect(self.menus.action("open").trigger)
        self._opening.busy.connect(start.show_busy)
        self._opening.glimpsed.connect(start.show_glimpse)
        self._opening.window_wanted.connect(self.window_wanted)
        self._closing.began.connect(self._on_closing_began)
        self._closing.ready.connect(self.close, Qt.ConnectionType.QueuedConnection)
        if isinstance(self.messages, QtMessages):
            self.messages.spoken.connect(self._bar.show_line)

    def _connect_actions(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "new": self._opening.ask_table,
            "open": self._opening.ask_any,
            "import": self._importing.ask,
            "save_as": self._opening.ask_save_as,
            "save_without_trials": self._opening.ask_save_without_trials,
            "train_longer": self._longer.ask,
            "close": self.close,
            "quit": self._on_quit_triggered,
            "undo": self.study.undo_stack.undo,
            "redo": self.study.undo_stack.redo,
            "run": self.run,
            "pause": self.study.pause,
            "stop": self.study.stop,
        }
        for name, slot in slots.items():
            self.menus.action(name).triggered.connect(slot)
        self.menus.recent_chosen.connect(self._opening.take)
        self.menus.theme_chosen.connect(self._on_theme_chosen)
        self.menus.show_theme(self._settings.theme)
        self.study.undo_stack.indexChanged.connect(self._show_undo)
        self._show_undo()
        self.menus.enable(False, "run", "pause", "stop", *OF_A_STUDY)

    def _connect_study(self) -> None:
        study = self.study
        study.opened.connect(self._on_opened)
        study.setup_changed.connect(self._show_title)
        study.saved_changed.connect(self._show_title)
        study.rejected.connect(self._on_rejected)
        study.edit_settled.connect(self._on_edit_settled)
        study.saved.connect(self._on_saved)
        study.taken_over.connect(self._on_taken_over)

    # -- what a test and the application drive -----------------------------------------------------------------------

    @Slot()
    def run(self) -> None:
        """Run the study, shown live the first time; waits for a pending edit; says what keeps it from running."""
        self._runs_when_settled = self.study.awaits_edit
        if self._runs_when_settled:
            return
        if not self.menus.action("run").isEnabled():
            self._show_run_blocker()
            return
        if not self.study.has_trials:
            self.show_page("live")
        self.study.run()

    def _show_run_blocker(self) -> None:
        blocker = self._run_bar.run_blocker
        if blocker is not None:
            self.messages.fault(blocker.sentence)
            if blocker.card:
                self._ways.show_card(blocker.card)

    @Slot(bool)
    def _on_edit_settled(self, came: bool) -> None:
        if self._runs_when_settled:
            self._runs_when_settled = False
            if came:
                self.run()

    def take(self, source: str | Path) -> None:
        """Open a study file, or make a study for a table or a sample."""
        self._opening.take(source)

    def run_sample(self, source: str) -> None:
        """Make a study for a sample and run it at once."""
        self._opening.run_sample(source)

    @property
    def page(self) -> str:
        """The key of the page that is shown."""
        return self._stack.key

    @Slot(str)
    def show_page(self, key: str) -> None:
        """Show a page; without a study there are the start page and the comparisons."""
        has_study = self.study.is_open
        if not has_study and key not in WITHOUT_STUDY:
            key = "start"
        self._stack.show_key(key)
        self._rail.allow([page.key for page in PAGES] if has_study else WITHOUT_STUDY)
        self._rail.show_key(key)
        self._rail.setVisible(key != "start")
        self._run_bar.setVisible(key != "start" and has_study)

    # -- what happens ------------------------------------------------------------------------------------------------

    @Slot()
    def _on_opened(self) -> None:
        study = self.study
        assert study.path is not None
        self._recent.add(study.path)
        self._bar.hide()  # what was said before concerned something else
        self.menus.enable(True, *OF_A_STUDY)
        self._show_title()
        self._opening.tell_standing()
        QTimer.singleShot(GAP_MS, self, self._show_opened)  # when every page has filled itself

    @Slot()
    def _show_opened(self) -> None:
        if self._stack.is_loaded and self.study.is_open:
            self.show_page("live" if self.study.has_trials else "setup")
            self._opening.after_opened(self.run)
        self._stack.build()  # comes back to here where the pages' modules are still missing

    @Slot()
    def _on_whole(self) -> None:
        if self.study.is_open and self._centre.isEnabled():  # and does not close
            self.study.warm()
            self.settled.emit()

    @Slot(object)
    def _on_rejected(self, rejection: Rejected) -> None:
        self.messages.fault(rejection.what, rejection.remedy)
        if rejection.rescued is not None:
            self._recent.add(rejection.rescued)

    @Slot(object)
    def _on_saved(self, saved: Saved) -> None:
        self._recent.add(saved.path)
        self.messages.inform(f"Wrote {saved.path.name} into {saved.path.parent}.")

    @Slot()
    def _on_taken_over(self) -> None:
        self.study.warm()
        self.messages.inform("The other program has closed this study: you can continue here.")

    def show_help(self, topic: str) -> None:
        """Open the help at a topic."""
        self._guide.show_help(topic)

    @Slot()
    def _on_quit_triggered(self) -> None:
        self.quit_wanted.emit()

    @Slot(str)
    def _on_theme_chosen(self, choice: str) -> None:
        self._settings.theme = choice
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, choice)

    @Slot()
    def _show_undo(self) -> None:
        stack: QUndoStack = self.study.undo_stack
        for name, can, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            action = self.menus.action(name)
            action.setEnabled(can)
            action.setText(f"&{name.capitalize()} {button_label(text)}".strip())

    @Slot()
    def _show_title(self) -> None:
        show_title(self, self.study)

    @Slot()
    def _on_closing_began(self) -> None:
        self._centre.setEnabled(False)
        self.menuBar().setEnabled(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the colours in force, and build the pages once the window is up for the first time."""
        super().showEvent(event)
        self._apply_icons()
        if not self._stack.is_whole:
            QTimer.singleShot(IDLE_MS, self._stack, self._stack.build)

    def _apply_icons(self) -> None:
        self.menus.apply_icons()
        self._rail.apply_icons()
        self._run_bar.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._apply_icons()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say what a drop would do; what cannot be opened is answered with a sentence."""
        event.setDropAction(Qt.DropAction.CopyAction)  # the file stays where it is
        event.accept()
        self._veil.show_words(*words_for(files_of(event.mimeData()), is_empty=self.study.is_empty))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Stay a copy."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Say nothing more."""
        self._veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self._veil.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._opening.take_dropped(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when nothing runs; otherwise ask, and close later."""
        if not self._closing.may_close():
            event.ignore()
            return
        self._settings.set_bytes("geometry", self.saveGeometry())
        self._settings.sync()
        self._check.forget()
        self.background.cancel_all()
        self.about_study.cancel_all()
        self.expectation.cancel()
        for dialog in self.findChildren(QDialog):  # one that is open holds the window until it is answered
            dialog.close()
        event.accept()
        self.gone.emit(self)

    def close_without_asking(self) -> None:
        """Close without a question, as when the system ends the program; running trials wait."""
        if self.study.is_empty:
            self.close()
        else:
            self._closing.close_without_asking()

    def shutdown(self) -> None:
        """Wait for every thread of this window: for the very end of the application."""
        self._check.forget()
        self.study.end()
        self.background.shutdown()
        self.about_study.shutdown()
        self.expectation.cancel()

    def know_others(self, raise_other: Callable[[Path], bool]) -> None:
        """``raise_other`` brings the window forward that shows a study already, and says whether there is one."""
        self._opening.raise_other = raise_other

    def _restore(self) -> None:  # WORKAROUND PySide6 6.11: it frees self.screen(); drop when it does not
        geometry = self._settings.bytes("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(min(space(1280), room.width()), min(space(800), room.height()))
