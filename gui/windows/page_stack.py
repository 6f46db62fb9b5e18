"""The pages of a study window, built in stages when their modules are loaded, or when one is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QMenuBar, QStackedWidget, QWidget

from gui.base.messages import Messages
from gui.base.stages import Staged
from gui.bridge.background import Background
from gui.pages.start import StartPage
from gui.session.document import Document
from gui.session.expected_best import ExpectedBestTracker
from gui.session.recent import Recent
from gui.session.selection import Selection
from gui.session.study_background import StudyBackground
from gui.views.rail import RailItem
from gui.windows.page_modules import page_modules

START = RailItem("start", "Start", "house")
PAGES = (
    RailItem("setup", "Setup", "sliders-horizontal", 1),
    RailItem("live", "Live", "pulse", 2),
    RailItem("explore", "Explore", "compass", 3),
    RailItem("compare", "Compare", "scales", 4),
    RailItem("results", "Results", "star", 5),
)
"""The pages of a study, in the order of the rail; the start page stands outside of it."""
WITHOUT_STUDY = ("start", "compare")
"""The pages that are there before a study is."""
PARTED = ("explore", "compare")
"""The pages that show one of several parts, each of which can be gone to."""
LOOK_MS = 10  # between looks whether the modules are loaded


class PageStack(QStackedWidget):
    """Owned by a window, which hands in what pages need. The start page is there from the beginning.

    Signal ``trial_wanted`` carries the number of a trial that a page wants shown live, ``run_wanted`` asks for a run;
    ``loaded`` and ``whole`` follow :meth:`build`: pages can be shown without a halt, every page is there.
    """

    trial_wanted = Signal(object)
    run_wanted = Signal()
    loaded = Signal()
    whole = Signal()

    def __init__(
        self,
        study: Document,
        selection: Selection,
        expectation: ExpectedBestTracker,
        recent: Recent,
        background: Background,
        about_study: StudyBackground,
        messages: Messages,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._study = study
        self._selection = selection
        self._expectation = expectation
        self._about_study = about_study
        self._messages = messages
        self._built: dict[str, QWidget] = {}
        self._begun: dict[str, QWidget] = {}
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._see_modules)
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._build_next)
        self.start = StartPage(recent, background, self)
        self._put("start", self.start)

    @property
    def key(self) -> str:
        """The key of the page that is shown."""
        shown = self.currentWidget()
        return "" if shown is None else shown.objectName().removeprefix("page_")

    @property
    def is_whole(self) -> bool:
        """Whether every page of the study has been built."""
        return all(item.key in self._built for item in PAGES)

    @property
    def is_loaded(self) -> bool:
        """Whether the modules of all pages are there."""
        return not page_modules().is_alive()

    def page(self, key: str) -> QWidget:
        """A page, built now where that has not happened yet."""
        while key not in self._built:
            self._build_stage(key)
        return self._built[key]

    @Slot()
    def build(self) -> None:
        """Build every page that is still missing, one stage a turn of the event loop, so that none of them is felt."""
        if self.is_loaded:
            self._next.start()
        else:
            self._look.start()

    @Slot()
    def _see_modules(self) -> None:
        if self.is_loaded:
            self._look.stop()
            self._next.start()
            self.loaded.emit()

    @Slot()
    def _build_next(self) -> None:
        missing = [item.key for item in PAGES if item.key not in self._built]
        if missing:
            self._build_stage(missing[0])
            self._next.start()
        else:
            self.whole.emit()

    def _build_stage(self, key: str) -> None:
        """Begin a page, or go on with it."""
        page = self._begun.pop(key, None)  # what fails is begun anew
        if page is None:
            page = self._make(key)
            page.hide()
            is_whole = not isinstance(page, Staged)
        else:
            is_whole = not isinstance(page, Staged) or page.build_next()
        if is_whole:
            self._put(key, page)
        else:
            self._begun[key] = page

    def show_key(self, key: str) -> None:
        """Show a page. The menu bar, where it has the focus, is left: it would give it back to the page that was."""
        page, before = self.page(key), self.currentWidget()
        if before is not None and isinstance(QApplication.focusWidget(), QMenuBar):
            (before.focusWidget() or before).setFocus()
        self.setCurrentWidget(page)

    def show_card(self, name: str) -> None:
        """Show the setup page at one of its cards."""
        self.show_key("setup")
        self._built["setup"].show_card(name)  # type: ignore[attr-defined]

    def show_comparison(self, key: str) -> None:
        """Show one of the tabs of the page that compares."""
        self.show_key("compare")
        self._built["compare"].show_tab(key)  # type: ignore[attr-defined]

    def parts(self) -> Iterator[tuple[RailItem, str, Callable[[], None]]]:
        """The tabs of Compare and the views of Explore: the page of each, its title, and what shows it there."""
        for item in PAGES:
            page = self._built.get(item.key)
            if item.key in PARTED and page is not None:
                for title, show in page.parts.items():  # type: ignore[attr-defined]
                    yield item, title, show

    def export(self) -> None:
        """Show the results page and let it export."""
        self.show_key("results")
        self._built["results"].export()  # type: ignore[attr-defined]

    def sort_trials(self) -> None:
        """Show the live page and let its table be sorted."""
        self.show_key("live")
        self._built["live"].outer.table.choose_sorting()  # type: ignore[attr-defined]

    def choose_columns(self) -> None:
        """Show the live page and let columns of its table be chosen."""
        self.show_key("live")
        self._built["live"].outer.table.choose_columns()  # type: ignore[attr-defined]

    def find_trials(self, text: str | None = None) -> None:
        """Go to the filter of trials, with ``text`` in it."""
        self.show_key("live")
        self._built["live"].outer.filter.ask(text)  # type: ignore[attr-defined]

    def shown_trials(self) -> list[int]:
        """The trials that the table shows, in its order."""
        return self.page("live").outer.model.numbers.tolist()  # type: ignore[attr-defined, no-any-return]

    def pictures(self) -> list[tuple[str, Callable[[], None]]]:
        """The plots that are seen now: what each is called, and how it is saved; the one with the focus comes first."""
        # In here because plots take half a second to load, and without one there is no picture.
        from gui.plots.plot_base import Plot

        page = self.page(self.key)
        plots = page.findChildren(Plot)
        found = [plot for plot in plots if plot.isVisible() and not plot.is_empty]
        found.sort(key=lambda plot: not plot.hasFocus())
        return [(plot.accessibleName(), plot.save_picture) for plot in found]

    def show_hyperparameter(self, name: str) -> None:
        """Show the setup page at the row of a hyperparameter."""
        self.show_card("space")
        self._built["setup"].show_hyperparameter(name)  # type: ignore[attr-defined]

    def _put(self, key: str, page: QWidget) -> None:
        page.setObjectName(f"page_{key}")
        self._built[key] = page
        self.addWidget(page)

    def _make(self, key: str) -> QWidget:
        # In here because the window must show before the plots are loaded.
        if key == "setup":
            from gui.pages.setup.setup_page import SetupPage

            return SetupPage(self._study, self._about_study, self._messages, self, at_once=False)
        if key == "live":
            from gui.pages.live.live_page import LivePage

            live = LivePage(self._study, self._selection, self._expectation, self, at_once=False)
            live.told.connect(self._messages.inform)
            return live
        if key == "explore":
            return self._make_explore()
        if key == "compare":
            from gui.pages.compare.compare_page import ComparePage

            return ComparePage(self._study, self._messages, self)
        from gui.pages.results import ResultsPage

        results = ResultsPage(self._study, self._expectation, self._messages, self, at_once=False)
        results.trial_wanted.connect(self.trial_wanted)
        return results

    def _make_explore(self) -> QWidget:
        # In here as the pages of :meth:`_make`.
        from gui.pages.explore.explore_page import ExplorePage

        explore = ExplorePage(self._study, self._selection, self._messages, self)
        explore.told.connect(self._messages.inform)
        explore.trial_wanted.connect(self.trial_wanted)
        explore.rows_wanted.connect(self._copy_rows)
        explore.run_wanted.connect(self.run_wanted)
        return explore

    @Slot(object)
    def _copy_rows(self, numbers: list[int]) -> None:
        """Put trials on the clipboard with the columns of the table of trials."""
        self.page("live").outer.copy_rows(numbers)  # type: ignore[attr-defined]
