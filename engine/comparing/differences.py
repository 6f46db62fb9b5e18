"""What differs between studies: strategy, model, and each hyperparameter's range, fixed value, and best value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine import pruners, samplers
from engine.comparing.studies import ComparedStudy
from engine.errors import UserFault
from engine.learners import families
from engine.objectives.description import TableObjective
from engine.space import Categorical, Hyperparameter

Relation = Literal["same", "wider", "narrower", "other", "missing", "fixed"]
NOTHING = "–"
UNSET = "not set"
MOST_CHOICES = 4  # that are named before the rest is counted: a guess


@dataclass(frozen=True, slots=True)
class Cell:
    """What one study says. ``relation`` is to the first study's; ``best`` is the value in the best trial, if any."""

    text: str
    relation: Relation
    best: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: what it is about, and a cell a study. ``differs`` says whether any cell is not the first one's."""

    name: str
    cells: tuple[Cell, ...]
    is_hyperparameter: bool = False

    @property
    def differs(self) -> bool:
        """Whether the studies do not agree."""
        return any(cell.relation != "same" for cell in self.cells)


def differences(studies: Sequence[ComparedStudy]) -> tuple[Difference, ...]:
    """Every row; those that differ come first among hyperparameters, in the order of the spaces."""
    rows = [_row(name, [_facts(study)[name] for study in studies]) for name in _facts(studies[0])] if studies else []
    names = dict.fromkeys(name for study in studies for name in (*study.setup.space, *_settings(study)))
    spaces = [_space_row(name, studies) for name in names]
    spaces.sort(key=lambda row: not row.differs)
    return (*rows, *spaces)


def _facts(study: ComparedStudy) -> dict[str, str]:
    setup, objective = study.setup, study.setup.objective
    model = _title(families, objective.family) if isinstance(objective, TableObjective) else ""
    left_out = sorted(objective.ignored) if isinstance(objective, TableObjective) else []
    return {
        "model": model or NOTHING,
        "columns left out": ", ".join(left_out) or NOTHING,
        "strategy": _title(samplers.registry, setup.strategy.sampler),
        "pruner": _title(pruners.registry, setup.strategy.pruner),
        "seed": str(setup.strategy.seed),
    }


def _title(room: Any, name: str) -> str:
    try:
        return str(room.get(name).title)
    except UserFault:  # an own one, or one of another version
        return name


def _row(name: str, texts: Sequence[str]) -> Difference:
    return Difference(name, tuple(Cell(text, "same" if text == texts[0] else "other") for text in texts))


def _space_row(name: str, studies: Sequence[ComparedStudy]) -> Difference:
    first = studies[0].setup.space.get(name)
    reference = _space_text(name, studies[0])
    cells = []
    for study in studies:
        own, text = study.setup.space.get(name), _space_text(name, study)
        if own is not None and (study is not studies[0]):
            relation = relation_of(first, own)
        else:
            relation = "same" if text == reference else "missing" if text == NOTHING else "fixed"
        best = "" if own is None or study.best is None else value_words(study.best.params.get(name, UNSET))
        cells.append(Cell(text, relation, best))
    return Difference(name, tuple(cells), is_hyperparameter=True)


def _space_text(name: str, study: ComparedStudy) -> str:
    own, settings = study.setup.space.get(name), _settings(study)
    if own is not None:
        return range_words(own)
    return f"fixed at {value_words(settings[name])}" if name in settings else NOTHING


def _settings(study: ComparedStudy) -> Mapping[str, object]:
    """What is fixed in place of searched."""
    objective = study.setup.objective
    return objective.settings if isinstance(objective, TableObjective) else {}


def relation_of(first: Hyperparameter | None, own: Hyperparameter) -> Relation:
    """How ``own`` stands to the first study's: ``wider`` or ``narrower`` where one lies within the other."""
    if first is None:
        return "other"
    if own == first:
        return "same"
    if isinstance(first, Categorical) and isinstance(own, Categorical):
        mine, theirs = set(map(repr, first.choices)), set(map(repr, own.choices))
        if mine != theirs:
            return "wider" if mine < theirs else "narrower" if theirs < mine else "other"
        return "same" if first.when == own.when else "other"
    if isinstance(first, Categorical) or isinstance(own, Categorical):
        return "other"
    if (first.low, first.high) == (own.low, own.high):
        return "other"  # another scale, step or condition
    if own.low <= first.low and own.high >= first.high:
        return "wider"
    return "narrower" if own.low >= first.low and own.high <= first.high else "other"


def range_words(one: Hyperparameter) -> str:
    """A range or its choices, short."""
    if isinstance(one, Categorical):
        shown = [value_words(choice) for choice in one.choices[:MOST_CHOICES]]
        rest = len(one.choices) - len(shown)
        return ", ".join(shown) + (f" and {rest} more" if rest else "")
    return f"{value_words(one.low)} to {value_words(one.high)}{', log' if one.log else ''}"


def value_words(value: object) -> str:
    """A value to three digits."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return f"{value:.3g}" if isinstance(value, float) else str(value)
