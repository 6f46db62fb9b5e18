"""Exports: one file a format, named after the ending that chooses it."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import UserFault
from engine.exporting.base import Content, Format, read_content, require_other_file
from engine.registry import Registry
from engine.store import copying

registry: Registry[Format] = Registry(
    __name__,
    "export format",
    Format,
    skip=(
        "base",
        "python_script",
        "script_reading",
        "script_split",
        "best",
        "table",
        "rows",
        "reported",
        "optuna_schema",
        "new_predictions",
        "verifying",
        "scoring_example",
        "report",
        "code_script",
        "script_text",
        "script_preparation",
        "other_tables",
        "script_models",
        "ensembling",
        "figure",
        "qt_process",
    ),
)
names = registry.names


def missing_for_export(ending: str) -> str:
    """A sentence on what has to be installed before a file with this ending can be written; empty where nothing."""
    return registry.get(ending)().missing()


def export_study(
    path: str | Path,
    target: str | Path,
    say: Callable[[str], None] = lambda _: None,
    numbers: Sequence[int] | None = None,
    what: str = "",
) -> Path:
    """Write the study in ``path`` to ``target`` in the format of its ending; the target's path.

    ``what`` chooses among the parts that a format has (:attr:`Format.parts`). A table of trials holds those with
    ``numbers`` alone, in that order, where they are given.
    ``say`` is told, in sentences, what in the study's file contradicted its definition and was put right, and where
    what was written differs from the study. Each file is read or run again before it takes its name.
    An existing target is replaced only when the new one is whole. Raises :class:`UserFault` for an unknown ending, a
    study without a complete trial where one is needed, and a place that cannot be written.
    """
    target = Path(target)
    ending = target.suffix.removeprefix(".").lower()
    if ending not in names():
        known = ", ".join(f".{name}" for name in names())
        raise UserFault(f"{target.name} has no ending that names a format.", f"Use one of: {known}.")
    writer = registry.get(ending)()
    if what and what not in writer.parts:
        known = ", ".join(writer.parts)
        remedy = f"Choose one of: {known}." if known else "Leave --what out."
        raise UserFault(f"A .{ending} file holds no {what}.", remedy)
    lacking = writer.missing()
    if lacking:
        raise UserFault(lacking)
    content = replace(read_content(Path(path)), numbers=None if numbers is None else tuple(numbers), what=what)
    require_other_file(content, target)
    for sentence in content.put_right:
        say(sentence)
    try:
        with copying.draft(target.absolute()) as folder:
            folder.mkdir()
            draft = folder / target.name
            writer.write(content, draft)
            for sentence in writer.check(content, draft):
                say(sentence)
            os.replace(draft, target)  # noqa: PTH105 - the same call, in the form that says what it does
    except OSError as error:
        raise UserFault(
            f"{target.name} could not be written: {error.strerror or error}.", "Choose another folder."
        ) from error
    except sqlite3.Error as error:  # of the lock beside it
        what = f"{target.name} could not be written: nothing can be made in its folder."
        raise UserFault(what, "Choose another folder.") from error
    return target


__all__ = ["Content", "Format", "export_study", "names", "registry"]
