"""What a person can choose from, and what is suggested for a table: families, strategies, spaces, whole definitions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from engine import options, pruners, samplers
from engine.data import folds, reading, samples, target
from engine.data import metrics as metric_room
from engine.data.reading import Inspection, dates
from engine.data.reading.options import changed, from_builtins
from engine.data.table import Kind
from engine.errors import UserFault
from engine.learners import families, preparing
from engine.learners.estimators.listing import ListedEstimator, listed_estimators
from engine.learners.estimators.watching import watching_of
from engine.objectives import permissions
from engine.objectives.code_check import code_fault
from engine.objectives.description import AnyObjective, ScriptObjective, TableObjective
from engine.objectives.model_space import model_of, model_problems
from engine.objectives.permissions import PermissionMissing, permit_table, require_permission
from engine.options import Option
from engine.setup import StudySetup, replace
from engine.space import Categorical, Grid, Hyperparameter, Problem, SearchSpace, problems
from engine.texts import to_file_name

log = logging.getLogger(__name__)

DEFAULT_FAMILY = "mlp"
TABLE_SUFFIXES = reading.SUFFIXES
"""The file endings of tables that can be read."""
E = TypeVar("E", bound="Entry")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose: its stable name, what a person reads, and its settings."""

    name: str
    title: str
    summary: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class FamilyEntry(Entry):
    """A model family, with what its hyperparameters and its parameters are, and how to read what it reports.

    The last fields are those of :class:`engine.learners.families.base.Family`.
    """

    hyperparameters: str = ""
    parameters: str = ""
    tasks: tuple[str, ...] = ()
    step_name: str = ""
    loss_titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    score_titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)
    tells_layers: bool = False


@dataclass(frozen=True, slots=True)
class MetricEntry(Entry):
    """A metric and the direction in which it is better."""

    direction: str = "maximize"
    asks_for_class: bool = False


@dataclass(frozen=True, slots=True)
class SetupProblem:
    """One thing to know of a study's definition before it runs; most of them forbid that, others only warn.

    ``place`` is what it is about: ``space`` (where ``name`` and ``field`` are the row and the cell), ``model``,
    ``settings``, ``direction``, ``code`` (a script, a program or a formula),
    or a field of the table objective or its validation (``source`` ``target`` ``task``
    ``metric`` ``positive`` ``ignored`` ``kinds`` ``scheme`` ``column`` ``folds`` ``repeats`` ``share`` ``gap``
    ``holdout`` ``duplicates``).
    """

    place: str
    what: str
    remedy: str
    forbids: bool = True
    name: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be chosen by name."""

    families: tuple[FamilyEntry, ...]
    samplers: tuple[Entry, ...]
    pruners: tuple[Entry, ...]
    samples: tuple[Entry, ...]
    schemes: tuple[Entry, ...]
    estimators: tuple[FamilyEntry, ...] = ()
    racing: tuple[Entry, ...] = ()


_SCHEMES = (
    Entry("auto", "Automatic", "Stratified k-fold for classes, k-fold for numbers."),
    Entry("stratified", "Stratified k-fold", "Every fold has the same class proportions."),
    Entry("kfold", "K-fold", "Rows are shuffled into parts; each is the validation set once."),
    Entry("grouped", "Grouped k-fold", "Rows with the same value of a column stay together."),
    Entry(
        "stratified_grouped",
        "Stratified grouped k-fold",
        "Groups stay together, and every fold has similar class proportions.",
    ),
    Entry("time", "Time-series split", "The past predicts the future; equal times stay together."),
    Entry("repeated", "Repeated k-fold", "K-fold several times, reshuffled each time: steadier scores, more time."),
    Entry(
        "holdout",
        "Random holdout per trial",
        "One new random split per trial: fast, and the search cannot overfit one split.",
    ),
    Entry("fixed_holdout", "Fixed holdout", "One split for every trial: fast."),
)
VALIDATION_LIMITS: Mapping[str, Option] = {
    "folds": Option("folds", int, 5, "Folds", low=1, high=folds.MOST_FOLDS),
    "repeats": Option("repeats", int, 3, "Repeats", low=1, high=folds.MOST_REPEATS),
    "share": Option("share", float, folds.SINGLE_SHARE, "Validation share", low=0.01, high=folds.MOST_HOLDOUT),
    "holdout": Option("holdout", float, 0.2, "Holdout", low=0.0, high=folds.MOST_HOLDOUT),
    "gap": Option("gap", float, 0.0, "Gap", low=0.0, high=1e9),
}
"""What a run accepts of a validation's numbers: window and command line offer no more."""


_RACING = (
    Entry("on", "On", "Ends a trial after the first folds where it cannot catch up with the best one."),
    Entry("off", "Off", "Every trial runs all its folds."),
    Entry("wilcoxon", "Signed-rank test", "Wilcoxon's test of the folds of both trials: more careful, saves less."),
)
_FIRST = ("auto", "none")


def _ordered(entries: Iterable[E]) -> tuple[E, ...]:
    """As a person reads a list: what chooses by itself or does nothing first, then by title."""
    return tuple(sorted(entries, key=lambda one: (one.name not in _FIRST, one.title.lower())))


@cache
def catalogue() -> Catalogue:
    """What there is, looked for once. Members that cannot be loaded are left out; scikit-learn is not imported."""
    return Catalogue(
        families=_ordered(_loadable(families.names(), _family)),
        samplers=_ordered(_loadable(samplers.names(), lambda name: _entry(name, samplers.registry.get(name)))),
        pruners=_ordered(_loadable(pruners.names(), lambda name: _entry(name, pruners.registry.get(name)))),
        samples=tuple(
            Entry(f"sample:{one.name}", one.title, one.about) for one in map(samples.describe, samples.names())
        ),
        schemes=_SCHEMES,
        estimators=tuple(map(_estimator, listed_estimators())),
        racing=_RACING,
    )


def load_model(setup: StudySetup) -> None:
    """Have the definition's model known in this process: a class takes a second to load, and then no more."""
    model_of(setup.objective)


def model_entry(name: str) -> FamilyEntry | None:
    """What there is to say of a model family, or of a class by its import path; *None* where it is neither.

    Nothing is imported for it, so of a class of another package than scikit-learn its name is all that is known.
    """
    known = catalogue()
    found = next((one for one in (*known.families, *known.estimators) if one.name == name), None)
    if found is None and families.is_class_name(name):
        return _estimator(ListedEstimator(name.rpartition(".")[2], name, "", f"The class {name}."))
    return found


def metrics(task: target.Task) -> tuple[MetricEntry, ...]:
    """The metrics of a task, the usual one first."""
    found = (metric_room.get(name) for name in metric_room.names(task))
    return tuple(MetricEntry(one.name, one.title, "", (), one.direction, one.asks_for_class) for one in found)


def inspect_table(
    source: str | Path,
    kinds: Mapping[str, Kind] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    read: Mapping[str, object] | None = None,
    target: str = "",
    quick: bool = False,
    found: Mapping[str, Kind] = MappingProxyType({}),
) -> Inspection:
    """A table's columns, size, cautions and first rows. Raises :class:`UserFault`.

    ``read`` says how the table is written, by the names of :class:`engine.data.reading.options.ReadOptions`, ``found``
    are the kinds of columns that a study was made with. With ``quick`` the first part of the file alone is looked at,
    in a moment.
    """
    require_permission(source)
    return reading.inspect(source, from_builtins(read or {}), kinds, target, cancelled, quick=quick, found=found)


def start_of_table(source: str | Path, read: Mapping[str, object]) -> reading.FirstLines:
    """The first lines of a file that cannot be read as a table, and its sheets; empty where there are none."""
    require_permission(source)
    return reading.look_at_start(source, from_builtins(read))


def choose_table(source: str | Path) -> None:
    """A person has chosen this table by hand: it may be read, whatever an opened study says of it."""
    permit_table(str(source))


def permit_model(name: str) -> None:
    """A person has named this class by hand: it may be imported, whatever package it is of."""
    if families.is_class_name(name) and "." in name:
        permissions.permit_model(name)


def date_words(formats: Iterable[str]) -> str:
    """How a column's dates are written (``Column.time_formats``), as a person reads it: ``day first, 31.12.2022``."""
    return dates.format_words(tuple(formats))


def read_with(read: Mapping[str, object], name: str, value: str) -> dict[str, object]:
    """How a table is written, one thing changed: ``value`` as a person types it, empty to have it worked out.

    Raises :class:`UserFault` for what cannot be meant.
    """
    return changed(from_builtins(read), name, value).to_builtins()


def classes_of(setup: StudySetup) -> tuple[str, ...]:
    """The classes of the target, in the order of their positions; empty for numbers. Raises :class:`UserFault`."""
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import facts

    objective = setup.objective
    if not isinstance(objective, TableObjective):
        return ()
    plain = replace(objective, validation=replace(objective.validation, scheme="auto"))
    return facts.facts_of(plain).rows.classes


def setup_problems(setup: StudySetup) -> tuple[SetupProblem, ...]:
    """Everything that keeps a definition from being run, and what to know besides; what forbids a run comes first.

    A table is read for the first check of it; later ones take milliseconds. No run trains a model on what is refused
    here. Raises nothing.
    """
    found = [SetupProblem("space", one.what, one.remedy, True, one.name, one.field) for one in check_setup(setup)]
    if isinstance(setup.objective, TableObjective):
        try:
            found += _table_problems(setup.objective, setup.direction)
        except PermissionMissing as fault:  # which Run asks about
            found.append(SetupProblem("source", fault.what, fault.remedy, False))
        except UserFault as fault:
            found.append(SetupProblem(fault.place or "source", fault.what, fault.remedy))
    else:
        wrong = code_fault(setup.objective, setup.space)
        found += [SetupProblem("code", wrong.what, wrong.remedy)] if wrong else []
    return tuple(sorted(found, key=lambda one: not one.forbids))


def _table_problems(objective: TableObjective, direction: str) -> list[SetupProblem]:
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import checking, facts, table

    family, metric = families.get(objective.family), metric_room.get(objective.metric)
    fault = checking.choices_fault(objective)
    if fault is not None:
        raise fault
    found = []
    try:
        table.kinds_of(objective)
        found += checking.check(objective, facts.facts_of(objective))
    except PermissionMissing:
        raise
    except UserFault as wrong:
        found.append(checking.found(wrong, "kinds"))
    if direction != metric.direction:
        better = "higher" if metric.direction == "maximize" else "lower"
        what = f"For {metric.title}, {better} is better."
        found.append(checking.Finding("direction", what, f"Choose {metric.direction}."))
    try:
        options.make(family.settings, objective.settings, f"model {objective.family}")
    except UserFault as wrong:
        found.append(checking.found(wrong, "settings"))
    return [SetupProblem(one.place, one.what, one.remedy, one.forbids) for one in found]


def check_setup(setup: StudySetup) -> tuple[Problem, ...]:
    """What is wrong with a definition's search space: the part of :func:`setup_problems` that needs no table."""
    if not setup.space and not (isinstance(setup.objective, ScriptObjective) and setup.discovered is not None):
        return (Problem("", "name", "The search space is empty.", "Add a hyperparameter."),)
    return space_problems(setup.objective, setup.space)


def space_problems(objective: AnyObjective | None, space: Mapping[str, Hyperparameter]) -> tuple[Problem, ...]:
    """What is wrong with hyperparameters: as a search space, and for the model that is to be tuned."""
    found = problems(space)
    named = {problem.name for problem in found if problem.name}
    return found + tuple(problem for problem in model_problems(objective, space) if problem.name not in named)


def additional_hyperparameters(setup: StudySetup) -> dict[str, Hyperparameter]:
    """Hyperparameters that the definition's model has besides those of its space, with ranges; may be empty."""
    model = model_of(setup.objective)
    if model is None:
        return {}
    own = model.additional_hyperparameters(preparing.own_params(setup.space))
    return own | preparing.additional_preparation(model, setup.space)


def every_choice(setup: StudySetup, name: str) -> tuple[str, ...]:
    """All that the definition's model takes for a hyperparameter, tried or not; empty where that is not known."""
    model = model_of(setup.objective)
    prepared = preparing.declared().get(name)
    if prepared is not None:
        return prepared[0].choices
    return () if model is None else model.choices(name)


def additional_choices(setup: StudySetup) -> dict[str, tuple[str, ...]]:
    """By hyperparameter of the definition, what its model takes for it besides the choices that are tried."""
    known = {name: item for name, item in setup.space.items() if isinstance(item, Categorical)}
    found = {
        name: [one for one in every_choice(setup, name) if one not in item.choices] for name, item in known.items()
    }
    return {name: tuple(choices) for name, choices in found.items() if choices}


def strategy_learns(name: str) -> bool:
    """Whether the strategy called so learns from the scores of earlier trials; one that is not installed is said to."""
    return name not in samplers.names() or samplers.registry.get(name).learns


def grid_count(space: Mapping[str, Hyperparameter], levels: int = 5) -> int:
    """How many trials a grid over ``space`` takes; raises :class:`UserFault` where it is none."""
    return Grid(SearchSpace(space), levels).count


def new_study_path(folder: str | Path, title: str) -> Path:
    """A path in ``folder`` for a new study file, named after its title, that no file has yet."""
    stem = to_file_name(title, "study")
    path, number = Path(folder) / f"{stem}.study", 2
    while path.exists():
        path, number = Path(folder) / f"{stem}-{number}.study", number + 1
    return path


def _loadable(names: Iterable[str], entry: Callable[[str], E]) -> Iterator[E]:
    for name in names:
        try:
            yield entry(name)
        except UserFault as fault:
            log.info("%s is left out: %s", name, fault)


def _entry(name: str, cls: type[samplers.Sampler] | type[pruners.Pruner]) -> Entry:
    return Entry(name, cls.title, cls.summary, options.describe(cls.options))


def _estimator(one: ListedEstimator) -> FamilyEntry:
    """A class as a model to choose; ``summary`` says why it cannot be, where that is so."""
    tasks = (one.task,) if one.task else ("classification", "regression")
    return FamilyEntry(
        one.path,
        one.name,
        f"Cannot be tuned on a table: {one.reason}." if one.reason else one.about,
        hyperparameters=f"{one.about} The space comes from what the class says of its arguments.".strip(),
        parameters="What its fit learns from the rows.",
        tasks=() if one.reason else tasks,
        step_name=watching_of(one.name).step_name,
        loss_titles=families.Family.loss_titles,
    )


def _family(name: str) -> FamilyEntry:
    cls = families.registry.get(name)
    return FamilyEntry(
        name,
        cls.title,
        cls.hyperparameters,
        options.describe(cls.settings),
        hyperparameters=cls.hyperparameters,
        parameters=cls.parameters,
        tasks=cls.tasks,
        step_name=cls.step_name,
        loss_titles=cls.loss_titles,
        score_titles=cls.score_titles,
        notes=cls.notes,
        tells_layers=cls.tells_layers,
    )
