"""What a filter may speak of: the columns of a table of trials, what they hold, and an example true for each."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.space import Categorical, Float, Hyperparameter, SearchSpace
from engine.trials import SOURCES, History, State

PARAMETER, CONSTRAINT = "param:", "constraint:"
"""Before the name of a hyperparameter or a constraint that is called as another column is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of all trials; ``steps`` (n,) counts each one's steps, ``losses`` gives each one's last loss."""

    history: History
    steps: Array
    losses: Callable[[], Array]
    notes: Mapping[int, str]
    starred: Collection[int]


Values = Callable[[Facts], Array]


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers, NaN where there is none. Those that are ``rounded`` on screen equal whatever is shown alike."""

    name: str
    values: Values
    example: str
    rounded: bool = False
    units: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChoiceColumn:
    """One of few texts: ``values`` are their numbers, NaN where there is none."""

    name: str
    values: Values
    labels: Mapping[str, float]

    @property
    def example(self) -> str:
        """A comparison that means something."""
        return f"{self.name} = {quoted(next(iter(self.labels)))}"


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Free text of a few trials."""

    name: str
    texts: Callable[[Facts], Mapping[int, str]]
    example: str


Column = NumberColumn | ChoiceColumn | TextColumn
_SECONDS = {"s": 1.0, "second": 1.0, "seconds": 1.0, "ms": 1e-3, "min": 60.0, "minutes": 60.0, "h": 3600.0}
ANSWERS = {"yes": 1.0, "no": 0.0}


def plain_name(name: str) -> str:
    """How a name is compared: whatever its case and whatever parts its words."""
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def quoted(text: str) -> str:
    """A value as a filter takes it, in quotes where it would be read as several words."""
    if re.fullmatch(r"[^\s()<>=!~,\"']+", text) and text.lower() not in ("and", "or", "not"):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


class FilterColumns:
    """The columns of one study. ``metric`` is another name of the score, ``step`` what a step is called (*epoch*).

    ``others`` are more names of the score, which are understood and not listed.
    """

    def __init__(
        self,
        space: SearchSpace,
        *,
        metric: str = "",
        step: str = "",
        constraints: Collection[str] = (),
        others: Collection[str] = (),
    ) -> None:
        found: list[Column] = [
            NumberColumn("trial", lambda facts: np.arange(len(facts.history), dtype=float), "trial < 20"),
            ChoiceColumn(
                "state", lambda facts: facts.history.state.astype(float), _label_codes(s.label for s in State)
            ),
            NumberColumn("score", lambda facts: facts.history.score, f"{metric or 'score'} > 0.9", rounded=True),
            NumberColumn("loss", lambda facts: facts.losses(), "loss < 0.5", rounded=True),
            NumberColumn("steps", lambda facts: facts.steps.astype(float), f"{step or 'step'}s >= 10"),
            NumberColumn("time", lambda facts: facts.history.seconds, "time < 10 s", rounded=True, units=_SECONDS),
            ChoiceColumn("source", lambda facts: facts.history.source.astype(float), _label_codes(SOURCES)),
            TextColumn("note", lambda facts: facts.notes, 'note ~ "slow"'),
            ChoiceColumn("starred", lambda facts: _mask_of(facts, facts.starred), ANSWERS),
            ChoiceColumn("excluded", lambda facts: facts.history.excluded.astype(float), ANSWERS),
        ]
        self._by_name: dict[str, Column] = {}
        self.names: list[str] = []
        for column in found:
            self._put_column(column, column.name)
        self._by_name["feasible"] = ChoiceColumn("feasible", _is_feasible, ANSWERS)
        self.names += ["feasible"] if constraints else []
        for name in constraints:
            self._put_column(
                NumberColumn(name, _constraint_values(name), f"{name} <= 0", rounded=True), name, CONSTRAINT + name
            )
        for name in space:
            self._put_column(_hyperparameter_column(name, space[name]), name, PARAMETER + name)
        known = {"number": "trial", "duration": "time", "seconds": "time"}
        known |= dict.fromkeys(("epochs", "rounds", "step"), "steps")
        known |= {step: "steps", f"{step}s": "steps"} if step else {}
        known |= dict.fromkeys((metric, *others) if metric else others, "score")
        for other, name in known.items():
            self._by_name.setdefault(plain_name(other), self._by_name[name])
        if metric and self._by_name[plain_name(metric)] is self._by_name["score"]:
            self.names.insert(self.names.index("score"), metric)

    def get(self, name: str) -> Column | None:
        """The column that is called so."""
        return self._by_name.get(plain_name(name))

    def choices(self) -> dict[str, list[tuple[ChoiceColumn, float]]]:
        """Every text of every column of choices, in lower case, with the columns and numbers it stands for."""
        found: dict[str, list[tuple[ChoiceColumn, float]]] = {}
        for column in {id(one): one for one in self._by_name.values()}.values():
            if isinstance(column, ChoiceColumn) and column.labels is not ANSWERS:
                for label, number in column.labels.items():
                    found.setdefault(label.lower(), []).append((column, number))
        return found

    def _put_column(self, column: Column, name: str, full: str = "") -> None:
        """Call a column ``name``, or ``full`` where another one is called so already."""
        if full:
            self._by_name[plain_name(full)] = column
        is_free = plain_name(name) not in self._by_name
        if is_free:
            self._by_name[plain_name(name)] = column
        self.names.append(name if is_free else full)


def _label_codes(texts: Any) -> dict[str, float]:
    return {str(text): float(place) for place, text in enumerate(texts)}


def _mask_of(facts: Facts, numbers: Collection[int]) -> Array:
    found = np.zeros(len(facts.history))
    found[[number for number in numbers if 0 <= number < len(found)]] = 1.0
    return found


def _is_feasible(facts: Facts) -> Array:
    history = facts.history
    return np.where(history.state == State.COMPLETE, history.feasible, np.nan)


def _constraint_values(name: str) -> Values:
    def values(facts: Facts) -> Array:
        names = facts.history.constraint_names
        return facts.history.constraints[:, names.index(name)] if name in names else np.full(len(facts.history), np.nan)

    return values


def _hyperparameter_column(name: str, hyperparameter: Hyperparameter) -> Column:
    def values(facts: Facts) -> Array:
        if name not in facts.history.space:  # the space changed after the filter was read
            return np.full(len(facts.history), np.nan)
        numbers: Array = facts.history.numbers[:, facts.history.space.names.index(name)]
        return numbers

    said = quoted(name)
    if isinstance(hyperparameter, Categorical):
        return ChoiceColumn(said, values, _label_codes(hyperparameter.choices))
    low, high = float(hyperparameter.low), float(hyperparameter.high)
    middle = math.sqrt(low * high) if hyperparameter.log else (low + high) / 2
    if not isinstance(hyperparameter, Float):
        middle = round(middle)
    return NumberColumn(
        said, values, f"{said} < {middle:.2g}", isinstance(hyperparameter, Float) and hyperparameter.step is None
    )
