"""``twinloop new`` with ``--script``, ``--command`` or ``--function``: a study on something else than a table."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine import pruners, samplers, store
from engine.commands.fixing import with_values
from engine.errors import UserFault
from engine.objectives.command_line import require_places
from engine.objectives.description import (
    CodeObjective,
    CommandObjective,
    FormulaObjective,
    FunctionObjective,
    ScriptObjective,
)
from engine.objectives.permissions import with_portable_path
from engine.printing import print_line
from engine.setup import StudySetup, replace
from engine.space import Hyperparameter, SearchSpace, hyperparameters_from_json
from engine.study import setup_problems, strategy_caution, workers_caution
from engine.suggesting_code import suggest_command_setup, suggest_function_setup, suggest_script_setup
from engine.trials import Direction
from engine.wording import command_line, counted
from engine.written import parse_yaml

MOST_BYTES = 4 << 20  # of a file with a search space; only a wrong file has more
FOR_TABLES = ("target", "task", "model", "metric", "validation", "folds", "repeats", "share", "holdout", "group",
              "time", "gap", "duplicates", "positive")  # fmt: skip
"""Options of ``new`` that say something of a table."""


def create_from_code(arguments: argparse.Namespace) -> int:
    """Make the file and say what is in it; nothing of a script or a program is run. The exit status."""
    out = Path(arguments.out)
    if out.exists():
        raise UserFault(f"{out} exists already.", "Give another name, or resume it: twinloop run.")
    _refuse_table_options(arguments)
    setup = with_values(_with_choices(_suggested(arguments), arguments), arguments.set)
    if isinstance(setup.objective, CommandObjective):
        require_places(setup.objective.command, setup.space, bool(setup.objective.handover))
    for one in setup_problems(setup):
        if one.forbids:
            raise UserFault(f"{one.name}: {one.what}" if one.name else one.what, one.remedy)
    kept = replace(setup, objective=with_portable_path(setup.objective, out))
    store.create(out, kept.to_json(), SearchSpace(setup.space)).close()
    found = counted(len(setup.space), "hyperparameter")
    if isinstance(setup.objective, ScriptObjective) and setup.discovered is not None:
        found = f"{found} found so far, the rest as it runs" if setup.space else "hyperparameters found as it runs"
    aim = " and ".join(setup.directions())
    print_line(f"Made {out}: {setup.title}, {aim}, {found}, {setup.strategy.sampler}, {_budget_words(setup)}.")
    for sentence in filter(None, (strategy_caution(setup), workers_caution(setup))):
        print_line(sentence)
    allow = ["--allow"] if isinstance(setup.objective, CodeObjective) else []
    print_line(f"Run it with: {command_line('twinloop', 'run', out, *allow)}")
    return 0


def _budget_words(setup: StudySetup) -> str:
    trials = setup.budget.trials
    return counted(trials, "trial") if trials is not None else "no limit of trials"


def _suggested(arguments: argparse.Namespace) -> StudySetup:
    rows = read_space(arguments.space) if arguments.space else None
    if arguments.function:
        setup = suggest_function_setup(arguments.function)
    elif arguments.script:
        source, entry = split_entry(arguments.script)
        setup = suggest_script_setup(source, entry)
    else:
        return suggest_command_setup(arguments.command, Path.cwd(), rows)
    if rows is None:
        return setup
    objective = setup.objective
    if isinstance(objective, ScriptObjective):
        setup = replace(setup, discovered=None if setup.discovered is None else ())
    given: StudySetup = replace(setup, space=rows)
    return given


def split_entry(text: str) -> tuple[str, str]:
    """``FILE.py:NAME`` as a path and a name, which may be empty; a drive's colon belongs to the path."""
    path, colon, name = text.rpartition(":")
    if colon and name.isidentifier() and path and not Path(text).is_file():
        return path, name
    return text, ""


def read_space(path: str) -> dict[str, Hyperparameter]:
    """The search space in a YAML or JSON file, as ``show --json`` prints it; raises :class:`UserFault`."""
    place = Path(path)
    if place.exists() and not place.is_file():  # a pipe would be waited for
        raise UserFault(f"{place.name} is not a file but a folder, a pipe or a device.", "Name a YAML or JSON file.")
    try:
        if place.stat().st_size > MOST_BYTES:
            raise UserFault(f"{place.name} is too large for a search space.", "Name a YAML or JSON file.")
        text = place.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise UserFault(f"{place.name} cannot be read ({why}).", "Name a YAML or JSON file.") from error
    values = parse_yaml(text, place.name)
    if isinstance(values, Mapping) and isinstance(values.get("space"), Mapping) and "kind" not in values["space"]:
        values = values["space"]
    if not isinstance(values, Mapping) or not values:
        raise UserFault(
            f"{place.name} holds no search space.", "Write one row a name: lr: {kind: float, low: …, high: …}."
        )
    rows = {str(name): _with_numbers(name, row) for name, row in values.items()}
    try:
        return hyperparameters_from_json(msgspec.json.encode(rows).decode())
    except (msgspec.DecodeError, OverflowError, TypeError) as error:
        raise UserFault(f"{place.name} holds no search space: {error}.", "See: twinloop show --json.") from error


def _with_numbers(name: object, row: object) -> object:
    """A row with its bounds as numbers: YAML reads 1e-4 as a text."""
    if not isinstance(row, Mapping) or "kind" not in row:
        raise UserFault(f"{name} has no kind.", "Write {kind: float, low: …, high: …}, int, or categorical.")
    whole = dict(row)
    for field in ("low", "high", "step"):
        if isinstance(whole.get(field), str):
            try:
                whole[field] = float(whole[field])
            except ValueError:
                raise UserFault(
                    f"{name}: {field} is {whole[field]!r}, which is not a number.", "Give a number."
                ) from None
    return whole


def _with_choices(setup: StudySetup, arguments: argparse.Namespace) -> StudySetup:
    objective = setup.objective
    if arguments.direction and arguments.direction != setup.direction:
        if isinstance(objective, FunctionObjective):
            raise UserFault("A test function is minimized.", "Leave --direction out.")
        direction: Direction = arguments.direction
        if isinstance(objective, FormulaObjective | ScriptObjective | CommandObjective):
            objective = replace(objective, directions=(direction, *objective.directions[1:]))
    strategy, budget = setup.strategy, setup.budget
    if arguments.seed is not None:
        strategy = replace(strategy, seed=arguments.seed)
    if arguments.strategy:
        samplers.make(arguments.strategy)  # refuses an unknown name with a sentence
        strategy = replace(strategy, sampler=arguments.strategy)
    if getattr(arguments, "pruner", None):
        pruners.make(arguments.pruner)
        strategy = replace(strategy, pruner=arguments.pruner)
    if arguments.trials:
        budget = replace(budget, trials=arguments.trials)
    chosen: StudySetup = replace(setup, objective=objective, strategy=strategy, budget=budget)
    return chosen


def _refuse_table_options(arguments: argparse.Namespace) -> None:
    given = [name for name in FOR_TABLES if getattr(arguments, name, None) is not None]
    given += [name for name in ("ignore", "kind", "read") if getattr(arguments, name, None)]
    if given:
        raise UserFault(f"--{given[0]} is for tables.", "Leave it out, or give --data.")
    if arguments.space and arguments.function and arguments.function.isidentifier():
        raise UserFault("A test function has a space of its own.", "Leave --space out.")
