"""``twinloop branch``: a new study from one that exists, with another search space, strategy or longer training."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from functools import partial
from pathlib import Path

from engine import samplers
from engine.branching import branch_sentence, branch_study
from engine.commands.allowing import allow_study
from engine.commands.creating_code import read_space
from engine.commands.fixing import with_values
from engine.errors import UserFault
from engine.printing import print_json, print_line
from engine.setup import StudySetup, replace
from engine.study import check_setup
from engine.wording import command_line


def branch(arguments: argparse.Namespace) -> int:
    """Make it, and say what came along; the exit status."""
    source, out = allow_study(arguments.study, arguments.allow), Path(arguments.out)
    if out.suffix != ".study":
        raise UserFault(f"{out.name} is not the name of a study.", "Let it end in .study.")
    change = partial(_changed, arguments)
    made = branch_study(source, out, change, best=arguments.best, trials=arguments.trials, author="command line")
    if arguments.json:
        print_json({**asdict(made), "path": str(made.path)})
        return 0
    print_line(f"Made {out}. {branch_sentence(made)}")
    print_line(f"Run it with: {command_line('twinloop', 'run', out)}")
    return 0


def _changed(arguments: argparse.Namespace, setup: StudySetup) -> StudySetup:
    """The definition with what the arguments change of it; raises :class:`UserFault` where it could not be run."""
    strategy = setup.strategy
    if arguments.strategy:
        samplers.make(arguments.strategy)  # refuses an unknown name with a sentence
        strategy = replace(strategy, sampler=arguments.strategy, options={})
    if arguments.seed is not None:
        strategy = replace(strategy, seed=arguments.seed)
    rows = read_space(arguments.space) if arguments.space else {}
    title = Path(arguments.out).stem
    changed: StudySetup = replace(setup, title=title, strategy=strategy, space={**setup.space, **rows})
    changed = with_values(changed, arguments.set)
    wrong = check_setup(changed)
    if wrong:
        raise UserFault(f"{wrong[0].name}: {wrong[0].what}", wrong[0].remedy)
    return changed
