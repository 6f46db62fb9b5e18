"""Letters to the one writer of a study: files in a folder beside it, addressed to that writer alone, and answered.

The folder (``x.study-letters``) is there only while somebody writes or waits. A letter is taken before it is obeyed, so
that none is obeyed twice; one to a writer that is gone is thrown away by the next. Who may write a file here could also
write the study itself.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

from engine.errors import UserFault
from engine.store import connection as connections

LARGEST = 16 << 20  # bytes of a letter: far more than any definition has
KEPT_SECONDS = 60.0  # that an answer waits for whoever asked: a guess
MOST_TAKEN = 64  # letters at a time, so that those of a stranger do not fill the memory; the others come next; a guess
_LETTER, _ANSWER, _DRAFT = ".letter", ".answer", ".draft"


def send_letter(path: Path, mark: int, content: bytes) -> str:
    """Write to the writer with this mark; the letter's name. Raises :class:`UserFault` where no file can be made."""
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    folder = _folder(path)
    try:
        _make_folder(folder)
        _put(folder / (name + _LETTER), b"%d\n%s" % (mark, content))
    except OSError as error:
        raise UserFault(
            f"Nothing can be written beside {path.name} ({error.strerror or error}).", "Steer it where it runs."
        ) from error
    return name


def take_letters(path: Path, mark: int) -> list[tuple[str, bytes]]:
    """The letters to the writer with this mark, oldest first; they are gone from the folder, as are all others."""
    folder = _folder(path)
    if not folder.is_dir() or folder.is_symlink():
        return []
    taken: list[tuple[str, bytes]] = []
    with suppress(OSError):
        for file in sorted(folder.iterdir()):
            if file.suffix == _LETTER and len(taken) < MOST_TAKEN:
                content = _take(file)
                to, _, text = content.partition(b"\n")
                if to == b"%d" % mark:
                    taken.append((file.stem, text))
            elif file.suffix in {_ANSWER, _DRAFT} and time.time() - file.lstat().st_mtime > KEPT_SECONDS:
                file.unlink()
    with suppress(OSError):  # while there is anything in it
        folder.rmdir()
    return taken


def send_answer(path: Path, name: str, content: bytes) -> None:
    """Answer a letter; whoever wrote it may be gone."""
    folder = _folder(path)
    with suppress(OSError):
        _make_folder(folder)
        _put(folder / (name + _ANSWER), content)


def take_answer(path: Path, name: str) -> bytes | None:
    """The answer to a letter; *None* while there is none."""
    folder = _folder(path)
    file = folder / (name + _ANSWER)
    if not file.exists():
        return None
    content = _take(file)
    with suppress(OSError):
        folder.rmdir()
    return content


def withdraw_letter(path: Path, name: str) -> bool:
    """Take a letter back; whether nobody had taken it."""
    folder = _folder(path)
    try:
        (folder / (name + _LETTER)).unlink()
    except OSError:
        return False
    with suppress(OSError):
        folder.rmdir()
    return True


def _folder(path: Path) -> Path:
    return connections.beside(path, "-letters")


def _make_folder(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "its folder of letters is a link", str(folder))


def _put(file: Path, content: bytes) -> None:
    """Let a file appear whole; where somebody laid a link or a pipe at the draft's place, it is not followed."""
    draft = file.with_name(f"{secrets.token_hex(8)}{_DRAFT}")
    with draft.open("xb") as written:
        written.write(content)
    os.replace(draft, file)  # noqa: PTH105 - over what is there, on every system


def _take(file: Path) -> bytes:
    """The content of a file, which is removed; empty where it is no plain file of that size, or somebody was quicker.

    A pipe would be waited for, and a link may lead to what never ends.
    """
    try:
        status = file.lstat()
        content = file.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST else b""
        file.unlink()
    except OSError:
        return b""
    return content
