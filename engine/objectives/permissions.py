"""Where a study's table is, and what a study may touch only after the person has seen it and agreed.

A study file is data that may come from a stranger. Tables beside it (in its folder or below) travel with it and are
read freely; a path to anywhere else is read only with permission, and a script or a program is run only with it.
Permission is remembered on this computer: of a table for its path, of code for its content.

A file holds a path that begins in its own folder where the table is there, so that both can be moved together; in
memory every path is a whole one. Whoever opens a study asks :func:`check_permission` for it, and every reader of tables
:func:`require_permission`: so nothing that an opened study names is read before somebody agreed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import platformdirs
from msgspec.structs import replace

from engine.data import samples
from engine.data.reading import files
from engine.errors import UserFault
from engine.learners.estimators import allow_import, is_class_name, is_foreign
from engine.objectives.code_files import content_of
from engine.objectives.description import AnyObjective, CommandObjective, ScriptObjective, TableObjective

MOST_BYTES = 16 << 20  # of all answers
HOME_VARIABLE = "TWINLOOP_HOME"
"""Names a folder to use instead of the system's place for settings."""


@dataclass(frozen=True, slots=True)
class ExternalAccess:
    """Something outside the study that running it would touch: the sentence for the person, and its key."""

    what: str
    key: str


class PermissionMissing(UserFault):
    """A study that was opened names a table outside its folder, and nobody has allowed that it is read."""


_withheld: dict[str, ExternalAccess] = {}
"""By their paths, the tables that studies of this process name and that are not to be read before somebody agrees."""


def with_absolute_path(objective: AnyObjective | None, study: Path) -> AnyObjective | None:
    """The objective with the whole path of its table or script, as that of a study in the file ``study``."""
    named = _named_path(objective)
    if named is None or objective is None:
        return objective
    field, source = named[0], Path(named[1])
    return objective if source.is_absolute() else _moved(objective, field, str(_folder_of(study) / source))


def with_portable_path(objective: AnyObjective | None, study: Path) -> AnyObjective | None:
    """The objective as the file ``study`` holds it: what lies in its folder, or below, is named from there."""
    named = _named_path(objective)
    if named is None or objective is None:
        return objective
    field, source = named[0], Path(os.path.normpath(named[1]))
    for folder in (_folder_of(study), study.absolute().parent):
        if source.is_relative_to(folder):
            return _moved(objective, field, source.relative_to(folder).as_posix())
    return objective


def _moved(objective: AnyObjective, field: str, path: str) -> AnyObjective:
    changes: dict[str, Any] = {field: path}
    moved: AnyObjective = replace(objective, **changes)
    return moved


def _named_path(objective: AnyObjective | None) -> tuple[str, str] | None:
    """The field of an objective that names a place on this computer, and the path in it."""
    if isinstance(objective, TableObjective):
        return None if samples.is_sample(objective.source) else ("source", objective.source)
    if isinstance(objective, ScriptObjective):
        return "source", objective.source
    if isinstance(objective, CommandObjective) and objective.folder:
        return "folder", objective.folder
    return None


def source_of(objective: AnyObjective | None) -> Path | None:
    """The file with the table or the script that an objective names; *None* where it names none."""
    named = _named_path(objective)
    return Path(named[1]) if named is not None and named[0] == "source" else None


def external_access_of(objective: AnyObjective | None, study: Path) -> ExternalAccess | None:
    """What running ``objective`` would touch outside the folder of ``study``: a table, a package."""
    return _together(_accesses(objective, study))


def _accesses(objective: AnyObjective | None, study: Path) -> list[ExternalAccess]:
    """Each thing that running ``objective`` would touch."""
    return [one for one in (_named_access(objective, study), _import_access(objective)) if one is not None]


def _together(found: list[ExternalAccess]) -> ExternalAccess | None:
    """Several things in one question; *None* for none."""
    if not found:
        return None
    return ExternalAccess(" ".join(one.what for one in found), " ".join(one.key for one in found))


def _import_access(objective: AnyObjective | None) -> ExternalAccess | None:
    """The class of another package than scikit-learn that an objective tunes, if it does."""
    path = objective.family if isinstance(objective, TableObjective) else ""
    if not is_class_name(path) or not is_foreign(path):
        return None
    return _access_to_class(path)


def _access_to_class(path: str) -> ExternalAccess:
    package = path.partition(".")[0]
    what = f"This study wants to import {path}, which runs code of the package {package}."
    return ExternalAccess(what, _key_of("import", path.encode(errors="surrogatepass")))


def _named_access(objective: AnyObjective | None, study: Path) -> ExternalAccess | None:
    """The table outside the folder of ``study``, or the code, that an objective names.

    A path that leads out by its words is not so much as looked at: on some systems that alone calls another computer.
    """
    placed = with_absolute_path(objective, study)
    if isinstance(placed, ScriptObjective | CommandObjective):
        return _external_access_of_code(placed)
    if not isinstance(placed, TableObjective) or samples.is_sample(placed.source):
        return None
    source, folder = Path(os.path.normpath(placed.source)), _folder_of(study)
    if source.is_relative_to(folder) or source.is_relative_to(study.absolute().parent):
        try:
            source = Path(os.path.realpath(source))
        except (OSError, ValueError):  # a name that no file can have
            source = Path(placed.source)
        if source.is_relative_to(folder):
            return None
    key = _key_of("read", str(source).encode(errors="surrogatepass"))
    return ExternalAccess(f"This study wants to read {source}, which is not in its own folder.", key)


def check_permission(
    objective: AnyObjective | None, study: Path, permissions: Permissions | None = None
) -> ExternalAccess | None:
    """Let a study in; what it would touch and nobody has allowed, if anything. That is withheld from now on.

    Code is asked about wherever it lies, and again with every change of it; code that cannot be read is not run.
    """
    known, placed = permissions or Permissions(), with_absolute_path(objective, study)
    missing = [one for one in _accesses(objective, study) if not known.has(one.key)]
    if isinstance(placed, TableObjective):
        table, model = _named_access(objective, study), _import_access(objective)
        if table in missing and table is not None:
            _withheld[placed.source] = table
        else:
            _withheld.pop(placed.source, None)
        if model not in missing:
            allow_model(placed)
    return _together(missing)


def allow_model(objective: AnyObjective | None) -> None:
    """The person has agreed to what this objective tunes: its class may be imported in this process."""
    if isinstance(objective, TableObjective) and is_class_name(objective.family):
        allow_import(objective.family)


def require_text(objective: AnyObjective | None) -> None:
    """Raises :class:`UserFault` where a table or script is at a path that is no text, which no worker can be told."""
    if isinstance(objective, TableObjective | ScriptObjective):
        files.require_text(Path(objective.source))


def grant_permission(objective: AnyObjective | None, study: Path, permissions: Permissions | None = None) -> None:
    """The person agrees to what a study would touch; remembered."""
    placed = with_absolute_path(objective, study)
    for access in _accesses(objective, study):
        (permissions or Permissions()).grant(access)
    if isinstance(placed, TableObjective):
        _withheld.pop(placed.source, None)
        allow_model(placed)


def grant_chosen_table(objective: AnyObjective | None, study: Path) -> None:
    """The person has chosen the table of a study, and so agrees that it is read; code is asked about when it runs."""
    access, placed = _named_access(objective, study), with_absolute_path(objective, study)
    if isinstance(placed, TableObjective):
        if access is not None:
            Permissions().grant(access)
        _withheld.pop(placed.source, None)


def permit_model(path: str) -> None:
    """The person has named this class by hand: it may be imported, here and by studies that are opened later."""
    allow_import(path)
    if is_foreign(path):
        Permissions().grant(_access_to_class(path))


def withheld_tables() -> dict[str, ExternalAccess]:
    """All that is withheld in this process, for another one that reads in its place (:func:`set_withheld_tables`)."""
    return dict(_withheld)


def set_withheld_tables(found: Mapping[str, ExternalAccess]) -> None:
    """Withhold this, and nothing else, in this process."""
    _withheld.clear()
    _withheld.update(found)


def permit_table(source: str) -> None:
    """The person has chosen a table by hand, whatever studies say of it."""
    _withheld.pop(source, None)


def require_permission(source: str | Path) -> None:
    """Raises :class:`PermissionMissing` for a table that an opened study names and nobody has allowed."""
    access = _withheld.get(str(source))
    if access is None:
        return
    if Permissions().has(access.key):  # given meanwhile, for another study or by another program
        _withheld.pop(str(source), None)
        return
    raise PermissionMissing(access.what, "Press Run, which asks, or allow it with --allow.", place="source")


def _folder_of(study: Path) -> Path:
    return Path(os.path.realpath(study)).parent


def _external_access_of_code(objective: ScriptObjective | CommandObjective) -> ExternalAccess | None:
    """What running somebody's script or program means; *None* where it cannot be read, and so not be run.

    The answer is remembered for the content of all that would run: a change of one byte needs another yes.
    """
    try:
        name, content, lines = content_of(objective)
    except UserFault:
        return None
    return external_access_of_code(name, content, lines)


def external_access_of_code(name: str, content: bytes, lines: int | None = None) -> ExternalAccess:
    """What running somebody's script or program would mean. A change of one byte needs another yes.

    ``name`` is what the person reads; ``content`` is all that would run, and is what the answer is remembered for;
    ``lines`` is how long it is, 0 where that says nothing.
    """
    lines = content.count(b"\n") + 1 if lines is None else lines
    size = f" ({lines:,} lines)" if lines else ""
    return ExternalAccess(f"This study wants to run {name}{size}.", _key_of("run", content))


class Permissions:
    """The remembered answers. One small JSON file; one that cannot be read counts as empty."""

    def __init__(self, folder: Path | None = None) -> None:
        home = os.environ.get(HOME_VARIABLE)
        place = folder or (Path(home) if home else Path(platformdirs.user_config_dir("twinloop", appauthor=False)))
        self._path = place / "consents.json"

    def has(self, key: str) -> bool:
        """Whether the person agreed to this."""
        return key in self._read()

    def grant(self, access: ExternalAccess) -> None:
        """Remember that the person agreed."""
        known = self._read() | {access.key: access.what}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(".new")
            draft.write_bytes(msgspec.json.encode(known))
            draft.replace(self._path)
        except OSError:
            return  # a folder that cannot be written means being asked again, not a study that cannot be run

    def _read(self) -> dict[str, str]:
        try:
            status = self._path.stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
                return {}
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return {}


def _key_of(verb: str, content: bytes) -> str:
    return hashlib.blake2b(verb.encode() + b":" + content, digest_size=20).hexdigest()
