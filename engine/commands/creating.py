"""``twinloop new``: a study file from a table, without a window."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from engine import pruners, samplers, store
from engine.commands.fixing import with_values
from engine.commands.fold_racing import FOLD_RACING
from engine.commands.inspecting import likely_target
from engine.commands.splitting import OPTIONS, choices_of, with_shares
from engine.data import metrics, samples
from engine.data.reading import inspect
from engine.data.reading.options import parse
from engine.errors import UserFault
from engine.objectives.description import TableObjective, Validation
from engine.objectives.hint import Hint
from engine.objectives.permissions import grant_permission, with_portable_path
from engine.printing import print_line
from engine.setup import StudySetup, replace
from engine.study import (
    SetupProblem,
    look_for_hints,
    permit_model,
    setup_problems,
    strategy_caution,
    suggest_setup,
    workers_caution,
)
from engine.wording import command_line, counted


def create(arguments: argparse.Namespace) -> int:
    """Make the file and say what is in it; the exit status."""
    out = Path(arguments.out)
    if out.exists():
        raise UserFault(f"{out} exists already.", "Give another name, or resume it: twinloop run.")
    if arguments.sample:
        samples.describe(arguments.sample)  # refuses an unknown one with the names there are
    if arguments.data and not arguments.target:
        likely = likely_target(inspect(arguments.data, parse(arguments.read)).info)
        said = f"; likely it is {likely!r}" if likely else ""
        raise UserFault("There is no column to predict.", f"Name it with --target COLUMN{said}.")
    source = f"sample:{arguments.sample}" if arguments.sample else os.path.realpath(arguments.data)
    choices = choices_of(arguments, source)
    read = parse(arguments.read).to_builtins()
    if arguments.model:
        permit_model(arguments.model)  # whoever names a class on the command line has chosen it
    setup = suggest_setup(source, arguments.target, arguments.task, arguments.model, None, choices, read=read)
    setup = with_values(_with_choices(setup, arguments, choices["validation"]), arguments.set)
    cautions = _refuse_problems(setup)
    kept = replace(setup, objective=with_portable_path(setup.objective, out))
    store.create(out, kept.to_json(), setup.search_space()).close()
    grant_permission(setup.objective, out)  # whoever names the table on the command line has chosen it
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    for sentence in objective.cautions:
        print_line(f"- {sentence}")
    print_line(
        f"Made {out}: {setup.title}, predicts {objective.target} ({objective.task}), "
        f"{counted(len(setup.space), 'hyperparameter')}, {setup.strategy.sampler}, "
        f"{counted(setup.budget.trials or 0, 'trial')}."
    )
    for one in cautions:
        print_line(f"{one.what} {_with_option(one)}".strip())
    for sentence in filter(None, (strategy_caution(setup), workers_caution(setup))):
        print_line(sentence)
    for hint in look_for_hints(setup).told:
        print_line(f"{hint.what} {hint.remedy} {_option_of(hint)}".rstrip())
    print_line(f"Run it with: {command_line('twinloop', 'run', out)}")
    return 0


def _option_of(hint: Hint) -> str:
    """The options that carry a hint out."""
    if hint.kind == "leak":
        words = [f"--ignore {command_line(name)}" for name in hint.columns] if hint.changes else []
    elif hint.kind in {"group", "time"}:
        words = [f"--{hint.kind} {command_line(hint.columns[0])}"]
    else:
        words = ["--validation repeated", *(["--metric log_loss"] if "metric" in hint.changes else [])]
    return f"({' '.join(words)})" if words else ""


def _refuse_problems(setup: StudySetup) -> list[SetupProblem]:
    """What to know of the study; raises :class:`UserFault` where it could not run."""
    found = setup_problems(setup)
    for one in found:
        if one.forbids:
            raise UserFault(f"{one.name}: {one.what}" if one.name else one.what, _with_option(one))
    return list(found)


def _with_option(one: SetupProblem) -> str:
    """A problem's remedy with the options that carry it out."""
    options = [OPTIONS[one.place]] if one.place in OPTIONS else []
    if one.place == "column":
        options = ["--group", "--time"]
    elif one.place == "folds":
        options.append("--validation")
    elif one.place == "duplicates":
        options = ["--duplicates together"]
    if not one.remedy or not options:
        return one.remedy
    return f"{one.remedy.rstrip('.')} ({', '.join(options)})."


def _with_choices(setup: StudySetup, arguments: argparse.Namespace, validation: Validation) -> StudySetup:
    strategy = replace(setup.strategy, seed=arguments.seed or 0)
    if arguments.strategy:
        samplers.make(arguments.strategy)  # refuses an unknown name with a sentence
        strategy = replace(strategy, sampler=arguments.strategy)
    if arguments.racing:
        strategy = replace(strategy, racing=arguments.racing)
    if arguments.pruner == FOLD_RACING.name:
        raise UserFault("Folds are raced beside any pruner.", "Give --racing on.")
    if arguments.pruner:
        pruners.make(arguments.pruner)
        strategy = replace(strategy, pruner=arguments.pruner)
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    if arguments.folds is not None:  # what was asked for is used or refused, never another number
        objective = replace(objective, validation=validation)
    if arguments.positive is not None:
        objective = replace(objective, positive=arguments.positive)
    setup = replace(setup, strategy=strategy, objective=objective)
    if arguments.validation is None:
        setup = with_shares(setup)
    if arguments.trials:
        setup = replace(setup, budget=replace(setup.budget, trials=arguments.trials))
    if arguments.metric:
        metric = metrics.get(arguments.metric)
        objective = replace(setup.objective, metric=metric.name)
        if metric.task != objective.task:
            known = ", ".join(metrics.names(objective.task))
            raise UserFault(f"{metric.title} is a metric for {metric.task}.", f"Choose one of: {known}.")
        setup = replace(setup, objective=objective)
    _require_direction(setup, arguments.direction)
    return setup


def _require_direction(setup: StudySetup, asked: str | None) -> None:
    """A table's direction is its metric's: another one is refused."""
    assert isinstance(setup.objective, TableObjective)
    if asked and asked != setup.direction:
        metric = metrics.get(setup.objective.metric)
        better = "higher" if metric.direction == "maximize" else "lower"
        raise UserFault(f"For {metric.title}, {better} is better.", f"Choose {metric.direction} (--direction).")
