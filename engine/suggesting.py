"""What is suggested for a table: a whole definition, a search space, and folds that its rows allow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.catalogue import DEFAULT_FAMILY
from engine.data import metrics as metric_room
from engine.data import reading, samples, target
from engine.data.reading.options import from_builtins
from engine.data.table import TableInfo, sentences
from engine.errors import UserFault
from engine.learners import families
from engine.learners.range_presets import preset_space
from engine.objectives.description import (
    CommandObjective,
    FormulaObjective,
    FunctionObjective,
    ScriptObjective,
    TableObjective,
)
from engine.objectives.guess import Guess
from engine.objectives.hint import Hints
from engine.objectives.permissions import require_permission
from engine.setup import Strategy, StudySetup, replace
from engine.space import Hyperparameter, SearchSpace
from engine.suggesting_code import suggest_code_space


def suggest_setup(
    source: str | Path,
    target_name: str | None = None,
    task: target.Task | None = None,
    family: str | None = None,
    base: StudySetup | None = None,
    choices: Mapping[str, object] | None = None,
    *,
    read: Mapping[str, object] | None = None,
) -> StudySetup:
    """A whole definition for a table, its target and task inferred where they are not given.

    ``base`` is an earlier definition whose strategy, budget and data choices are kept; ``choices`` are fields of the
    table objective that are given (``kinds``, ``ignored``, ``validation``, ``seed``), ``read`` says how the table is
    written. Fewer folds, or plain ones, are suggested where a class is too rare, and a target that is inferred for a
    file is still to be confirmed. Raises :class:`UserFault` where the table or target cannot be used.
    """
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import table
    from engine.objectives.table_shape import table_shape

    if not samples.is_sample(str(source)):
        source = Path(source).absolute()  # in the definition it would be looked for beside the study
    kept = base.objective if base is not None and isinstance(base.objective, TableObjective) else None
    given = {one: getattr(kept, one) for one in ("kinds", "ignored", "validation", "seed", "read")} if kept else {}
    given |= choices or {}
    if read is not None:
        given["read"] = from_builtins(read).to_builtins()
    plain = replace(TableObjective(str(source), "", "classification", DEFAULT_FAMILY, ""), **given)
    name = target_name
    if name is None:
        name, _ = target.suggest(table.inspect(plain))
    info = table.inspect(replace(plain, target=name))
    chosen = task or target.infer(info.column(name), info.rows)
    target.check(info, name, chosen)
    family = families.full_name(family) if family else _fitting_family(chosen, kept)
    model = families.get(family)
    if chosen not in model.tasks:
        raise UserFault(f"{model.title} does not support {chosen}.", "Choose another model, or another target.")
    metric = metric_room.default(chosen)
    objective = replace(
        plain,
        target=name,
        task=chosen,
        family=family,
        metric=metric,
        cautions=sentences(info, name),
        fingerprint=info.fingerprint,
        found_kinds={column.name: column.kind for column in info.columns if column.name not in plain.kinds},
        target_confirmed=target_name is not None or samples.is_sample(str(source)),
    )
    objective = _by_facts(objective, kept)
    space = _checked(objective, model.suggest_space(chosen, table_shape(info, objective)))
    setup = StudySetup(
        _title(info, model.title if families.is_class_name(family) else model.title.lower()),
        objective,
        dict(space),
        strategy=Strategy(portfolio=True),
    )
    return replace(setup, strategy=base.strategy, budget=base.budget) if base is not None else setup


def reread_setup(base: StudySetup, read: Mapping[str, object]) -> StudySetup:
    """A definition for the same table, read in another way: what was chosen stays where it still fits.

    Target, task, kinds and the column of the validation stay where the table has such columns; a target that is gone is
    inferred anew, and is to be confirmed. Raises :class:`UserFault` where the table cannot be read so.
    """
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import table

    before = base.objective
    if not isinstance(before, TableObjective):
        raise UserFault("The study has no table.", "Choose a table first.")
    require_permission(before.source)
    info = reading.inspect(before.source, from_builtins(read), table.kinds_of(before), before.target).info
    names = set(info.names)
    kept = replace(
        before,
        kinds={name: kind for name, kind in before.kinds.items() if name in names},
        ignored=tuple(name for name in before.ignored if name in names),
    )
    if kept.validation.column is not None and kept.validation.column not in names:
        kept = replace(kept, validation=replace(kept.validation, scheme="auto", column=None))
    name, task = _still_fitting(info, before)
    found = suggest_setup(before.source, name, task, None, replace(base, objective=kept), read=read)
    objective = found.objective
    assert isinstance(objective, TableObjective)
    if objective.target == before.target:
        objective = replace(objective, target_confirmed=before.target_confirmed)
    if objective.task == before.task:
        objective = replace(objective, metric=before.metric)
    if objective.family == before.family:
        objective = replace(objective, settings=before.settings)
        if objective.task == before.task:
            found = replace(found, space=base.space)
    whole: StudySetup = replace(found, objective=objective)
    return whole


def _still_fitting(info: TableInfo, before: TableObjective) -> tuple[str | None, target.Task | None]:
    """The target and the task of an objective as far as they suit a table that is read in another way."""
    for task in (before.task, None):
        try:
            target.check(info, before.target, task or target.infer(info.column(before.target), info.rows))
        except UserFault:
            continue
        return before.target, task
    return None, None


def suggest_space(setup: StudySetup, preset: str = "usual") -> dict[str, Hyperparameter]:
    """The suggested hyperparameters for a definition's data and model, in ranges that are usual, narrow or wide.

    Raises :class:`UserFault` without data, or for another ``preset``.
    """
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import functions, table
    from engine.objectives.table_shape import table_shape

    objective = setup.objective
    if isinstance(objective, FunctionObjective):
        return dict(functions.get(objective.name).space())
    if isinstance(objective, FormulaObjective | ScriptObjective | CommandObjective):
        return suggest_code_space(objective)
    if objective is None:
        raise UserFault("The study has no data yet.", "Choose data first.")
    info = table.inspect(objective)
    space = preset_space(objective.family, objective.task, table_shape(info, objective), preset)
    return dict(_checked(objective, space))


def _checked(objective: TableObjective, space: SearchSpace) -> SearchSpace:
    """The space of a class, of which only its limits are known, tried on a few rows; that of a family as it is."""
    if not families.is_class_name(objective.family):
        return space
    # In here because they load scikit-learn.
    from engine.objectives import table
    from engine.objectives.space_check import checked_space

    return checked_space(table.prepare(objective), space)


def _by_facts(objective: TableObjective, kept: TableObjective | None) -> TableObjective:
    """The objective with what follows from the table's rows: its fingerprint, the positive class, possible folds."""
    # In here because the objective loads scikit-learn with its preprocessing.
    import numpy as np

    from engine.objectives import checking, facts

    # Whatever is wrong with the column of the validation is for the check to say.
    plain = replace(objective, validation=replace(objective.validation, scheme="auto"))
    found = facts.facts_of(plain)
    positive, classes = "", found.rows.classes
    if len(classes) == 2:
        is_kept = kept is not None and kept.target == objective.target and kept.positive in classes
        counts = np.bincount(found.rows.y).tolist()
        positive = kept.positive if kept is not None and is_kept else target.suggest_positive(classes, counts)
    objective = replace(objective, fingerprint=found.fingerprint, positive=positive)
    fitting: TableObjective = replace(objective, validation=checking.fitting_validation(objective, found))
    return fitting


def fit_validation(setup: StudySetup) -> StudySetup:
    """The definition with fewer folds, or plain ones, where a class is too rare for the automatic ones."""
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import checking, facts

    objective = setup.objective
    if not isinstance(objective, TableObjective) or objective.validation.scheme != "auto":
        return setup
    validation = checking.fitting_validation(objective, facts.facts_of(objective))
    fitting: StudySetup = replace(setup, objective=replace(objective, validation=validation))
    return fitting


def look_for_hints(setup: StudySetup) -> Hints:
    """What to know of a definition's table before a run, each with the change that it asks for; see :class:`Hints`.

    Empty where there is no table; raises :class:`UserFault` where it cannot be read or used.
    """
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import hints

    objective = setup.objective
    return hints.hints_of(objective) if isinstance(objective, TableObjective) else Hints()


def guess_score(setup: StudySetup) -> Guess | None:
    """What a model without features scores in a study, *None* where it has no table.

    Raises :class:`UserFault` where the table cannot be read or used.
    """
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives.guessing import score_of_guessing

    objective = setup.objective
    return score_of_guessing(objective) if isinstance(objective, TableObjective) else None


def _fitting_family(task: target.Task, kept: TableObjective | None) -> str:
    if kept is not None and task in families.get(kept.family).tasks:
        return kept.family
    return DEFAULT_FAMILY


def _title(info: TableInfo, model: str) -> str:
    source = info.source.removeprefix("sample:")
    return f"{Path(source).stem} · {model}"
