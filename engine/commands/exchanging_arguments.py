"""The arguments of the commands that bring trials in and take results home; light, for every start reads it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from engine.commands.arguments import Commands, read_positive


def add_commands(commands: Commands) -> None:
    """Add ``import`` and the like to the command line."""
    _add_import(commands)
    _add_verify(commands)
    _add_predict(commands)
    _add_ensemble(commands)
    _add_branch(commands)
    formats = commands.add_parser("formats", help="list the formats of exports")
    formats.add_argument("--json", action="store_true", help="print one JSON list")
    formats.set_defaults(action=_formats)


def _add_import(commands: Commands) -> None:
    parser = commands.add_parser("import", help="make a study from another program's trials")
    add = parser.add_argument
    add("source", metavar="SOURCE", help="an Optuna storage (SQLite or journal), a CSV of trials, or cv_results_")
    add("out", metavar="OUT.study")
    add("--study", default="", metavar="NAME", help="which study of a storage that holds several")
    add("--score", action="append", default=[], metavar="COLUMN", help="the column with the score (repeatable)")
    add("--param", action="append", default=[], metavar="COLUMN", help="a hyperparameter's column (repeatable)")
    add("--direction", default="", choices=["minimize", "maximize"], help="whether lower or higher scores are better")
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=_import)


def _add_verify(commands: Commands) -> None:
    parser = commands.add_parser("verify", help="train the best trial again and compare the score")
    add = parser.add_argument
    add("study", metavar="STUDY.study")
    add("--trial", type=int, metavar="N", help="another trial than the best one")
    add("--allow", action="store_true", help="allow the study to read the table it names, wherever it is")
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=_verify)


def _add_predict(commands: Commands) -> None:
    parser = commands.add_parser("predict", help="predict the rows of a new table with the best model")
    add = parser.add_argument
    add("study", metavar="STUDY.study")
    add("table", metavar="TABLE", help="a table with the columns that the study learned from")
    add("--to", required=True, metavar="FILE", help="where to write: .csv, .tsv or .parquet")
    add(
        "--read", action="append", default=[], metavar="NAME=VALUE",
        help="how to read the new table, where detection is wrong; see: twinloop inspect (repeatable)",
    )  # fmt: skip
    add("--ensemble", action="store_true", help="by the ensemble of trials in place of the best one")
    add("--allow", action="store_true", help="allow the study to read its own table, wherever it is")
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=_predict)


def _add_ensemble(commands: Commands) -> None:
    parser = commands.add_parser("ensemble", help="average several trials, and say whether that helps")
    parser.add_argument("study", metavar="STUDY.study")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=_ensemble)


def _add_branch(commands: Commands) -> None:
    parser = commands.add_parser(
        "branch", help="make a new study from an existing one, with its trials or its best configurations"
    )
    add = parser.add_argument
    add("study", metavar="STUDY.study")
    add("out", metavar="OUT.study")
    add(
        "--set", action="append", default=[], metavar="NAME=VALUE",
        help="fix a hyperparameter or change a model setting, such as epochs=60 (repeatable)",
    )  # fmt: skip
    add("--space", metavar="FILE", help="new ranges, as YAML or JSON; hyperparameters not named keep theirs")
    add("--strategy", metavar="SAMPLER", help="another search strategy; see: twinloop strategies")
    add("--trials", type=read_positive, metavar="N", help="number of further trials (default: as many as before)")
    add("--seed", type=int, metavar="N", help="new random seed for the trials to come")
    add(
        "--best",
        type=read_positive,
        metavar="N",
        help="retrain the best N configurations instead of taking all trials",
    )
    add("--allow", action="store_true", help="allow both studies to read the table that they name, wherever it is")
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=_branch)


def _branch(arguments: argparse.Namespace) -> int:
    from engine.commands.branching import branch

    return branch(arguments)


def _ensemble(arguments: argparse.Namespace) -> int:
    from engine.commands.ensembling import ensemble

    return ensemble(arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from engine.commands.verifying import verify

    action: Callable[[argparse.Namespace], int] = verify
    return action(arguments)


def _predict(arguments: argparse.Namespace) -> int:
    from engine.commands.predicting import predict

    action: Callable[[argparse.Namespace], int] = predict
    return action(arguments)


def _formats(arguments: argparse.Namespace) -> int:
    from engine.commands.showing import formats

    return formats(arguments.json)


def _import(arguments: argparse.Namespace) -> int:
    from engine.commands.importing import import_trials

    action: Callable[[argparse.Namespace], int] = import_trials
    return action(arguments)
