"""Trials of other programs: each kind of file is one module here, and becomes a study of its own."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserFault
from engine.importing.records import ForeignStudy, ForeignTrial, Wishes
from engine.importing.sources import Source
from engine.registry import Registry

_SKIP = (
    "records",
    "sources",
    "choosing",
    "making",
    "optuna_building",
    "optuna_distributions",
    "columns",
    "value_kinds",
    "looking",
)  # fmt: skip - modules that are no source

registry: Registry[Source] = Registry(__name__, "source of trials", Source, skip=_SKIP)
names = registry.names

_HEAD = 4096  # bytes that tell a kind of file; a guess that holds for every one here


def find_source(path: Path) -> Source | None:
    """Who reads the file at ``path``; *None* where nobody does. Raises :class:`UserFault` where it cannot be opened."""
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise UserFault(f"{path.name} is not a file but a folder, a pipe or a device.", "Choose another file.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise UserFault(
            f"{path.name or path} cannot be read: {error.strerror or error}.", "Choose another file."
        ) from error
    known = sorted((registry.get(name)() for name in names()), key=lambda one: one.is_last)
    return next((one for one in known if one.recognises(path, head)), None)


def read_foreign(path: str | Path, wishes: Wishes = Wishes()) -> ForeignStudy:  # noqa: B008 - frozen
    """The study in a file of another program; raises :class:`UserFault` where there is none that can be read."""
    path = Path(path)
    source = find_source(path)
    if source is None:
        raise UserFault(
            f"{path.name} is not a file with trials that Twinloop knows.",
            "Give an Optuna storage (SQLite or journal), a CSV of trials, or cv_results_ as CSV or JSON.",
        )
    return source.read(path, wishes)


def import_study(path: str | Path, out: str | Path, wishes: Wishes = Wishes()) -> ForeignStudy:  # noqa: B008 - frozen
    """Make a study file of trials of another program; what was read, with what there is to say of it.

    Raises :class:`UserFault` where it cannot be read, where ``out`` exists, and where that cannot be written.
    """
    # In here because every list of sources is asked for without it.
    from engine.importing.making import make_study

    if Path(out).exists():
        raise UserFault(f"{out} exists already.", "Give another name.")
    found = read_foreign(path, wishes)
    make_study(found, Path(out))
    return found


__all__ = [
    "ForeignStudy",
    "ForeignTrial",
    "Source",
    "Wishes",
    "find_source",
    "import_study",
    "names",
    "read_foreign",
    "registry",
]
