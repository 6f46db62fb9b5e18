"""What the cells of a table of trials say: texts, colours, and what delegates draw from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor

from engine.analysis import Line, learning_line
from engine.setup import StudySetup
from engine.space import Hyperparameter
from engine.trials import Curves, History, State
from gui.base.formats import duration_text, number_text, score_text, state_text, value_text
from gui.base.text import seen
from gui.base.theme import tokens
from gui.item_models.trials_order import CONSTRAINT, PARAMETER
from gui.item_models.trials_tally import TrialsTally

FIRST = ("trial", "score", "loss")
LAST = ("steps", "time", "note")
MOST_LINES = 2000  # far more than any screen shows


class Role(IntEnum):
    """What delegates ask for besides Qt's own roles."""

    NUMBER = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2
    IS_BEST = Qt.ItemDataRole.UserRole + 3
    LINE = Qt.ItemDataRole.UserRole + 4
    SHARE = Qt.ItemDataRole.UserRole + 5
    IS_EXPECTED = Qt.ItemDataRole.UserRole + 6
    IS_BROKEN = Qt.ItemDataRole.UserRole + 7
    IS_STARRED = Qt.ItemDataRole.UserRole + 8
    IS_EXCLUDED = Qt.ItemDataRole.UserRole + 9


@dataclass(frozen=True, slots=True)
class Cell:
    """What a plain cell shows: its text, the name of its colour in the theme, how it stands and how strong."""

    text: str
    token: str
    is_text: bool
    is_strong: bool


@dataclass(frozen=True, slots=True)
class TrialMark:
    """What the cell of a trial's number shows."""

    state: State
    share: float
    is_best: bool
    is_expected: bool
    is_broken: bool
    is_starred: bool
    is_excluded: bool


_OF_A_MARK = {
    Role.STATE: "state",
    Role.SHARE: "share",
    Role.IS_BEST: "is_best",
    Role.IS_EXPECTED: "is_expected",
    Role.IS_BROKEN: "is_broken",
    Role.IS_STARRED: "is_starred",
    Role.IS_EXCLUDED: "is_excluded",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What a person marked trials with, by their numbers."""

    starred: frozenset[int] = frozenset()
    notes: Mapping[int, str] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()

    @classmethod
    def of(cls, setup: StudySetup | None) -> Marks:
        """Those of a definition."""
        if setup is None:
            return cls()
        return cls(frozenset(setup.starred), setup.notes, frozenset(setup.excluded))


class TrialCells:
    """The columns of one study and their cells; made anew with another study or space. It reads and changes nothing."""

    def __init__(self, history: History | None, curves: Curves, tally: TrialsTally, step_name: str) -> None:
        self._history, self._curves, self._tally, self._step_name = history, curves, tally, step_name
        constraints = history.constraint_names if history is not None else ()
        first = (*FIRST, "feasible", *(CONSTRAINT + name for name in constraints)) if constraints else FIRST
        self._hyperparameters = history.space.names if history is not None else ()
        own = {*FIRST, *LAST, "feasible"}
        shown = (PARAMETER + name if name in own else name for name in self._hyperparameters)
        self.names: tuple[str, ...] = (*first, *shown, *LAST)
        self.lead = len(first)  # columns before the first hyperparameter
        self.expected: int | None = None
        self.is_held = False
        self.marks = Marks()
        self._lines: dict[int, tuple[int, Line]] = {}
        self._drawn: dict[int, list[Cell | None]] = {}

    # -- what is drawn, kept until it changes ------------------------------------------------------------------------

    def cell(self, number: int, column: int) -> Cell:
        """A plain cell, ready to be drawn."""
        row = self._drawn.get(number)
        if row is None:
            if len(self._drawn) > MOST_LINES:
                self._drawn.clear()
            row = self._drawn[number] = [None] * len(self.names)
        cell = row[column]
        if cell is None:
            text, token = seen(self.text(number, column)), self.token(number, column)
            cell = row[column] = Cell(text, token, self.is_text(column), self.is_strong(number, column))
        return cell

    def forget(self, numbers: Iterable[int] | None = None) -> None:
        """Work out the cells of some trials anew, or of all."""
        if numbers is None:
            self._drawn.clear()
        else:
            for number in numbers:
                self._drawn.pop(number, None)

    # -- columns -----------------------------------------------------------------------------------------------------

    def hyperparameter(self, column: int) -> str:
        """The name of a column's hyperparameter; empty for any other column."""
        place = column - self.lead
        return self._hyperparameters[place] if 0 <= place < len(self._hyperparameters) else ""

    def is_constraint(self, column: int) -> bool:
        """Whether a column tells of the constraints."""
        return len(FIRST) <= column < self.lead

    def title(self, column: int) -> str:
        """A column's name for people."""
        name = self.names[column]
        if name == "steps":
            return self._step_name
        own = self.hyperparameter(column) or name.removeprefix(CONSTRAINT)
        return own.replace("_", " ") if column >= len(FIRST) else name

    def is_text(self, column: int) -> bool:
        """Whether a column is aligned as words are."""
        name = self.names[column]
        if name in ("trial", "note") or (name == "feasible" and self.is_constraint(column)):
            return True
        own = self.hyperparameter(column)
        return bool(own) and not hasattr(self._hyperparameter(own), "low")

    # -- texts -------------------------------------------------------------------------------------------------------

    def text(self, number: int, column: int) -> str:
        """What a cell shows."""
        history, name = self._known, self.names[column]
        if own := self.hyperparameter(column):
            value = float(history.numbers[number, column - self.lead])
            return "" if math.isnan(value) else _cell_text(self._hyperparameter(own).to_value(value))
        if self.is_constraint(column):
            return self._limit_text(number, name)
        if name == "trial":
            return str(number)
        if name == "score":
            score = float(history.score[number])
            return score_text(score, self._tally.known) if math.isfinite(score) else self._state_word(number)
        if name == "note":
            return " ".join(self.marks.notes.get(number, "").split())
        if name == "steps":
            return f"{self._tally.steps[number]:,}" if self._tally.steps[number] else ""
        seconds = float(history.seconds[number])
        return duration_text(seconds) if name == "time" and math.isfinite(seconds) else ""

    def long_text(self, number: int, column: int) -> str:
        """A cell in full, for tool tips and screen readers."""
        history, name = self._known, self.names[column]
        if name == "trial":
            said = [f"Trial {number}", self._state_word(number)]
            said += ["violates a constraint"] if self.is_broken(number) else []
            said += ["best so far"] if number == self._tally.best else []
            said += ["expected best"] if number == self.expected else []
            said += ["starred"] if number in self.marks.starred else []
            said += ["excluded"] if number in self.marks.excluded else []
            return ", ".join(said)
        if name == "score" and math.isfinite(float(history.score[number])):
            return repr(float(history.score[number]))
        if name == "score" and history.state[number] == State.FAILED:
            return history.trial(number).reason or "failed"
        if name == "loss":
            line = self.line(number)
            return f"last loss {value_text(line.last)}" if len(line) else "no loss reported"
        if name == "note":
            return self.marks.notes.get(number, "")
        if own := self.hyperparameter(column):
            value = history.params(number).get(own)
            return "" if value is None else f"{own} = {value!r}"
        return self.text(number, column)

    def is_broken(self, number: int) -> bool:
        """Whether a complete trial breaks a constraint."""
        return bool(self._known.constraint_names) and self._limit_text(number, "feasible") == "no"

    def _state_word(self, number: int) -> str:
        return state_text(State(int(self._known.state[number])), is_paused=self.is_held)

    def _limit_text(self, number: int, name: str) -> str:
        """Whether a complete trial keeps every constraint, or the value of one of them."""
        history = self._known
        if name == "feasible":
            kept = bool((history.constraints[number] <= 0.0).all())
            return ("yes" if kept else "no") if history.state[number] == State.COMPLETE else ""
        value = float(history.constraints[number, history.constraint_names.index(name.removeprefix(CONSTRAINT))])
        return "" if math.isnan(value) else number_text(value, 3)

    # -- colours and pictures ----------------------------------------------------------------------------------------

    def is_strong(self, number: int, column: int) -> bool:
        """Whether a cell is the score of a trial."""
        return column == FIRST.index("score") and math.isfinite(float(self._known.score[number]))

    def colour(self, number: int, column: int) -> QBrush | None:
        """The colour of a cell's text where it is not the usual one."""
        token = self.token(number, column)
        return None if token == "text" else _brush(getattr(tokens(), token))

    def token(self, number: int, column: int) -> str:
        """The name of that colour in the theme."""
        history, name = self._known, self.names[column]
        state = int(history.state[number])
        if name == "score" and not math.isfinite(float(history.score[number])):
            return "bad" if state == State.FAILED else "dim"
        if number in self.marks.excluded:
            return "dim"
        if name == "score" and (state == State.PRUNED or self.is_broken(number)):
            return "dim"
        if self.is_constraint(column):
            return "bad" if self._breaks(number, column) else "dim"
        return "dim" if column >= len(self.names) - 2 else "text"  # time and note

    def _breaks(self, number: int, column: int) -> bool:
        name, history = self.names[column], self._known
        if name == "feasible":
            return self.is_broken(number)
        return bool(history.constraints[number, history.constraint_names.index(name.removeprefix(CONSTRAINT))] > 0.0)

    def mark(self, number: int) -> TrialMark:
        """What the cell of the number shows."""
        marks = self.marks
        return TrialMark(
            State(int(self._known.state[number])),
            self._tally.share(number),
            number == self._tally.best,
            number == self.expected,
            self.is_broken(number),
            number in marks.starred,
            number in marks.excluded,
        )

    def for_delegate(self, number: int, role: int) -> object:
        """What :class:`Role` names."""
        if role == Role.NUMBER:
            return number
        if role == Role.LINE:
            return self.line(number)
        name = _OF_A_MARK.get(role)  # type: ignore[call-overload]
        return None if name is None else getattr(self.mark(number), name)

    def line(self, number: int) -> Line:
        """The small loss curve of a trial."""
        curve = self._curves.get(number)
        cached = self._lines.get(number)
        if cached is None or cached[0] != len(curve):
            name = "val_loss" if "val_loss" in curve.names else "train_loss"
            cached = (len(curve), learning_line(curve, name))
            if len(self._lines) > MOST_LINES:
                self._lines.clear()
            self._lines[number] = cached
        return cached[1]

    @property
    def _known(self) -> History:
        assert self._history is not None, "a table without a study has no rows"
        return self._history

    def _hyperparameter(self, name: str) -> Hyperparameter:
        return self._known.space[name]


def _cell_text(value: object) -> str:
    return number_text(value, 3) if isinstance(value, float) else value_text(value)


@cache
def _brush(token: str) -> QBrush:
    return QBrush(QColor(token))
