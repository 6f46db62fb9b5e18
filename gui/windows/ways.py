"""Every way to a place in the window: a page, a card, a row, a trial, a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from engine.errors import UserFault
from engine.study import export_study
from gui.base.messages import Messages
from gui.base.settings import Settings
from gui.bridge.background import Background
from gui.session.document import Document
from gui.session.selection import Selection
from gui.windows.page_stack import WITHOUT_STUDY, PageStack

TABLES = "CSV (*.csv);;Parquet (*.parquet)"


class Ways(QObject):
    """Owned by a window, whose actions lead here, as the palette and messages do. ``show_page`` is the window's own."""

    def __init__(
        self,
        window: QObject,
        actions: dict[str, QAction],
        show_page: Callable[[str], None],
        stack: PageStack,
        study: Document,
        selection: Selection,
        messages: Messages,
    ) -> None:
        super().__init__(window)
        self._show_page, self._stack, self._study = show_page, stack, study
        self._selection, self._messages = selection, messages
        self._writing = Background(self, is_brief=True)  # a file waits for no table that is being looked at
        slots: dict[str, Callable[[], object]] = {
            "show_setup": self.show_setup,
            "show_live": self.show_live,
            "show_explore": self.show_explore,
            "show_compare": self.show_compare,
            "show_results": self.show_results,
            "sort_trials": self.sort_trials,
            "columns": self.choose_columns,
            "find": self.find,
            "best_trial": self.show_best_trial,
            "export": self.export,
            "export_shown": self.export_shown,
            "save_picture": self.save_picture,
        }
        stack.run_wanted.connect(actions["action_run"].trigger)
        for name, slot in slots.items():
            actions[f"action_{name}"].triggered.connect(slot)

    @Slot()
    def show_setup(self) -> None:
        """Show the setup page."""
        self._show_page("setup")

    @Slot()
    def show_live(self) -> None:
        """Show the live page."""
        self._show_page("live")

    @Slot()
    def show_explore(self) -> None:
        """Show the page that explains the trials."""
        self._show_page("explore")

    @Slot()
    def show_compare(self) -> None:
        """Show the page that compares loops, strategies, optimizers and studies."""
        self._show_page("compare")

    @Slot()
    def show_two_loops(self) -> None:
        """Show the comparison of the two loops."""
        self._show_page("compare")
        self._stack.show_comparison("two_loops")

    @Slot()
    def show_results(self) -> None:
        """Show the results page."""
        self._show_page("results")

    @Slot(str)
    def show_card(self, card: str) -> None:
        """Show a card of the setup."""
        self._show_page("setup")
        self._stack.show_card(card)

    def show_hyperparameter(self, name: str) -> None:
        """Show a row of the search space."""
        self.show_card("space")
        self._stack.show_hyperparameter(name)

    @Slot(object)
    def show_trial(self, number: int) -> None:
        """Show a trial live."""
        self._show_page("live")
        self._selection.select(number)

    @Slot()
    def show_best_trial(self) -> None:
        """Show the best trial live."""
        history = self._study.history
        best = None if history is None else history.best_number()
        if best is None:
            self._messages.inform("There is no best trial yet.")
        else:
            self.show_trial(best)

    @Slot()
    def sort_trials(self) -> None:
        """Let the table of trials be sorted."""
        self._show_page("live")
        self._stack.sort_trials()

    @Slot()
    def choose_columns(self) -> None:
        """Let columns of the table of trials be chosen."""
        self._show_page("live")
        self._stack.choose_columns()

    @Slot()
    def find(self) -> None:
        """Go to the filter of trials."""
        self.filter(None)

    def filter(self, text: str | None) -> None:
        """Show the trials that a filter lets through."""
        self._show_page("live")
        self._stack.find_trials(text)

    @Slot()
    def export(self) -> None:
        """Export from the results page."""
        self._show_page("results")
        self._stack.export()

    @Slot()
    def save_picture(self) -> None:
        """Save the plot that has the focus, or the first that is seen."""
        pictures = self._stack.pictures()
        if pictures:
            pictures[0][1]()
        else:
            self._messages.inform("There is no plot on this page. Go to Live for one.")

    def parts(self) -> Iterator[tuple[str, Callable[[], None], str]]:
        """The parts of pages that can be gone to: what each is called, what goes there, and its page's shortcut."""
        for page, title, show in self._stack.parts():
            if self._study.is_open or page.key in WITHOUT_STUDY:
                yield f"{page.word}: {title}", partial(self._show_part, page.key, show), f"Ctrl+{page.digit}"

    def _show_part(self, page: str, show: Callable[[], None]) -> None:
        self._show_page(page)
        show()

    def pictures(self) -> list[tuple[str, Callable[[], None]]]:
        """The plots that can be saved now."""
        return self._stack.pictures() if self._study.is_open else []

    @Slot()
    def export_shown(self) -> None:
        """Write the trials of the table that are shown, in their order."""
        path = self._study.path
        if path is not None:
            suggestion = Settings().folder / f"{path.stem} trials.csv"
            self._messages.choose_save("Export the shown trials", suggestion, TABLES, self._write_shown)

    def _write_shown(self, target: Path) -> None:
        path, numbers = self._study.path, self._stack.shown_trials()
        if path is None:
            return
        self._study.flush()
        write = partial(export_study, path, target, numbers=numbers)
        self._writing.call("export_shown", write, partial(self._on_written, len(numbers)), self._on_unwritten)

    def _on_written(self, count: int, target: Path) -> None:
        noun = "trial" if count == 1 else "trials"
        self._messages.inform(f"Wrote {count:,} {noun} to {target.name} in {target.parent}.")

    def _on_unwritten(self, fault: UserFault) -> None:
        self._messages.fault(fault.what, fault.remedy)
