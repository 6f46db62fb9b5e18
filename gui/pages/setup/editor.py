"""The one way in which cards change the study: every edit is a command, slow suggestions come from the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engine.errors import UserFault
from engine.objectives.description import FormulaObjective, TableObjective
from engine.setup import StudySetup, replace
from engine.space import Hyperparameter
from engine.study import (
    choose_again,
    choose_table,
    load_model,
    read_with,
    reread_setup,
    rows_for_formula,
    split_pair,
    suggest_setup,
    suggest_space,
)
from gui.base.formats import number_text
from gui.base.messages import Messages
from gui.commands.edit_setup import EditSetup
from gui.pages.setup.how_written import way_to_read
from gui.session.document import Document
from gui.session.study_background import StudyBackground
from gui.views.run_bar import metric_title


class SetupEditor(QObject):
    """Shared by the cards of one setup page.

    Signal ``busy_changed(str)`` says what takes a moment, empty when it is over.
    """

    busy_changed = Signal(str)

    def __init__(self, document: Document, background: StudyBackground, messages: Messages, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self.document = document
        self.background = background
        self.messages = messages
        document.left.connect(self._on_left)

    @Slot()
    def _on_left(self) -> None:
        self.busy_changed.emit("")

    @property
    def setup(self) -> StudySetup:
        """The definition as it is shown; there is one wherever a card can be touched."""
        assert self.document.setup is not None
        return self.document.setup

    @property
    def table(self) -> TableObjective | None:
        """The table objective, *None* for a study of another kind."""
        objective = self.setup.objective
        return objective if isinstance(objective, TableObjective) else None

    def edit(self, text: str, after: StudySetup, key: str = "") -> None:
        """Change the definition; ``text`` names the edit in the menu, edits with the same ``key`` undo as one."""
        if after != self.setup:
            after = self._without_stale_target(after)
            self.document.undo_stack.push(EditSetup(text, self.setup, after, self.document.put_setup, key))

    def _without_stale_target(self, after: StudySetup) -> StudySetup:
        """A score that is good enough says nothing of another metric or another target: it goes, with a word."""
        before, good_enough = self.table, after.budget.target
        table = after.objective if isinstance(after.objective, TableObjective) else None
        if good_enough is None or before is None or table is None:
            return after
        if (before.metric, before.target) == (table.metric, table.target):
            return after
        was = f"{number_text(good_enough)} was meant for the {metric_title(self.setup)} of {before.target}"
        self.messages.inform(f"The target score is empty again: {was}. Undo brings it back.")
        emptied: StudySetup = replace(after, budget=replace(after.budget, target=None))
        return emptied

    def edit_parts(self, text: str, key: str = "", **parts: object) -> None:
        """Change some fields of the definition."""
        self.edit(text, replace(self.setup, **parts), key)

    def edit_strategy(self, text: str, key: str = "", **parts: object) -> None:
        """Change some fields of the strategy."""
        self.edit_parts(text, key, strategy=replace(self.setup.strategy, **parts))

    def edit_budget(self, text: str, key: str = "", **parts: object) -> None:
        """Change some fields of the budget."""
        self.edit_parts(text, key, budget=replace(self.setup.budget, **parts))

    def edit_objective(self, text: str, key: str = "", **parts: object) -> None:
        """Change some fields of the table objective that leave the search space as it is."""
        if self.table is not None:
            self.edit_parts(text, key, objective=replace(self.table, **parts))

    @property
    def folder(self) -> Path:
        """Where a person looks for files first: beside the study's own code or table."""
        objective = self.setup.objective
        named = getattr(objective, "folder", "") or str(Path(getattr(objective, "source", "")).parent)
        return Path(named) if Path(named).is_absolute() else Path.home()

    def edit_code(self, text: str, **parts: object) -> None:
        """Change some fields of a script, a program or a formula."""
        objective = self.setup.objective
        if objective is not None and self.table is None:
            self.edit_parts(text, objective=replace(objective, **parts))

    def suggest_code(self, text: str, question: partial[StudySetup]) -> None:
        """Have a definition suggested for something else than a table, beside the window, and take it as one edit.

        Nothing of a script or a program is run for that.
        """
        self.busy_changed.emit("Reading …")
        self.document.await_edit()
        self.background.call("suggest", question, partial(self._take_code, text), partial(self._fail, "", None))

    def _take_code(self, text: str, found: StudySetup) -> None:
        self.busy_changed.emit("")
        self.edit(text, found)
        self.document.settle_edit(True)

    def suggest_formula(self, text: str) -> None:
        """Score another formula; rows of names that it still has stay."""
        objective = self.setup.objective
        try:
            rows = rows_for_formula(self.setup.space, text)
        except UserFault as fault:
            self.messages.fault(fault.what, fault.remedy)
            return
        if isinstance(objective, FormulaObjective):
            self.edit_parts("formula", objective=replace(objective, text=text), space=rows)

    def choose_metric(self, name: str) -> None:
        """Judge trials by another metric, and so in its direction."""
        self.edit_objective("metric", metric=name)

    def suggest(
        self,
        text: str,
        source: str | None = None,
        target: str | None = None,
        task: Any = None,
        family: str | None = None,
        keep_space: bool = False,
        read: Mapping[str, Any] | None = None,
        **table_parts: Any,
    ) -> None:
        """Have a definition suggested for other data or another model, in the background, and take it as one edit.

        Without ``source`` the data stay; another source is read as ``read`` says. ``table_parts`` are other fields of
        the objective to change before. A fault is shown, and everything stays as it was.
        """
        before, table = self.setup, self.table
        same_data = source is None and table is not None
        if same_data and table is not None:
            base = replace(before, objective=replace(table, **table_parts))
            question = partial(suggest_setup, table.source, target or table.target, task, family, base)
        else:
            choose_table(source or "")
            # Another table has columns of its own: what was said of the old ones does not hold.
            base = replace(before, objective=None)
            question = partial(suggest_setup, source or "", target, task, family, base, read=read)
        keeps_guess = same_data and target is None and table is not None and not table.target_confirmed
        done = partial(self._take, text, before, keep_space, same_data, keeps_guess)
        again = partial(self._suggest_as_written, text, source) if source else None
        self._work_out("Looking at the table …", question, done, partial(self._fail, source or "", again))

    @Slot(str)
    def read_otherwise(self, instead: str) -> None:
        """Read the table by one more option, ``NAME=VALUE``."""
        name, value = split_pair(instead)
        if self.table is not None:
            column = name.removeprefix("missing.").removeprefix("dates.")
            text = f"missing values of {column}" if name.startswith("missing.") else f"read {column} as {value}"
            self.reread(text, read_with(self.table.read, name, value))

    def reread(self, text: str, read: Mapping[str, object]) -> None:
        """Read the table in another way, and keep of the definition what still fits, as one edit."""
        before = self.setup
        done = partial(self._take, text, before, False, True, False)
        question = partial(reread_setup, before, dict(read))
        self._work_out("Reading the table …", question, done, partial(self._fail, "", None))

    def choose_again(self, source: str) -> None:
        """Have the study's own table read from another place; another table is refused with what differs."""
        choose_table(source)
        question = partial(choose_again, self.setup, source)
        self._work_out("Looking at the table …", question, self._take_place, partial(self._fail, "", None))

    def _take_place(self, found: StudySetup) -> None:
        """Take over where the table is now, whatever else was edited meanwhile."""
        self.busy_changed.emit("")
        if isinstance(found.objective, TableObjective):
            self.edit_objective("file of the table", source=found.objective.source)
        self.document.settle_edit(True)

    def _suggest_as_written(self, text: str, source: str, read: dict[str, object]) -> None:
        self.suggest(text, source=source, read=read)

    def _work_out(
        self,
        what: str,
        question: partial[StudySetup],
        done: Callable[[StudySetup], None],
        failed: Callable[[UserFault], None],
    ) -> None:
        self.busy_changed.emit(what)
        self.document.await_edit()
        self.background.ask("suggest", question, done, failed, load_model)

    def suggest_ranges(self, preset: str, done: Callable[[dict[str, Hyperparameter]], None]) -> None:
        """Have the suggested rows for the present data and model computed, in the width called ``preset``."""
        self.busy_changed.emit("Finding suitable ranges …")

        def finish(rows: dict[str, Hyperparameter]) -> None:
            self.busy_changed.emit("")
            done(rows)

        self.background.ask(
            "suggest", partial(suggest_space, self.setup, preset), finish, partial(self._fail, "", None)
        )

    def _take(
        self, text: str, before: StudySetup, keep_space: bool, same_data: bool, keeps_guess: bool, found: StudySetup
    ) -> None:
        self.busy_changed.emit("")
        if self.document.setup is not before:  # edited meanwhile: what was edited by hand wins
            found = replace(found, strategy=self.setup.strategy, budget=self.setup.budget)
        old = self.table
        if same_data and old is not None and isinstance(found.objective, TableObjective):
            kept: dict[str, Any] = {}
            if old.task == found.objective.task:
                kept["metric"] = old.metric
            if old.family == found.objective.family:
                kept["settings"] = old.settings
            if isinstance(before.objective, TableObjective) and old.validation != before.objective.validation:
                kept["validation"] = old.validation
            found = replace(found, objective=replace(found.objective, **kept))
        if keep_space:
            found = replace(found, space=self.setup.space)
        if keeps_guess:
            found = replace(found, objective=replace(found.objective, target_confirmed=False))
        self.edit(text, found)
        self.document.settle_edit(True)

    def _fail(self, source: str, again: Callable[[dict[str, Any]], None] | None, fault: UserFault) -> None:
        self.busy_changed.emit("")
        way = way_to_read(source, self._page, again) if again is not None else None
        self.messages.fault(fault.what, fault.remedy, way)
        self.document.setup_changed.emit()  # so that fields show again what holds
        self.document.settle_edit(False)
