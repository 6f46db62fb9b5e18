"""A command template with a configuration filled in: values are data, whatever they hold."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import UserFault

PLACE = re.compile(r"\{\{|\}\}|\{([^{}\s]+)\}")
OWN = ("config", "trial", "seed", "params")
"""Placeholders that are no hyperparameters: the path of the file handed over, the trial's number, its seed, and every
hyperparameter as ``--name=value``."""


def split_words(text: str) -> list[str]:
    """Words as a person types them on a command line; raises :class:`UserFault` for an open quotation mark."""
    try:
        return shlex.split(text, posix=os.name != "nt")
    except ValueError as error:
        raise UserFault(f"{text!r} cannot be read: {error}.", "Close the quotation mark.") from error


def split_template(template: str) -> list[str]:
    """The words of a command as a person types it; raises :class:`UserFault` where a quotation mark is left open."""
    try:
        words = shlex.split(template, posix=os.name != "nt")
    except ValueError as error:
        raise UserFault(f"The command cannot be read: {error}.", "Close the quotation mark.", "command") from error
    if os.name == "nt":
        words = [word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word for word in words]
    if not words:
        raise UserFault(
            "The command is empty.", "Write it as in a terminal, such as Rscript fit.R --lr {lr}.", "command"
        )
    return words


def places_of(template: str) -> tuple[str, ...]:
    """The names between braces, in order, each once."""
    return tuple(dict.fromkeys(found[1] for found in PLACE.finditer(template) if found[1]))


def require_places(template: str, names: Iterable[str], hands_over: bool) -> None:
    """Raises :class:`UserFault` where a placeholder names nothing, or where the program would be told nothing."""
    known = tuple(names)
    used = places_of(template)
    for name in used:
        if name not in known and name not in OWN:
            raise UserFault(
                f"The command has {{{name}}}, and the search space has no {name}.",
                f"Add it to the space, or write {{{{{name}}}}} for braces that stay.",
                "command",
            )
    if "config" in used and not hands_over:
        raise UserFault("The command has {config}, and no file is handed over.", "Choose JSON or YAML.", "handover")
    missing = [name for name in known if name not in used]
    if missing and not {"config", "params"} & set(used):
        raise UserFault(
            f"The command does not use {missing[0]}.", f"Write {{{missing[0]}}} where its value goes.", "command"
        )


def fill_words(template: str, values: Mapping[str, object]) -> list[str]:
    """The program and its arguments. An option whose value plays no part in this trial is left out with it."""
    filled: list[str] = []
    for word in split_template(template):
        if word == "{params}":
            filled += [f"--{name}={text_of(value)}" for name, value in values.items() if name not in OWN]
            continue
        absent = [name for name in places_of(word) if name not in values]
        if absent:
            if PLACE.fullmatch(word) and filled and filled[-1].startswith("-"):
                filled.pop()
            continue
        filled.append(_fill(word, values, text_of))
    return filled


def fill_shell(template: str, values: Mapping[str, object]) -> list[str]:
    """The command for a shell, each value in it quoted as one word; an absent one is an empty word."""
    whole = {name: values.get(name, "") for name in places_of(template)}
    whole["params"] = ""
    if os.name == "nt":
        quoted = _fill(template, whole, lambda value: subprocess.list2cmdline([text_of(value)]))
        return ["cmd", "/d", "/c", quoted]
    parts = " ".join(shlex.quote(f"--{n}={text_of(v)}") for n, v in values.items() if n not in OWN)
    text = template.replace("{params}", parts.replace("{", "{{").replace("}", "}}"))
    return ["/bin/sh", "-c", _fill(text, whole, lambda value: shlex.quote(text_of(value)))]


def text_of(value: object) -> str:
    """A value as a program reads it: numbers with all digits, true and false in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _fill(text: str, values: Mapping[str, object], write: Any) -> str:
    def one(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        return str(write(values[found[1]]))

    return PLACE.sub(one, text)
