"""From an import path to a class, where that may be imported: what is not scikit-learn's runs only with consent.

A study file may come from a stranger, and importing a package runs its code. So a path outside scikit-learn is
imported only where somebody named it by hand, or agreed to it (:func:`allow_import`).
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from engine.errors import UserFault

TRUSTED = "sklearn"
_allowed: set[str] = set()
_MOST_LETTERS = 200  # of a path that is shown whole: a guess


class ImportNotAllowed(UserFault):
    """A study names a class of a package that nobody has allowed to be imported."""


def is_class_name(name: str) -> bool:
    """Whether ``name`` is that of a class (``SVC``, ``sklearn.svm.SVC``), and not of one of our model families."""
    return "." in name or name[:1].isupper()


def is_foreign(path: str) -> bool:
    """Whether importing this path runs code of another package than scikit-learn."""
    return path.partition(".")[0] != TRUSTED


def allow_import(path: str) -> None:
    """A person has named this class by hand, or agreed that it is imported."""
    _allowed.add(path)


def forbid_import(path: str) -> None:
    """Take the permission back, as for a study of which nobody has said anything yet."""
    _allowed.discard(path)


def allowed_imports() -> tuple[str, ...]:
    """All that is allowed in this process, for another one that works in its place."""
    return tuple(sorted(_allowed))


def load_class(path: str) -> Any:
    """The class at an import path.

    Raises :class:`UserFault` where the path is none, may not be imported, is not installed, or leads to no estimator
    with ``fit``, ``predict`` and ``get_params``.
    """
    module, _, name = path.rpartition(".")
    parts = path.split(".")
    is_path = bool(module) and all(part.isidentifier() for part in parts) and len(path) <= _MOST_LETTERS
    if not is_path or any(part.startswith("_") for part in parts):
        raise UserFault(
            f"{path[:_MOST_LETTERS]!r} is not the path of a class.", "Write it like lightgbm.LGBMClassifier."
        )
    if is_foreign(path) and path not in _allowed:
        what = f"This study wants to import {path}, which runs code of the package {parts[0]}."
        raise ImportNotAllowed(what, "Press Run, which asks, or allow it with --allow.", place="model")
    if not is_foreign(path) and {"tests", "conftest", "externals"} & set(parts):
        raise UserFault(f"{path} is no estimator.", "Choose one of scikit-learn's public classes.", place="model")
    try:
        found = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        missing = str(error.name or module).partition(".")[0]
        raise UserFault(f"{missing} is not installed.", _install_words(missing), place="model") from error
    except AttributeError:
        raise UserFault(f"{module} has no class {name}.", _known_words(module), place="model") from None
    except Exception as error:  # importing runs a stranger's code, which may raise anything
        what = f"{path} cannot be imported: {type(error).__name__}: {error}."
        raise UserFault(what, "Install what it needs, or choose another model.", place="model") from error
    if not inspect.isclass(found) or not all(callable(getattr(found, one, None)) for one in _NEEDED):
        raise UserFault(f"{path} is no estimator with fit and predict.", "Choose another class.", place="model")
    return found


_NEEDED = ("fit", "predict", "get_params", "set_params")
_EXTRAS = {"lightgbm": "boosting", "xgboost": "boosting", "catboost": "boosting"}


def _install_words(package: str) -> str:
    extra = _EXTRAS.get(package)
    command = f"pip install 'twinloop[{extra}]'" if extra else f"pip install {package}"
    return f"Install it with: {command}, or choose another model."


def _known_words(module: str) -> str:
    return f"Look up the name in the documentation of {module.partition('.')[0]}, or choose another model."
