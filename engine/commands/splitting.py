"""``twinloop new``: how rows are split, which columns are used, and what of two classes is looked for."""

from __future__ import annotations

import argparse
from typing import Any

from engine.data import reading
from engine.data.folds import BY_GROUP
from engine.data.reading.options import parse
from engine.data.table import KINDS
from engine.errors import UserFault
from engine.objectives.description import TableObjective, Validation
from engine.setup import StudySetup, replace
from engine.study import catalogue, setup_problems
from engine.wording import one_of
from engine.written import require_once

OPTIONS = {
    "source": "--data", "target": "--target", "task": "--task", "metric": "--metric", "model": "--model",
    "positive": "--positive", "ignored": "--ignore", "kinds": "--kind", "scheme": "--validation", "folds": "--folds",
    "repeats": "--repeats", "share": "--share", "holdout": "--holdout", "gap": "--gap", "duplicates": "--duplicates",
    "direction": "--direction", "settings": "--set",
}  # fmt: skip
"""The option that mends a problem, by its place."""


def choices_of(arguments: argparse.Namespace, source: str) -> dict[str, Any]:
    """The fields of a table objective that the arguments give; raises :class:`UserFault` for what names nothing."""
    pairs = [_parse_kind(text) for text in arguments.kind]
    require_once((name for name, _ in pairs), "--kind")
    kinds = dict(pairs)
    named = [*kinds, *arguments.ignore, *(name for name in (arguments.group, arguments.time) if name)]
    if named:
        info = reading.inspect(source, parse(arguments.read)).info
        for name in named:
            info.column(name)
    if arguments.target in arguments.ignore:
        raise UserFault(f"{arguments.target!r} is the target, so it cannot be left out.", "Leave another column out.")
    return {
        "kinds": kinds,
        "ignored": tuple(dict.fromkeys(arguments.ignore)),
        "validation": _validation(arguments),
        "seed": arguments.seed or 0,
    }


def with_shares(setup: StudySetup) -> StudySetup:
    """The definition with the shares of classes kept in grouped folds, where there are classes and that is possible."""
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    if objective.validation.scheme != "grouped" or objective.task != "classification":
        return setup
    stratified = replace(objective.validation, scheme="stratified_grouped")
    changed: StudySetup = replace(setup, objective=replace(objective, validation=stratified))
    refused = any(one.forbids and one.place in {"folds", "scheme"} for one in setup_problems(changed))
    return setup if refused else changed


def _validation(arguments: argparse.Namespace) -> Validation:
    scheme: Any = arguments.validation
    column = arguments.group or arguments.time
    _check_scheme(arguments, scheme)
    usual: Any = "grouped" if arguments.group else "time" if arguments.time else "auto"
    given = {name: getattr(arguments, name) for name in ("folds", "holdout", "gap", "repeats", "share", "duplicates")}
    given = {name: value for name, value in given.items() if value is not None}
    return Validation(scheme or usual, column=column, **given)


def _check_scheme(arguments: argparse.Namespace, scheme: str | None) -> None:
    known = [entry.name for entry in catalogue().schemes]
    if scheme is not None and scheme not in known:
        raise UserFault(f"There is no validation scheme called {scheme!r}.", one_of(known))
    if arguments.group and arguments.time:
        raise UserFault("Rows are split by groups or by time.", "Give one of --group and --time.")
    if arguments.group and scheme not in {None, *BY_GROUP}:
        raise UserFault(f"The scheme {scheme} has no groups.", "Leave --validation out, or give it grouped.")
    if arguments.time and scheme not in {None, "time"}:
        raise UserFault(f"The scheme {scheme} has no time.", "Leave --validation out, or give it time.")
    if scheme in BY_GROUP and not arguments.group:
        raise UserFault(f"The scheme {scheme} needs a column of groups.", "Name it with --group COLUMN.")
    if arguments.repeats is not None and scheme != "repeated":
        raise UserFault("Only repeated k-fold has repeats.", "Give --validation repeated as well.")


def _parse_kind(text: str) -> tuple[str, str]:
    name, sign, kind = text.rpartition("=")
    if not sign or not name:
        raise UserFault(f"--kind needs COLUMN=KIND, not {text}.", "Write it like --kind zip=category.")
    if kind not in KINDS:
        raise UserFault(f"The type of column {name!r} is {kind!r}.", one_of(KINDS))
    return name, kind
