"""Puts the application together: one ``QApplication``, any number of windows, and how all of it ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from engine import __version__
from engine.printing import guard_log
from gui.base.garbage import Garbage
from gui.base.icons import application_icon
from gui.base.settings import Settings
from gui.base.theme import apply_theme, follow_system
from gui.exception_reporter import ExceptionReporter
from gui.windows.study_window import StudyWindow

DEMO = "sample:digits"
AWAKE_MS = 200  # Python hears Ctrl+C only when it is called, so a quiet window calls it this often


class Windows(QObject):
    """Owns every open window of the application and forgets it when it has closed."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._open: list[StudyWindow] = []
        self._garbage = Garbage()
        self.settings = Settings()
        self.exception_reporter = ExceptionReporter(self)
        self.exception_reporter.noticed.connect(self._on_internal_error)
        application.aboutToQuit.connect(self.shutdown)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)
        self._awake = QTimer(self)
        self._awake.setInterval(AWAKE_MS)
        self._awake.timeout.connect(self._stay_awake)
        self._awake.start()

    def make(self, source: str | Path | None = None) -> StudyWindow:
        """A new shown window, with a study, a table or a sample in it where one is named."""
        window = StudyWindow(self.settings)
        window.window_wanted.connect(self._on_window_wanted)
        window.gone.connect(self._on_gone)
        window.quit_wanted.connect(self.close_all)
        window.settled.connect(self._freeze)
        window.know_others(self._raise_window)
        self._open.append(window)
        window.show()
        if source is not None:
            window.take(source)
        return window

    @property
    def open_windows(self) -> tuple[StudyWindow, ...]:
        """The windows that are open, oldest first."""
        return tuple(self._open)

    @Slot()
    def close_all(self) -> None:
        """Close every window; one whose trials run asks first, and the others do not wait for the answer."""
        for window in self.open_windows:
            window.close()

    def close_without_asking(self) -> None:
        """Close every window without a question."""
        for window in self.open_windows:
            window.close_without_asking()

    @Slot()
    def shutdown(self) -> None:
        """Wait for every thread of every window."""
        for window in self._open:
            window.shutdown()

    def _raise_window(self, path: Path) -> bool:
        """Bring the window forward that shows a study; whether there is one."""
        for window in self._open:
            if window.study.path is not None and is_same_file(window.study.path, path):
                if window.isMinimized():
                    window.showNormal()
                window.raise_()
                window.activateWindow()
                return True
        return False

    @Slot(object)
    def _on_window_wanted(self, source: object) -> None:
        window = self.make()
        if isinstance(source, str) and source.startswith("sample:"):
            window.run_sample(source)
        else:
            window.take(str(source))

    @Slot(object)
    def _on_gone(self, window: StudyWindow) -> None:
        if window in self._open:
            self._open.remove(window)
            window.shutdown()
            for child in window.findChildren(QObject):
                child.blockSignals(True)  # a list that loses its rows would be heard by what is gone already
            # WORKAROUND PySide6 6.11: Python takes the parts of a window in any order, and crashes; Qt knows the right
            # one. The window itself, which somebody may hold, goes with its last reference. Drop when it is safe.
            centre = window.centralWidget()
            if centre is not None:
                centre.deleteLater()
            QTimer.singleShot(0, self, self._collect_all)

    @Slot(str)
    def _on_internal_error(self, sentence: str) -> None:
        for window in self._open[-1:]:
            window.messages.fault(sentence, "The study's file holds every finished trial.")

    @Slot()
    def _on_colour_scheme_changed(self) -> None:
        follow_system(self._application)

    @Slot()
    def _freeze(self) -> None:
        self._garbage.freeze()

    @Slot()
    def _collect_all(self) -> None:
        self._garbage.collect_all()

    @Slot()
    def _stay_awake(self) -> None:
        """Being called is the point; collecting garbage is a good use of it."""
        self._garbage.collect_young()


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same file."""
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return one.absolute() == other.absolute()


def create_application(argv: Sequence[str]) -> QApplication:
    """The one ``QApplication``, named and themed; the present one where there is one already."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    if existing is None:
        application.setOrganizationName("Twinloop")
        application.setApplicationName("Twinloop")
        application.setApplicationVersion(__version__)
        application.setDesktopFileName("twinloop")
        application.setWindowIcon(application_icon())
        apply_theme(application, Settings().theme)
    return application


def windows(application: QApplication) -> Windows:
    """The application's windows, made with the first call."""
    found = application.findChild(Windows)
    return found if found is not None else Windows(application)


def open_window(path: str | Path | None = None) -> StudyWindow:
    """A shown window: the start page, or the study or table at ``path``. ``study`` and ``run()`` drive it."""
    return windows(create_application(["twinloop"])).make(path)


def run_application(argv: Sequence[str], source: str | None = None, demo: bool = False) -> int:
    """Show a window and stay until the last one has closed; the exit status."""
    import signal

    guard_log()
    application = create_application(argv)
    opened = windows(application)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):  # whichever of them this system has
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, lambda *_: opened.close_without_asking())
    window = opened.make(source)
    if demo:
        window.run_sample(DEMO)
    return application.exec()
