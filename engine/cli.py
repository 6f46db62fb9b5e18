"""The headless commands: make, run, show and export study files. They import no Qt."""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine import __version__
from engine.commands import exchanging_arguments, judging_arguments, steering_arguments
from engine.commands.arguments import Commands, read_number, read_positive, read_share, read_whole
from engine.errors import UserFault
from engine.printing import Unprintable, guard_log, print_fault, print_line, print_page

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130  # exit codes; 130 is what shells give for Ctrl+C (128 + SIGINT)
VALIDATION_SCHEMES = (
    "auto",
    "stratified",
    "kfold",
    "grouped",
    "stratified_grouped",
    "time",
    "repeated",
    "holdout",
    "fixed_holdout",
)  # fmt: skip - written here because the catalogue is slow to load
_ABOUT = (
    "Tune hyperparameters and watch both loops of machine learning. Without a command a window opens: "
    "twinloop alone shows the start page, twinloop STUDY.study a study, twinloop TABLE.csv a new study for a table."
)


class _Version(argparse.Action):
    """Prints which version this is."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print_line(f"twinloop {__version__}")
        parser.exit()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of a page of usage, and where its own help cannot be printed."""

    def print_help(self, file: object = None) -> None:
        print_page(self.format_help())

    def error(self, message: str) -> None:  # type: ignore[override]
        print_fault(f"{self.prog}: {message[:1].upper()}{message[1:]}. Try {self.prog} --help.")
        raise SystemExit(WRONG)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; the exit status."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us: nobody listens
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
    guard_log()
    try:
        parsed = _parser().parse_args(arguments)
        action: Callable[[argparse.Namespace], int] = parsed.action
        return action(parsed)
    except Unprintable as fault:
        print_fault(str(fault))
        return FAILED
    except UserFault as fault:
        print_fault(str(fault))
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output had enough
        sys.stderr.close()
        return DONE
    except MemoryError:
        print_fault("There is not enough memory. Close other programs, and try again.")
        return FAILED
    except ImportError as error:  # what a library says where it finds no room is its own
        print_fault(f"A library cannot be loaded: {error}. Install it again, or free memory.")
        return FAILED
    except OSError as error:  # a name that is too long, a folder that is gone
        place = f": {error.filename}" if error.filename else ""
        print_fault(f"{error.strerror or error}{place}. Choose another file or folder.")
        return WRONG


def is_command(word: str) -> bool:
    """Whether a word names a command."""
    return word in _parser().get_default("names")


@functools.cache  # it costs more than many a command
def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="twinloop", description=_ABOUT)
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_new(commands)
    _add_run(commands)
    _add_rest(commands)
    exchanging_arguments.add_commands(commands)
    parser.set_defaults(names=frozenset(commands.choices))
    return parser


def _add_new(commands: Commands) -> None:
    new = commands.add_parser("new", help="make a study file for a table, a script, a program or a function")
    source = new.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", metavar="FILE", help="a CSV, TSV, Parquet or Excel file")
    source.add_argument("--sample", metavar="NAME", help="a bundled sample; see: twinloop samples")
    source.add_argument(
        "--script",
        metavar="FILE.py[:NAME]",
        help="a Python file with objective(trial) as for Optuna, or train(params, report)",
    )
    source.add_argument(
        "--command", metavar="TEMPLATE", help="any program, such as 'Rscript fit.R --lr {lr}'; needs --space"
    )
    source.add_argument("--function", metavar="NAME", help="a test function such as branin, or a formula")
    new.add_argument("--space", metavar="FILE", help="the search space, as YAML or JSON, of a script or a program")
    new.add_argument("--target", metavar="COLUMN", help="the column to predict")
    new.add_argument("--task", choices=["classification", "regression"], help="task, where the target does not tell it")
    new.add_argument(
        "--model",
        metavar="MODEL",
        help="a model family, the name of a scikit-learn class, or the import path of a class; see: twinloop models",
    )
    new.add_argument("--strategy", metavar="SAMPLER", help="search strategy; see: twinloop strategies")
    new.add_argument("--pruner", metavar="NAME", help="pruner, which stops unpromising trials; see: twinloop pruners")
    new.add_argument(
        "--racing",
        choices=["on", "off"],
        help="on: skip the remaining folds of trials that cannot catch up (default: off)",
    )
    new.add_argument("--metric", metavar="NAME", help="evaluation metric")
    new.add_argument("--direction", choices=["minimize", "maximize"], help="whether lower or higher scores are better")
    _add_validation(new)
    new.add_argument("--trials", type=read_positive, metavar="N", help="number of trials")
    new.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="fix a hyperparameter or change a model setting (repeatable)",
    )
    _add_read(new)
    new.add_argument("--seed", type=int, metavar="N", help="random seed")
    new.add_argument("out", metavar="OUT.study")
    new.set_defaults(action=_new)


def _add_read(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--read",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="how to read the table, where detection is wrong: separator, decimal, thousands, encoding, header, "
        "skip_top, skip_bottom, sheet, missing, labels, missing.COLUMN, dates.COLUMN (repeatable)",
    )


def _add_validation(new: _Parser) -> None:
    add = new.add_argument
    add("--positive", metavar="CLASS", help="the positive class for precision, recall and similar metrics")
    add("--ignore", action="append", default=[], metavar="COLUMN", help="exclude a column (repeatable)")
    add("--kind", action="append", default=[], metavar="COLUMN=KIND", help="type of a column (repeatable)")
    add("--validation", metavar="SCHEME", help="cross-validation scheme: " + ", ".join(VALIDATION_SCHEMES))
    add("--folds", type=read_whole, metavar="N", help="number of folds")
    add("--repeats", type=read_whole, metavar="N", help="repetitions of repeated k-fold")
    add("--share", type=read_share, metavar="SHARE", help="validation share in a single split, such as 0.25")
    add("--holdout", type=read_share, metavar="SHARE", help="holdout share, never seen by the search, such as 0.2")
    add("--group", metavar="COLUMN", help="group column: rows with the same value stay in one fold")
    add("--time", metavar="COLUMN", help="time column for a time-series split")
    add(
        "--gap", type=read_number, metavar="GAP", help="gap between training and validation, in days or units of --time"
    )
    add("--duplicates", choices=["together", "apart"], help="whether duplicate rows stay on one side of a split")


def _add_run(commands: Commands) -> None:
    run = commands.add_parser("run", help="run or resume a study")
    run.add_argument("study", metavar="STUDY.study")
    run.add_argument(
        "--trials", type=read_positive, metavar="N", help="run N more trials, regardless of the study's budget"
    )
    run.add_argument("--seconds", type=float, metavar="S", help="run for S seconds at most")
    run.add_argument("--workers", type=read_positive, metavar="N", help="number of parallel workers")
    run.add_argument(
        "--cluster", metavar="ADDRESS", help="compute on ssh:NAME,NAME or a Dask cluster (tls://, local:N)"
    )
    run.add_argument("--certificates", type=Path, metavar="FOLDER", help="the cluster's certificates, for tls://")
    run.add_argument("--allow", action="store_true", help="allow the study to read its table, or run its script")
    run.add_argument("--json", action="store_true", help="print one JSON object a line")
    run.set_defaults(action=_run)
    steering_arguments.add_steering(commands)
    demo = commands.add_parser("demo", help="run a sample study in the terminal")
    demo.set_defaults(action=_demo)
    host = commands.add_parser("host", help="run trials for another computer (which starts this over SSH)")
    host.set_defaults(action=_host)
    certificates = commands.add_parser("certificates", help="create the certificates of a Dask cluster (tls://)")
    certificates.add_argument("folder", type=Path, metavar="FOLDER")
    certificates.set_defaults(action=_certificates)


def _add_rest(commands: Commands) -> None:
    show = commands.add_parser("show", help="show a study's status")
    show.add_argument("study", metavar="STUDY.study")
    show.add_argument("--json", action="store_true", help="print one JSON object")
    show.set_defaults(action=_show)
    export = commands.add_parser("export", help="write the best configuration or all trials")
    export.add_argument("study", metavar="STUDY.study")
    export.add_argument("--to", required=True, metavar="FILE", help="format by file extension; see: twinloop formats")
    export.add_argument(
        "--what",
        default="",
        metavar="PART",
        help="trials, curves, predictions, space, ensemble, or a picture: where an extension has several",
    )
    export.add_argument(
        "--allow", action="store_true", help="allow the export to read the study's table, wherever it is"
    )
    export.set_defaults(action=_export)
    inspect = commands.add_parser("inspect", help="show how a table is read")
    inspect.add_argument("table", metavar="TABLE", help="a CSV, TSV, Parquet or Excel file")
    inspect.add_argument("--target", metavar="COLUMN", help="the column to predict")
    _add_read(inspect)
    inspect.add_argument("--json", action="store_true", help="print one JSON object")
    inspect.set_defaults(action=_inspect)
    judging_arguments.add_commands(commands)
    metrics = commands.add_parser("metrics", help="list the metrics")
    metrics.add_argument("--json", action="store_true", help="print one JSON list")
    metrics.set_defaults(action=_metrics)
    listed = {"samples": "sample tables", "models": "model families", "strategies": "strategies", "pruners": "pruners"}
    for name, what in listed.items():
        listing = commands.add_parser(name, help=f"list the {what}")
        listing.add_argument("--json", action="store_true", help="print one JSON list")
        listing.set_defaults(action=_list, kind=name)


# Each command imports what it needs when it is carried out, so that --version and --help answer at once.


def _new(arguments: argparse.Namespace) -> int:
    if arguments.script or arguments.command or arguments.function:
        from engine.commands.creating_code import create_from_code

        return create_from_code(arguments)
    if arguments.space:
        _parser().error("--space is for --script and --command")
    from engine.commands.creating import create

    return create(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from engine.commands.running import run

    return run(arguments)


def _host(arguments: argparse.Namespace) -> int:
    from engine.execution.remote.pipe_host import serve

    return serve()


def _certificates(arguments: argparse.Namespace) -> int:
    from engine.commands.clusters import make

    return make(arguments.folder)


def _demo(arguments: argparse.Namespace) -> int:
    from engine.commands.running import demo

    return demo()


def _show(arguments: argparse.Namespace) -> int:
    from engine.commands.showing import show

    return show(arguments.study, arguments.json)


def _export(arguments: argparse.Namespace) -> int:
    from engine.commands.showing import export

    return export(arguments.study, arguments.to, arguments.allow, arguments.what)


def _inspect(arguments: argparse.Namespace) -> int:
    from engine.commands.inspecting import inspect_table

    return inspect_table(arguments)


def _metrics(arguments: argparse.Namespace) -> int:
    from engine.commands.showing import list_metrics

    return list_metrics(arguments.json)


def _list(arguments: argparse.Namespace) -> int:
    from engine.commands.showing import listing

    return listing(arguments.kind, arguments.json)


if __name__ == "__main__":
    raise SystemExit(main())
