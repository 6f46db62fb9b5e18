"""The classifiers and regressors that scikit-learn lists, by name, without loading scikit-learn."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

import resources
from engine.errors import UserFault

_FILE = "estimators.json"


class ListedEstimator(msgspec.Struct, frozen=True):
    """One class: what it is called, where it is imported from, what it predicts and what its documentation begins with.

    ``reason`` says why it cannot be tuned on a table; empty where it can.
    """

    name: str
    path: str
    task: str
    about: str = ""
    reason: str = ""


@cache
def listed_estimators() -> tuple[ListedEstimator, ...]:
    """All of ``resources/estimators.json``, sorted by name; ``python -m tests.making.estimators`` writes that file."""
    content = files(resources).joinpath(_FILE).read_bytes()
    return msgspec.json.decode(content, type=tuple[ListedEstimator, ...])


def import_path(name: str) -> str:
    """The import path of a class, which may be given by its name alone where scikit-learn lists it.

    Raises :class:`UserFault` for a name that it does not list, with the nearest ones.
    """
    if "." in name:
        return name
    # In here because it is needed for a mistyped name alone.
    from difflib import get_close_matches

    known = {one.name: one.path for one in listed_estimators()}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 3, 0.5)
    remedy = f"Did you mean {' or '.join(near)}?" if near else "Give the whole import path, as lightgbm.LGBMClassifier."
    raise UserFault(f"scikit-learn lists no classifier or regressor called {name!r}.", remedy, "model")
