"""What a person can choose from, and what is suggested for a table: families, strategies, spaces, whole definitions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from engine import options, pruners, samplers
from engine.data import metrics as metric_room
from engine.data import reading, samples, target
from engine.data.reading import Inspection
from engine.data.table import Kind, TableInfo
from engine.errors import UserFault
from engine.learners import families
from engine.objectives.description import AnyObjective, FunctionObjective, TableObjective
from engine.objectives.model_space import model_of, model_problems
from engine.options import Option
from engine.setup import StudySetup, replace
from engine.space import Grid, Parameter, Problem, SearchSpace, problems
from engine.texts import to_file_name

log = logging.getLogger(__name__)

DEFAULT_FAMILY = "mlp"
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


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be chosen by name."""

    families: tuple[FamilyEntry, ...]
    samplers: tuple[Entry, ...]
    pruners: tuple[Entry, ...]
    samples: tuple[Entry, ...]


def catalogue() -> Catalogue:
    """What there is. Members that cannot be loaded are left out; scikit-learn is not imported."""
    return Catalogue(
        families=tuple(_loadable(families.names(), _family)),
        samplers=tuple(_loadable(samplers.names(), lambda name: _entry(name, samplers.registry.get(name)))),
        pruners=tuple(_loadable(pruners.names(), lambda name: _entry(name, pruners.registry.get(name)))),
        samples=tuple(
            Entry(f"sample:{one.name}", one.title, one.about) for one in map(samples.describe, samples.names())
        ),
    )


def metrics(task: target.Task) -> tuple[MetricEntry, ...]:
    """The metrics of a task, the usual one first."""
    found = (metric_room.get(name) for name in metric_room.names(task))
    return tuple(MetricEntry(one.name, one.title, "", (), one.direction) for one in found)


def inspect_table(
    source: str | Path,
    kinds: Mapping[str, Kind] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Inspection:
    """A quick look at a table: its columns, size, problems and first rows. Raises :class:`UserFault`."""
    return reading.inspect(source, overrides=kinds, cancelled=cancelled)


def suggest_setup(
    source: str | Path,
    target_name: str | None = None,
    task: target.Task | None = None,
    family: str | None = None,
    base: StudySetup | None = None,
) -> StudySetup:
    """A whole definition for a table, its target and task inferred where they are not given.

    ``base`` is an earlier definition whose strategy, budget and data choices are kept. Raises :class:`UserFault` where
    the table or target cannot be used.
    """
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import table

    kept = base.objective if base is not None and isinstance(base.objective, TableObjective) else None
    info = reading.inspect(source, overrides=table.kinds_of(kept) if kept else None).info
    name, inferred = target.suggest(info) if target_name is None else (target_name, None)
    chosen = task or inferred or target.infer(info.column(name), info.rows)
    target.check(info, name, chosen)
    model = families.get(family or _fitting_family(chosen, kept))
    if chosen not in model.tasks:
        raise UserFault(f"{model.title} does not do {chosen}.", "Choose another model, or another target.")
    metric = metric_room.default(chosen)
    objective = TableObjective(str(source), name, chosen, family or _fitting_family(chosen, kept), metric)
    if kept is not None:
        keep = {field: getattr(kept, field) for field in ("kinds", "ignored", "validation", "seed")}
        objective = replace(objective, **keep)
    if not info.sampled:
        objective = replace(objective, fingerprint=table.fingerprint_of(objective))
    space = model.space(chosen, table.table_shape(info, objective))
    setup = StudySetup(_title(info, model.title), objective, dict(space), metric_room.get(metric).direction)
    return replace(setup, strategy=base.strategy, budget=base.budget) if base is not None else setup


def suggest_space(setup: StudySetup) -> dict[str, Parameter]:
    """The suggested rows for a definition's data and model. Raises :class:`UserFault` where there are no data."""
    # In here because the objective loads scikit-learn with its preprocessing.
    from engine.objectives import functions, table

    objective = setup.objective
    if isinstance(objective, FunctionObjective):
        return dict(functions.get(objective.name).space())
    if objective is None:
        raise UserFault("The study has no data yet.", "Choose data first.")
    info = reading.inspect(objective.source, overrides=table.kinds_of(objective)).info
    return dict(families.get(objective.family).space(objective.task, table.table_shape(info, objective)))


def check_setup(setup: StudySetup) -> tuple[Problem, ...]:
    """What keeps a definition from being run; empty when nothing does."""
    if not setup.space:
        return (Problem("", "name", "The search space is empty.", "Add a hyperparameter."),)
    return space_problems(setup.objective, setup.space)


def space_problems(objective: AnyObjective | None, rows: Mapping[str, Parameter]) -> tuple[Problem, ...]:
    """What is wrong with rows: as a search space, and for the model that is to be tuned."""
    found = problems(rows)
    named = {problem.name for problem in found if problem.name}
    return found + tuple(problem for problem in model_problems(objective, rows) if problem.name not in named)


def further_rows(setup: StudySetup) -> dict[str, Parameter]:
    """Hyperparameters that the definition's model has besides its rows, with ranges; empty where none are known."""
    model = model_of(setup.objective)
    return {} if model is None else model.further(setup.space)


def every_choice(setup: StudySetup, name: str) -> tuple[str, ...]:
    """All that the definition's model takes for a hyperparameter, tried or not; empty where that is not known."""
    model = model_of(setup.objective)
    return () if model is None else model.choices(name)


def grid_count(rows: Mapping[str, Parameter], levels: int = 5) -> int:
    """How many trials a grid over these rows takes; raises :class:`UserFault` where they are no space."""
    return Grid(SearchSpace(rows), levels).count


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


def _fitting_family(task: target.Task, kept: TableObjective | None) -> str:
    if kept is not None and task in families.registry.get(kept.family).tasks:
        return kept.family
    return DEFAULT_FAMILY


def _title(info: TableInfo, model: str) -> str:
    source = info.source.removeprefix("sample:")
    return f"{Path(source).stem} · {model.lower()}"
