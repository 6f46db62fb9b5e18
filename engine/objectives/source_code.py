"""The one door to Python source: what a script is made of passes :func:`literal`, :func:`identifier` or :func:`prose`.

Texts of a study become literals that mean exactly these texts; what stands in a script as code (arguments, classes,
modules) must be a name, so that no text can become code. Objects become the expression that makes them again, and the
imports it needs.
"""

from __future__ import annotations

import ast
import inspect
import json
import keyword
import math
from collections.abc import Collection
from typing import Any

from engine.errors import Bug, UserFault

MOST_PROSE = 80  # characters: a line of the script


class Imports:
    """The imports that a script collects while its parts are written."""

    def __init__(self) -> None:
        self._names: set[tuple[str, str]] = set()
        self._modules: set[str] = set()

    def add_module(self, module: str) -> None:
        """Have a whole module of the standard library imported."""
        self._modules.add(module)

    def modules(self) -> str:
        """One line for each whole module, sorted."""
        return "\n".join(f"import {module}" for module in sorted(self._modules))

    def add(self, module: str, *names: str) -> None:
        """Have ``names`` imported from ``module``."""
        self._names |= {(".".join(map(identifier, module.split("."))), identifier(one)) for one in names}

    def lines(self) -> str:
        """One line a module, sorted."""
        modules = sorted({module for module, _ in self._names})
        return "\n".join(
            f"from {module} import {', '.join(sorted(name for at, name in self._names if at == module))}"
            for module in modules
        )


def literal(value: object) -> str:
    """A plain value, or a list, tuple or dict of them, as source; raises :class:`UserFault` for anything else."""
    if isinstance(value, str):
        return _text_literal(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
    if type(value) is float and not math.isfinite(value):
        return f'float("{value}")'
    if value is None or type(value) in {bool, int, float}:
        return repr(value)
    raise UserFault("This model has a setting that cannot be written as code.", "Export the study as JSON instead.")


def identifier(text: str) -> str:
    """``text`` where it can stand as a name in code; raises :class:`UserFault` for anything else."""
    if text.isidentifier() and text.isascii() and not keyword.iskeyword(text) and not text.startswith("__"):
        return text
    raise UserFault(f"{text!r} cannot stand in a script: it is not a name.", "Export the study as JSON instead.")


def prose(text: str) -> str:
    """``text`` as it can stand in a docstring or a comment: on one line, ending neither, and not longer than one."""
    short = text if len(text) <= MOST_PROSE else f"{text[:MOST_PROSE]}…"
    printed = "".join(one if one.isprintable() else _escape_character(one) for one in short)
    return printed.replace("\\", "\\\\").replace('"', "'")


def _text_literal(value: str) -> str:
    """A string literal in double quotes, with escapes for all that is not printed: a reader sees what it means."""
    quoted = json.dumps(value, ensure_ascii=False)
    source = "".join(one if one.isprintable() else _escape_character(one) for one in quoted)
    if ast.literal_eval(source) != value:
        raise Bug(f"{source} is not the text that was meant")
    return source


def _escape_character(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def expression(value: object, imports: Imports, indent: str | None = None, named: Collection[str] = ()) -> str:
    """Source that makes ``value`` again: plain data, or an object whose arguments are its attributes.

    Arguments that equal their default are left out, but those in ``named``. With ``indent`` (that of the line it
    stands in) three arguments and more go on lines of their own.
    """
    if isinstance(value, list | tuple) and any(_is_object(one) for one in _flat(value)):
        inside = ", ".join(expression(one, imports, None, named) for one in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    if not _is_object(value):
        return literal(value)
    cls = type(value)
    imports.add(_public_module(cls), cls.__name__)
    deeper = None if indent is None else indent + "    "
    given = [
        f"{identifier(argument)}={expression(_argument_of(value, argument, default), imports, deeper, named)}"
        for argument, default in _constructor_arguments(value).items()
        if argument in named or not _is_default(_argument_of(value, argument, default), default)
    ]
    if deeper is None or len(given) < 3:
        return f"{cls.__name__}({', '.join(given)})"
    lines = "".join(f"{deeper}{argument},\n" for argument in given)
    return f"{cls.__name__}(\n{lines}{indent})"


def _argument_of(value: object, name: str, default: object) -> object:
    """What an object was made with; CatBoost's keep their arguments out of their attributes, unset ones altogether."""
    if hasattr(value, name) or not hasattr(value, "get_params"):
        return getattr(value, name)
    return value.get_params(deep=False).get(name, default)


def _is_object(value: object) -> bool:
    return value is not None and not isinstance(value, bool | int | float | str | list | tuple | dict)


def _flat(values: Any) -> list[object]:
    """Everything in lists and tuples inside each other."""
    found: list[object] = []
    for one in values:
        found += _flat(one) if isinstance(one, list | tuple) else [one]
    return found


def _constructor_arguments(value: Any) -> dict[str, object]:
    """The names of an object's arguments and their defaults."""
    parameters = inspect.signature(type(value)).parameters
    if all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters.values()):
        return {name: parameter.default for name, parameter in parameters.items()}
    # Estimators of boosting libraries take arguments that their signature does not name.
    defaults = type(value)().get_params(deep=False)
    return {name: defaults.get(name, inspect.Parameter.empty) for name in value.get_params(deep=False)}


def _is_default(value: object, default: object) -> bool:
    return value is default or (type(value) is type(default) and bool(value == default))


def _public_module(cls: type) -> str:
    """Where a class is imported from: ``sklearn.svm`` rather than ``sklearn.svm._classes``, ours from ``twinloop``."""
    public = [part for part in cls.__module__.removeprefix("twinloop.").split(".") if not part.startswith("_")]
    return ".".join(["twinloop" if public[0] == "engine" else public[0], *public[1:2]])
