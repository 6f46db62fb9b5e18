"""The one place where what SQLite and the disk complain of becomes a sentence for people, or a bug of ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import Bug, UserFault

_FULL = ("There is no room left on the disk that holds {name}.", "Free some space, or save the study to another disk.")
_READ_ONLY = ("{name} is in a place where nothing may be written.", "Save the study to a folder of your own.")
_BUSY = ("Another program is writing to {name}.", "Close it there, and try again.")
_NOT_A_STUDY = ("{name} is not a study file.", "Choose a file that Twinloop made; their names end in .study.")
_DAMAGED = ("{name} is damaged and cannot be read safely.", "Open a backup copy of it.")
_DISK = ("The disk that holds {name} does not answer as it should.", "Check the disk, or save the study to another.")
_UNREACHABLE = ("{name} cannot be opened.", "See that its folder exists, and that you may read and write there.")
_GONE = (
    "{name} was moved, deleted or replaced while it was open.",
    "Put it back, or save the study under another name; nothing is lost while Twinloop stays open.",
)
_CHANGED = (
    "{name} was changed by another program since this study was read from it.",
    "Open it anew, or save this study under another name.",
)
_MEMORY = ("There is not enough memory to read {name}.", "Close other programs, and try again.")

_BY_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_AUTH: _DAMAGED,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_NOTADB: _NOT_A_STUDY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_FORMAT: _DAMAGED,
    sqlite3.SQLITE_TOOBIG: _DAMAGED,
    sqlite3.SQLITE_CONSTRAINT: _DAMAGED,
    sqlite3.SQLITE_MISMATCH: _DAMAGED,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_NOMEM: _MEMORY,
}
_BY_EXTENDED_CODE = {
    sqlite3.SQLITE_READONLY_ROLLBACK: (
        "{name} was cut off in the middle of a change.",
        "Open it once in a place where it may be written.",
    ),
    sqlite3.SQLITE_IOERR_NOMEM: _MEMORY,
}
_BY_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}


class LockedByOther(UserFault):
    """Another process, or another window, writes the study; it can be looked at meanwhile."""


class Unlockable(LockedByOther):
    """The folder is on a drive without locks, as some network drives are; a study there can be looked at."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The drive that holds {path.name} locks no files, so two programs could write it at once.",
            "Save the study to another drive.",
        )


class Unwritten(UserFault):
    """What happened is kept in memory, the study's file does not hold it yet."""


class Gone(UserFault):
    """The file that was opened is no longer at its place."""


def not_a_study(path: Path) -> UserFault:
    """The file is something else."""
    return _fault_of(_NOT_A_STUDY, path)


def not_plain(path: Path) -> UserFault:
    """A pipe or a device is where a file of the study belongs."""
    return UserFault(f"{path.name} is not a file but a pipe or a device.", "Move it away, and try again.")


def damaged(path: Path, where: str = "") -> UserFault:
    """The file holds what no Twinloop wrote; ``where`` names the place (``"trial 7"``)."""
    if not where:
        return _fault_of(_DAMAGED, path)
    return UserFault(f"{path.name} is damaged: {where} cannot be read.", _DAMAGED[1])


def read_only(path: Path) -> UserFault:
    """Nothing can be written beside the file."""
    return _fault_of(_READ_ONLY, path)


def busy(path: Path) -> UserFault:
    """Another program keeps changing or locking the file."""
    return _fault_of(_BUSY, path)


def gone(path: Path) -> UserFault:
    """The file is no longer where it was opened."""
    return Gone(_GONE[0].format(name=path.name), _GONE[1])


def cut(path: Path) -> UserFault:
    """Somebody cut the log beside the file, and with it what was written last."""
    return Gone(
        f"{path.name}-wal was cut short by another program, and with it the last trials on file.",
        "Save the study under another name; nothing is lost while Twinloop stays open.",
    )


def linked(path: Path) -> UserFault:
    """The file has several names (hard links)."""
    return UserFault(
        f"{path.name} has two names on its disk (a hard link); what is written under one is lost to the other.",
        "Copy it and open the copy, or remove the other name.",
    )


def forked(path: Path) -> UserFault:
    """This process is a copy of the one that opened the file, made by a fork."""
    return UserFault(
        f"{path.name} is open in the process that this one is a copy of (a fork), and only that one writes it.",
        "Return the results to it, and tell them there.",
    )


def changed(path: Path) -> UserFault:
    """The file holds other trials than the study that was read from it."""
    return _fault_of(_CHANGED, path)


def unwritten(fault: UserFault) -> Unwritten:
    """The refusal of a write, for whoever still has the study in memory."""
    return Unwritten(
        fault.what,
        f"{fault.remedy} Nothing is lost: what the file lacks is kept in memory, "
        "and written first with the next call or by flush().",
    )


def missing(path: Path) -> UserFault:
    """There is no such file."""
    return UserFault(
        f"There is no file {path.name} in {path.absolute().parent}.", "See whether it was moved or renamed."
    )


@contextmanager
def told_as_faults(path: Path) -> Iterator[None]:
    """Turns what the disk and SQLite raise inside into :class:`UserFault`, or :class:`Bug` where nobody can mend it."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(error, path) from error
    except UnicodeDecodeError as error:  # names in a damaged schema
        raise damaged(path) from error
    except OSError as error:
        raise _fault_of(_BY_ERRNO.get(error.errno or 0, _UNREACHABLE), path) from error
    except MemoryError as error:
        raise _fault_of(_MEMORY, path) from error


def _of_sqlite(error: sqlite3.Error, path: Path) -> UserFault | Bug:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # The sqlite3 module itself complains, without a code, only of texts that are not UTF-8, and of misuse.
        return damaged(path) if "decode" in str(error) else Bug(f"the study file was used wrongly: {error}")
    if code == sqlite3.SQLITE_ERROR and "unsupported file format" in str(error):
        return damaged(path)
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return gone(path)
    words = _BY_EXTENDED_CODE.get(code) or _BY_CODE.get(code & 0xFF)
    return _fault_of(words, path) if words else Bug(f"SQLite says {error} ({error.sqlite_errorname})")


def _fault_of(words: tuple[str, str], path: Path) -> UserFault:
    return UserFault(words[0].format(name=path.name), words[1])
