"""Several kinds of model in one study: which of them is a hyperparameter, and the others depend on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from engine.errors import UserFault
from engine.learners import hyperparameters
from engine.learners.families import registry
from engine.learners.families.base import Family, NoSettings, TableShape, Task
from engine.options import Option
from engine.space import Categorical, Hyperparameter, Problem, SearchSpace
from engine.space.fixing import drop_impossible_conditions

MODEL = "model"
JOIN = "__"
CANDIDATES: Mapping[Task, tuple[str, ...]] = {
    "classification": ("boosting", "random_forest", "elastic_net", "svm", "neighbours", "sklearn_mlp"),
    "regression": ("boosting", "random_forest", "elastic_net", "svm", "neighbours", "sklearn_mlp"),
}
"""What may be suggested: of each kind of model one that scikit-learn has, so that all can be exported."""
MOST_ROWS: Mapping[str, int] = {"svm": 5000, "neighbours": 20_000, "sklearn_mlp": 20_000}
"""Rows of a table up to which a model trains in seconds: guesses, for SVC from its quadratic time."""
FEWEST_ROWS: Mapping[str, int] = {"boosting": 200, "sklearn_mlp": 500}
"""Rows below which a model has too little to learn from: a guess; 20 rows a leaf make no tree of fewer."""
MOST_COLUMNS: Mapping[str, int] = {"neighbours": 50}
"""Columns up to which distances tell rows apart: a guess."""


def names_for(task: Task, shape: TableShape) -> tuple[str, ...]:
    """The families to try first on a table of this shape, the strongest on most tables first."""
    return tuple(
        name
        for name in CANDIDATES[task]
        if shape.rows <= MOST_ROWS.get(name, shape.rows)
        and shape.rows >= FEWEST_ROWS.get(name, 0)
        and shape.columns <= MOST_COLUMNS.get(name, shape.columns)
    )


@registry.register
class Several(Family):
    """``model`` names the family; ``svm__C`` is its C, as scikit-learn calls the arguments of parts."""

    title = "Several models"
    hyperparameters = "Which kind of model, and the hyperparameters of each: those of the others play no part."
    parameters = "Those of the model that a trial trains."
    step_name = "step"
    parts_name = MODEL

    def suggest_space(self, task: Task, shape: TableShape) -> SearchSpace:
        """The families that suit a table of this shape, each with its suggested space."""
        names = names_for(task, shape)
        rows: dict[str, Hyperparameter] = {MODEL: Categorical(names)}
        for name in names:
            rows |= _joined(name, _member(name).suggest_space(task, shape))
        return SearchSpace(rows)

    def additional_hyperparameters(self, space: Mapping[str, Hyperparameter]) -> dict[str, Hyperparameter]:
        """What the families among the choices of ``model`` have besides; of one without rows, its suggested ones."""
        found: dict[str, Hyperparameter] = {}
        for name in _tried(space):
            member, own = _member(name), _own_rows(name, space)
            if not own:
                for task in member.tasks[:1]:
                    found |= _joined(name, member.suggest_space(task, _USUAL_SHAPE))
            found |= _joined(name, member.additional_hyperparameters(own))
        whole = drop_impossible_conditions({**found, **space})
        return {name: row for name, row in whole.items() if name not in space}

    def choices(self, name: str) -> tuple[str, ...]:
        """The families, or what one of them takes for its own hyperparameter."""
        if name == MODEL:
            return _member_names()
        member, _, own = name.partition(JOIN)
        return _member(member).choices(own) if member in _member_names() else ()

    def declared_options(self) -> Mapping[str, tuple[Option, ...]]:
        """What each family declares, under its name."""
        return _declared()

    def problems(self, space: Mapping[str, Hyperparameter]) -> tuple[Problem, ...]:
        """Names that no family has, families that there are not, and a space that does not say which to train."""
        model = space.get(MODEL)
        if not isinstance(model, Categorical):
            what = "The space does not say which models are tried."
            return (Problem("", "name", what, f"Add a row {MODEL}, a choice of their names."),)
        return hyperparameters.undeclared(space, _declared(), self.title)

    def resolved(self, params: Mapping[str, object]) -> tuple[Family, Mapping[str, object]]:
        """The family of this configuration, and its own hyperparameters; raises :class:`UserFault` for none."""
        hyperparameters.check_values(params, _declared(), self.title)
        name = params.get(MODEL)
        if not isinstance(name, str):
            raise UserFault("The configuration does not say which model it is.", f"Give {MODEL} a value.")
        before = name + JOIN
        own = {key.removeprefix(before): value for key, value in params.items() if key.startswith(before)}
        return _member(name), own

    def parts(self, task: Task) -> tuple[str, ...]:
        """Every family that may be suggested."""
        return CANDIDATES[task]

    def joined_params(self, part: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """The configuration of ``part``, with its name."""
        return {MODEL: part, **{f"{part}{JOIN}{name}": value for name, value in params.items()}}

    def make_estimator(self, params: Mapping[str, object], settings: NoSettings, task: Task, seed: int) -> Any:
        """That of the family which ``params`` names."""
        member, own = self.resolved(params)
        # In here because most studies need no settings of another family than their own.
        from engine import options

        return member.configure_estimator(own, options.make(member.settings, {}), task, seed)


_USUAL_SHAPE = TableShape(1000, 10)  # for rows of a family that is added by hand, whose table is not looked at


@cache
def _member_names() -> tuple[str, ...]:
    """Every family of both tasks but this one; *several* in itself has no end."""
    return tuple(sorted({*CANDIDATES["classification"], *CANDIDATES["regression"]}))


def _member(name: str) -> Family:
    family: Family = registry.get(name)()
    return family


@cache
def _declared() -> dict[str, tuple[Option, ...]]:
    """Names of families, and everything that each of them declares."""
    members = _member_names()
    found: dict[str, tuple[Option, ...]] = {MODEL: (Option(MODEL, str, None, "Model", choices=members),)}
    for member in members:
        found |= {f"{member}{JOIN}{name}": kinds for name, kinds in _member(member).declared_options().items()}
    return found


def _joined(name: str, rows: Mapping[str, Hyperparameter]) -> dict[str, Hyperparameter]:
    """Rows of a family as rows of the whole space: they play a part where the model is this one."""
    found: dict[str, Hyperparameter] = {}
    for own, row in rows.items():
        when = {MODEL: (name,), **{f"{name}{JOIN}{other}": values for other, values in (row.when or {}).items()}}
        found[f"{name}{JOIN}{own}"] = msgspec.structs.replace(row, when=when)
    return found


def _own_rows(name: str, space: Mapping[str, Hyperparameter]) -> dict[str, Hyperparameter]:
    """The rows of one family under its own names, with its own conditions."""
    before, found = name + JOIN, {}
    for key, row in space.items():
        if key.startswith(before):
            when = {k.removeprefix(before): v for k, v in (row.when or {}).items() if k.startswith(before)}
            found[key.removeprefix(before)] = msgspec.structs.replace(row, when=when or None)
    return found


def _tried(space: Mapping[str, Hyperparameter]) -> Iterable[str]:
    model = space.get(MODEL)
    return [str(one) for one in model.choices if one in _member_names()] if isinstance(model, Categorical) else []
