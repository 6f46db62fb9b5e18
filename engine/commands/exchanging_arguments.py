"""The arguments of the commands that bring trials in and take results home; light, for every start reads it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Commands = Any  # argparse gives its sub-parsers no public name


def add_commands(commands: Commands) -> None:
    """Add ``import`` and the like to the command line."""
    _add_import(commands)


def _add_import(commands: Commands) -> None:
    parser = commands.add_parser("import", help="make a study of the trials of another program")
    add = parser.add_argument
    add("source", metavar="SOURCE", help="an Optuna storage (SQLite or journal), a CSV of trials, or cv_results_")
    add("out", metavar="OUT.study")
    add("--study", default="", metavar="NAME", help="which study of a storage that holds several")
    add("--score", action="append", default=[], metavar="COLUMN", help="the column with the score (repeatable)")
    add("--param", action="append", default=[], metavar="COLUMN", help="a hyperparameter's column (repeatable)")
    add("--direction", default="", choices=["minimize", "maximize"], help="whether lower or higher scores are better")
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=_import)


def _import(arguments: argparse.Namespace) -> int:
    from engine.commands.importing import import_trials

    action: Callable[[argparse.Namespace], int] = import_trials
    return action(arguments)
