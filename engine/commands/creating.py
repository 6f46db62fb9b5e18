"""``twinloop new``: a study file from a table, without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine import samplers, store
from engine.commands.fixing import with_values
from engine.data import metrics
from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.printing import print_line
from engine.runner.consent import Consents, reach_of
from engine.setup import StudySetup, replace
from engine.study import suggest_setup


def create(arguments: argparse.Namespace) -> int:
    """Make the file and say what is in it; the exit status."""
    out = Path(arguments.out)
    if out.exists():
        raise UserFault(f"{out} exists already.", "Give another name, or go on with it: twinloop run.")
    if arguments.data and not arguments.target:
        raise UserFault("There is no column to predict.", "Name it with --target COLUMN.")
    source = f"sample:{arguments.sample}" if arguments.sample else str(Path(arguments.data).resolve())
    setup = suggest_setup(source, arguments.target, arguments.task, arguments.model)
    setup = with_values(_with_choices(setup, arguments), arguments.set)
    store.create(out, setup.to_json(), setup.search_space(), (setup.direction,), setup.constraints).close()
    reach = reach_of(setup.objective, out)
    if reach is not None:  # whoever names the table on the command line has chosen it
        Consents().give(reach)
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    print_line(
        f"Made {out}: {setup.title}, predicts {objective.target} ({objective.task}), "
        f"{len(setup.space)} hyperparameters, {setup.strategy.sampler}, {setup.budget.trials} trials."
    )
    print_line(f"Run it with: twinloop run {out}")
    return 0


def _with_choices(setup: StudySetup, arguments: argparse.Namespace) -> StudySetup:
    strategy = replace(setup.strategy, seed=arguments.seed)
    if arguments.strategy:
        samplers.make(arguments.strategy)  # refuses an unknown name with a sentence
        strategy = replace(strategy, sampler=arguments.strategy)
    setup = replace(setup, strategy=strategy, objective=replace(setup.objective, seed=arguments.seed))
    if arguments.trials:
        setup = replace(setup, budget=replace(setup.budget, trials=arguments.trials))
    if arguments.metric:
        metric = metrics.get(arguments.metric)
        objective = replace(setup.objective, metric=metric.name)
        if metric.task != objective.task:
            known = ", ".join(metrics.names(objective.task))
            raise UserFault(f"{metric.title} is a metric for {metric.task}.", f"Choose one of: {known}.")
        setup = replace(setup, objective=objective, direction=metric.direction)
    return setup
