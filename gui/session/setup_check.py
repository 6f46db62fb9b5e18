"""What keeps a document's definition from being run, worked out beside the window after every edit."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from engine.study import SetupProblem, classes_of, look_for_hints, setup_problems, source_problem
from gui.session.document import Document
from gui.session.study_background import StudyBackground

PAUSE_MS = 120  # edits that follow each other faster are checked as one


class SetupCheck(QObject):
    """Lives in the window's thread, owned by the window; keeps ``problems`` and ``hints`` of one document up to date.

    A study that has trials was checked before them: its table is not read for this again, only looked for.
    """

    def __init__(self, document: Document, background: StudyBackground, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._background = background
        self._checked: StudySetup | None = None
        self._is_over = False
        self._classes: tuple[str, ...] = ()
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._check)
        document.left.connect(self._on_left)
        document.opened.connect(self._on_changed)
        document.setup_changed.connect(self._on_changed)
        document.permission_granted.connect(self._on_permission_granted)
        if document.is_open:
            self._on_changed()

    @property
    def is_busy(self) -> bool:
        """Whether a check is about to begin."""
        return self._pause.isActive()

    def forget(self) -> None:
        """Check no more."""
        self._is_over = True
        self._pause.stop()

    @Slot()
    def _on_left(self) -> None:
        self._checked = None

    @Slot()
    def _on_changed(self) -> None:
        if not self._is_over:
            self._pause.start()

    @Slot()
    def _on_permission_granted(self) -> None:
        self._checked = None
        self._on_changed()

    @Slot()
    def _check(self) -> None:
        document = self._document
        setup = document.setup
        if setup is None or not isinstance(setup.objective, TableObjective):
            document.put_hints(None)
            if setup is None or setup.objective is None:
                document.put_problems((), ())
            elif document.has_trials:
                self._background.call("check", partial(source_problem, setup), self._take_missing, self._fail)
            else:
                self._background.call("check", partial(setup_problems, setup), self._take_code, self._fail_code)
        elif document.has_trials:
            document.put_hints(None)
            self._background.call("check", partial(source_problem, setup), self._take_missing, self._fail)
        elif setup != self._checked:
            self._checked = setup
            self._background.ask(
                "checked classes", partial(classes_of, setup), self._take_classes, self._take_no_classes
            )
            self._background.ask("check", partial(setup_problems, setup), self._take, self._fail)
            self._background.ask("hints", partial(look_for_hints, setup), document.put_hints, self._take_no_hints)

    def _take_classes(self, classes: tuple[str, ...]) -> None:
        self._classes = classes

    def _take_no_classes(self, _: UserFault) -> None:
        self._classes = ()  # the problems, which follow, tell why

    def _take(self, problems: tuple[SetupProblem, ...]) -> None:
        if not self._document.has_trials:
            self._document.put_problems(problems, self._classes)

    def _take_code(self, problems: tuple[SetupProblem, ...]) -> None:
        self._classes = ()
        self._take(problems)

    def _fail_code(self, fault: UserFault) -> None:
        self._document.put_problems((SetupProblem("code", fault.what, fault.remedy),), ())

    def _take_no_hints(self, _: UserFault) -> None:
        self._document.put_hints(None)  # the problems tell why

    def _take_missing(self, problem: SetupProblem | None) -> None:
        self._document.put_problems(() if problem is None else (problem,), self._document.classes)

    def _fail(self, fault: UserFault) -> None:
        self._document.put_problems((SetupProblem("source", fault.what, fault.remedy),), ())
