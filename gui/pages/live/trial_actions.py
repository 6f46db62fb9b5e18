"""What can be done with trials: the menu that is the same in every view, its letters, and what each of them does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from engine.analysis import region_of_trials, region_words
from engine.setup import StudySetup, replace
from engine.space import Extent, narrow_space
from engine.study import trials_as_dicts, trials_as_json, trials_as_options, with_wish
from engine.trials import State
from gui.base.text import plain
from gui.base.trial_menu import ENTRIES, Entry
from gui.commands.edit_setup import EditSetup
from gui.session.document import Document

NO_TRIAL = "Select a trial first."
LOOKING_ON = "Another process runs this study; it is read-only here."


BACK = {
    "exclude": ("Include in the search", "Include {n} trials in the search"),
    "star": ("Remove the star", "Remove the stars of {n} trials"),
}
COPIES = (("dict", "As dict"), ("json", "As JSON"), ("table", "As table"), ("options", "As command line"))
MOST_COMPARED = 6  # trials side by side on a small laptop


class TrialActions(QObject):
    """Works for one live page. ``numbers`` gives the trials that are meant now, the first one first.

    Signals: ``variation_wanted(int)``, ``note_wanted(list)``, ``compare_wanted(list)`` and ``rows_wanted(list)`` ask
    for what needs a dialog, or the columns of the table; ``told(str)`` says what was done.
    """

    variation_wanted = Signal(object)
    note_wanted = Signal(object)
    compare_wanted = Signal(object)
    rows_wanted = Signal(object)
    told = Signal(str)

    def __init__(self, document: Document, numbers: Callable[[], list[int]], parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._numbers = numbers
        self._window = parent
        self._expected = 0  # trials, with those that were queued and are not heard of yet
        self._does: dict[str, Callable[[list[int]], None]] = {
            "variation": self._vary,
            "retry": self._retry,
            "stop": self._stop,
            "narrow": self._narrow,
            "focus": partial(self._wish, "focus"),
            "avoid": partial(self._wish, "avoid"),
            "exclude": partial(self._mark, "excluded", "exclude"),
            "star": partial(self._mark, "starred", "star"),
            "note": self.note_wanted.emit,
            "compare": self._compare,
        }

    def listen(self, view: QWidget) -> None:
        """Let the letters of the menu work while ``view`` has the focus."""
        for entry in (entry for entry in ENTRIES if entry is not None and entry.key):
            shortcut = QShortcut(QKeySequence(entry.key), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setObjectName(f"shortcut_trial_{entry.name}_{view.objectName()}")
            shortcut.activated.connect(self._on_letter)

    def why_not(self, name: str, numbers: Sequence[int]) -> str:
        """Why an entry cannot be taken now, empty where it can."""
        history = self._document.history
        if history is None or not numbers:
            return NO_TRIAL
        if name == "compare":
            best, several = history.best_number(), len(numbers) > 1
            if len(numbers) > MOST_COMPARED:
                return f"At most {MOST_COMPARED} trials can be compared."
            if not several and best is None:
                return "There is no best trial yet."
            return "" if several or best != numbers[0] else "This trial is the best one."
        is_passed_on = name == "stop" and (self._document.is_running or self._document.is_paused)
        if not self._document.writable and not is_passed_on:
            return LOOKING_ON
        states = history.state[np.asarray(numbers)]
        if name == "variation":
            return "Select a single trial to modify." if len(numbers) > 1 else ""
        if name == "stop":
            return "" if (states == State.RUNNING).any() else "Only trials that run can be stopped."
        if name in ("narrow", "focus", "avoid") and not region_of_trials(history, numbers):
            return "The region around it is the whole space." if len(numbers) < 2 else "They are all over the space."
        if name == "narrow" and not self._has_definition_space():
            return "The script that runs this study sets its space."
        if name in ("retry", "exclude"):
            return "" if (states >= State.COMPLETE).all() else "Wait until the trial has ended."
        return ""

    def menu(self) -> QMenu:
        """The menu of the trials that are meant now."""
        numbers = self._numbers()
        menu = QMenu(self._window)
        menu.setObjectName("menu_trial")
        menu.setAccessibleName("What to do with the trial")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for entry in ENTRIES:
            if entry is None:
                menu.addSeparator()
            elif entry.several or len(numbers) < 2:
                self._add(menu, entry, numbers)
        copies = menu.addMenu("Copy")
        copies.setObjectName("menu_copy_trial")
        for kind, text in COPIES:
            action = copies.addAction(text)
            action.setObjectName(f"action_copy_{kind}")
            action.setData(kind)
            action.setEnabled(bool(numbers))
        copies.triggered.connect(self._on_copy_chosen)
        menu.triggered.connect(self._on_chosen)
        return menu

    @Slot(object)
    def open_at(self, place: QPoint) -> None:
        """Open the menu at a place of the screen."""
        self.menu().popup(place)

    def do(self, name: str) -> None:
        """Take an entry, where that can be."""
        numbers = self._numbers()
        if not self.why_not(name, numbers):
            self._does[name](numbers)

    def put_note(self, numbers: Sequence[int], text: str) -> None:
        """Note something of trials; an empty text takes the note away."""
        setup = self._document.setup
        if setup is not None:
            others = {number: note for number, note in setup.notes.items() if number not in set(numbers)}
            new = dict.fromkeys(numbers, text.strip()) if text.strip() else {}
            self._edit(setup, f"note of {_words(numbers)}", notes=dict(sorted({**others, **new}.items())))

    def copy(self, kind: str) -> None:
        """Put the trials that are meant now on the clipboard."""
        history, numbers = self._document.history, self._numbers()
        if history is None or not numbers:
            return
        if kind == "table":
            self.rows_wanted.emit(numbers)
            return
        make = {"dict": trials_as_dicts, "json": trials_as_json, "options": trials_as_options}[kind]
        QGuiApplication.clipboard().setText(make(history, numbers))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _add(self, menu: QMenu, entry: Entry, numbers: list[int]) -> None:
        is_back = entry.name in BACK and self._is_marked(entry.name, numbers)
        one, several = BACK[entry.name] if is_back else (entry.one, entry.several)
        action = menu.addAction(one if len(numbers) < 2 else several.format(n=f"{len(numbers):,}"))
        action.setObjectName(f"action_trial_{entry.name}")
        action.setData(entry.name)
        key = QKeySequence(entry.key).toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(f"{action.text()}\t{key}")  # a hint: the views listen to the letter themselves
        reason = self.why_not(entry.name, numbers)
        action.setEnabled(not reason)
        action.setToolTip(plain(reason))

    def _is_marked(self, name: str, numbers: Sequence[int]) -> bool:
        setup = self._document.setup
        marked = () if setup is None else setup.excluded if name == "exclude" else setup.starred
        return bool(numbers) and set(numbers) <= set(marked)

    def _vary(self, numbers: list[int]) -> None:
        self.variation_wanted.emit(numbers[0])

    def queue(self, params: Mapping[str, object]) -> None:
        """Queue a configuration, with room for it in the budget."""
        self._make_room(1)
        self._document.enqueue(params)

    def add_trials(self, count: int) -> None:
        """Have the study run so many trials more, with room for them in the budget."""
        document = self._document
        if document.setup is None or not document.writable:
            return
        limit = document.setup.budget.trials
        if limit is not None:
            done = 0 if document.history is None else len(document.history)
            budget = replace(document.setup.budget, trials=max(limit, done) + count)
            self._edit(document.setup, f"{count} more trials", budget=budget)
        if not document.is_running:
            document.run()

    def retry(self, numbers: Sequence[int]) -> None:
        """Queue finished trials once more, with room for them in the budget."""
        self._make_room(len(numbers))
        for number in numbers:
            self._document.retry(number)

    def _retry(self, numbers: list[int]) -> None:
        self.retry(numbers)

    def _make_room(self, count: int) -> None:
        """Raise a budget that is used up by as many trials as are queued, and say so: else they would wait for ever."""
        document = self._document
        if document.setup is None or document.history is None:
            return
        first = max(len(document.history), self._expected)
        self._expected = first + count
        limit = document.setup.budget.trials
        said = f"Queued as trial {first}" if count == 1 else f"Queued as trials {first} to {first + count - 1}"
        if limit is not None and limit < self._expected:
            budget = replace(document.setup.budget, trials=self._expected)
            self._edit(document.setup, "budget for what is queued", budget=budget)
            said += f", and the budget raised to {self._expected:,}"
        runs = document.run_state == "running"
        self.told.emit(f"{said}. {'It runs' if count == 1 else 'They run'} {'next' if runs else 'with the next Run'}.")

    def _has_definition_space(self) -> bool:
        setup = self._document.setup
        return setup is not None and setup.discovered is None

    def _narrow(self, numbers: list[int]) -> None:
        """Search only the part of the space that these trials take up from now on; finished trials stay."""
        history, setup = self._document.history, self._document.setup
        if history is not None and setup is not None:
            region = region_of_trials(history, numbers)
            self._edit(setup, f"space like {_words(numbers)}", space=dict(narrow_space(history.space, region)))
            self.told.emit(f"The space is narrowed to {region_words(region)}.")

    def _wish(self, kind: Literal["focus", "avoid"], numbers: list[int]) -> None:
        history = self._document.history
        if history is not None:
            self.wish(kind, region_of_trials(history, numbers), _words(numbers))

    def wish(self, kind: Literal["focus", "avoid"], region: dict[str, Extent], what: str = "a region") -> None:
        """Have the search look at a region first from now on, or avoid it; ``what`` it is, for the menu of edits."""
        history, setup = self._document.history, self._document.setup
        if history is not None and setup is not None:
            after, _ = with_wish(setup, kind, region, len(history))
            text = f"wish to {'focus on' if kind == 'focus' else 'avoid'} {what}"
            self._edit(setup, text, wishes=after.wishes)
            heeds = "looks first at" if kind == "focus" else "avoids"
            self.told.emit(f"The search {heeds} {region_words(region)} from now on; Setup lists it.")

    def _stop(self, numbers: list[int]) -> None:
        assert self._document.history is not None
        for number in numbers:
            if self._document.history.state[number] == State.RUNNING:
                self._document.stop_trial(number)

    def _compare(self, numbers: list[int]) -> None:
        assert self._document.history is not None
        best = self._document.history.best_number()
        self.compare_wanted.emit(numbers if len(numbers) > 1 else [*numbers, best])

    def _mark(self, field: str, name: str, numbers: list[int]) -> None:
        """Mark these trials, or take the mark away where all have it."""
        setup = self._document.setup
        if setup is None:
            return
        is_back = self._is_marked(name, numbers)
        marked = set(getattr(setup, field))
        marked = marked - set(numbers) if is_back else marked | set(numbers)
        verb = {"exclude": ("exclusion", "inclusion"), "star": ("star", "removed star")}[name][is_back]
        self._edit(setup, f"{verb} of {_words(numbers)}", **{field: tuple(sorted(marked))})

    def _edit(self, setup: StudySetup, text: str, **changes: object) -> None:
        after = replace(setup, **changes)
        if after != setup:
            self._document.undo_stack.push(EditSetup(text, setup, after, self._document.put_setup))

    @Slot()
    def _on_letter(self) -> None:
        name = self.sender().objectName().removeprefix("shortcut_trial_").split("_")[0]
        self.do(name)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        if action.data() in self._does:
            self.do(str(action.data()))

    @Slot(QAction)
    def _on_copy_chosen(self, action: QAction) -> None:
        self.copy(str(action.data()))


def _words(numbers: Sequence[int]) -> str:
    return f"trial {numbers[0]}" if len(numbers) == 1 else f"{len(numbers):,} trials"
