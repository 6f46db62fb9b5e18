"""The arguments of the commands that say what trials and studies tell; light, for every start reads it."""

from __future__ import annotations

import argparse

from engine.commands.arguments import Commands, read_positive


def add_commands(commands: Commands) -> None:
    """Add ``explain``, ``race``, ``compare`` and ``confirm`` to the command line."""
    _add_explain(commands)
    _add_race(commands)
    _add_compare(commands)
    _add_confirm(commands)


def _add_explain(commands: Commands) -> None:
    explain = commands.add_parser(
        "explain", help="report important hyperparameters, interactions and where trials fail"
    )
    explain.add_argument("study", metavar="STUDY.study")
    explain.add_argument(
        "--method", default="sobol", metavar="NAME", help="what matters by sobol, fanova, ped_anova, permutation"
    )
    explain.add_argument("--good", action="store_true", help="what matters among good trials only")
    explain.add_argument("--json", action="store_true", help="print one JSON object")
    explain.add_argument("--allow", action="store_true", help="accepted as elsewhere; explaining reads no table")
    explain.set_defaults(action=_explain)


def _add_race(commands: Commands) -> None:
    race = commands.add_parser(
        "race", help="compare strategies on a study's problem, or optimizers over a surface or on a study's network"
    )
    race.add_argument("study", nargs="?", metavar="STUDY.study")
    race.add_argument("--optimizers", metavar="A,B", help="names of optimizers, such as adam,sgd,lbfgs")
    race.add_argument("--surface", metavar="NAME", help="a surface such as rosenbrock, or a study file")
    race.add_argument(
        "--strategies",
        metavar="A,B,C",
        help="SAMPLER, SAMPLER:OPTION=VALUE, SAMPLER+PRUNER or SAMPLER@START (known, defaults) each; "
        "see: twinloop strategies",
    )
    race.add_argument(
        "--starts", action="store_true", help="race known good configurations, the model's defaults and random search"
    )
    race.add_argument(
        "--repeats", type=read_positive, metavar="R", help="repeats of each search (default: 12 with --fast, else 5)"
    )
    race.add_argument("--trials", type=read_positive, metavar="N", help="trials per search (default: as the study)")
    race.add_argument("--workers", type=read_positive, default=2, metavar="N", help="number of parallel searches")
    race.add_argument(
        "--fast",
        action="store_true",
        help="on a model of the study's finished trials, in seconds; without it models are trained, and STUDY.race "
        "beside the study keeps every trial, so that an interrupted race goes on with the same command",
    )
    race.add_argument("--allow", action="store_true", help="allow the study to read the table it names, wherever it is")
    race.add_argument("--json", action="store_true", help="print one JSON object")
    race.set_defaults(action=_race)


def _add_compare(commands: Commands) -> None:
    compare = commands.add_parser("compare", help="compare studies, and say whether their scores are comparable")
    compare.add_argument("studies", nargs="+", metavar="STUDY.study")
    compare.add_argument("--json", action="store_true", help="print one JSON object")
    compare.set_defaults(action=_compare)


def _add_confirm(commands: Commands) -> None:
    confirm = commands.add_parser("confirm", help="train the winner and its rivals again, on fresh folds and seeds")
    confirm.add_argument("study", metavar="STUDY.study")
    confirm.add_argument("--fits", type=read_positive, metavar="N", help="at most N fits (default: as few as needed)")
    confirm.add_argument(
        "--open-holdout", action="store_true", help="score it on the holdout rows, which is possible once"
    )
    confirm.add_argument(
        "--allow", action="store_true", help="allow the study to read the table it names, wherever it is"
    )
    confirm.add_argument("--json", action="store_true", help="print one JSON object")
    confirm.set_defaults(action=_confirm)


# Each command imports what it needs when it is carried out, so that --help answers at once.


def _explain(arguments: argparse.Namespace) -> int:
    from engine.commands.explaining import explain

    return explain(arguments.study, arguments.json, arguments.method, good_only=arguments.good)


def _race(arguments: argparse.Namespace) -> int:
    from engine.commands.racing import race

    return race(arguments)


def _compare(arguments: argparse.Namespace) -> int:
    from engine.commands.comparing import compare

    return compare(arguments.studies, arguments.json)


def _confirm(arguments: argparse.Namespace) -> int:
    from engine.commands.confirming import confirm

    return confirm(arguments)
