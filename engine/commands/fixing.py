"""``twinloop new --set NAME=VALUE``: hyperparameters held at one value, and settings of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from engine.errors import UserFault
from engine.objectives.description import TableObjective
from engine.options import Option, Value, check
from engine.setup import StudySetup, replace
from engine.space import Categorical, Choice, Hyperparameter
from engine.space.fixing import fix_value
from engine.study import additional_hyperparameters, check_setup, every_choice, model_entry, suggest_space
from engine.written import require_once

_WORDS: dict[str, Choice] = {"true": True, "false": False, "none": None}


def with_values(setup: StudySetup, given: Iterable[str]) -> StudySetup:
    """``setup`` with each ``NAME=VALUE`` of ``given`` carried out, in order.

    Raises :class:`UserFault` where one is malformed, names nothing of the model, or has a value that does not fit.
    """
    given = list(given)
    require_once((text.partition("=")[0].strip() for text in given), "--set")
    for text in given:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not sign or not name or not value:
            raise UserFault(f"--set needs NAME=VALUE, not {text}.", "Write it like --set optimizer=sgd.")
        setup = _with_value(setup, name, value)
    wrong = check_setup(setup)
    if wrong:
        raise UserFault(f"{wrong[0].name}: {wrong[0].what}", wrong[0].remedy)
    return setup


def _with_value(setup: StudySetup, name: str, text: str) -> StudySetup:
    rows = {**setup.space, **additional_hyperparameters(setup)}
    if name in rows:
        return _fix_hyperparameter(setup, name, parse_value(text, rows[name]), rows[name])
    if name in _OF_STUDY:
        return _OF_STUDY[name](setup, text)
    settings = _changed_settings(setup)
    if name not in settings:
        known = f"Its hyperparameters are: {', '.join(rows)}."
        if settings:
            known += f" Its settings are: {', '.join(settings)}."
        known += f" The study's are: {', '.join(_OF_STUDY)}."
        raise UserFault(f"The model has no {name!r} to set.", known)
    objective = setup.objective
    assert isinstance(objective, TableObjective)
    value = check(settings[name], _parse_plain(text, settings[name]))
    changed: StudySetup = replace(setup, objective=replace(objective, settings={**objective.settings, name: value}))
    return changed


def _fix_hyperparameter(setup: StudySetup, name: str, value: Choice, row: Hyperparameter) -> StudySetup:
    if isinstance(row, Categorical) and (known := every_choice(setup, name)):
        row = msgspec.structs.replace(row, choices=tuple(dict.fromkeys((*row.choices, *known))))
    held_there: StudySetup = replace(setup, space=fix_value({**setup.space, name: row}, name, value))
    return held_there


def _with_portfolio(setup: StudySetup, text: str) -> StudySetup:
    """Whether configurations that are known to do well are tried first."""
    if text.lower() not in _SWITCH:
        raise UserFault(f"portfolio is {text!r}.", "Give on or off.")
    switched: StudySetup = replace(setup, strategy=replace(setup.strategy, portfolio=_SWITCH[text.lower()]))
    return switched


def _with_ranges(setup: StudySetup, text: str) -> StudySetup:
    """The suggested ranges in another width; what was held at one value before is held no longer."""
    resized: StudySetup = replace(setup, space=suggest_space(setup, text.lower()))
    return resized


_SWITCH = {"on": True, "true": True, "off": False, "false": False}
_OF_STUDY: Mapping[str, Callable[[StudySetup, str], StudySetup]] = {
    "portfolio": _with_portfolio,
    "ranges": _with_ranges,
}
"""Settings that belong to the study and not to its model."""


def _changed_settings(setup: StudySetup) -> Mapping[str, Option]:
    objective = setup.objective
    if not isinstance(objective, TableObjective):
        return {}
    model = model_entry(objective.family)
    return {} if model is None else {option.name: option for option in model.options}


def parse_value(text: str, row: Hyperparameter) -> Choice:
    """The text as a value of the row: a choice by what it looks like, else a number where it is one."""
    if isinstance(row, Categorical):
        shown = {str(choice).lower(): choice for choice in row.choices}
        return shown.get(text.lower(), text)
    return _parse_number(text)


def _parse_plain(text: str, option: Option) -> Value:
    if option.kind is str:
        return text
    value = _WORDS.get(text.lower(), text)
    return _parse_number(value) if isinstance(value, str) else value


def _parse_number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
