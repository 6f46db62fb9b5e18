"""Files that an objective needs on another computer: which they are, sent once by their content, and kept there."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from engine.data import samples
from engine.errors import UserFault
from engine.execution.remote.messages import FileChunk
from engine.objectives.description import AnyObjective, CommandObjective, ScriptObjective, TableObjective
from engine.objectives.script_reading import read_script

CHUNK_BYTES = 4 << 20  # of a file in one message: a guess between many messages and much memory
KEPT_SECONDS = 7 * 86400.0  # since they were last used, that files stay on another computer: a guess
STALE_SECONDS = 3600.0  # after which a file that was never sent to its end is removed


@dataclass(frozen=True, slots=True)
class SentFiles:
    """Files below ``folder`` by their names from there, the objective's own first; ``digest`` tells their content."""

    folder: Path
    names: tuple[str, ...]
    digest: str

    def chunks(self) -> Iterator[FileChunk]:
        """Their content, in order; raises :class:`UserFault` where it can no longer be read."""
        for place, name in enumerate(self.names):
            is_last = place == len(self.names) - 1
            try:
                with (self.folder / name).open("rb") as file:
                    data = file.read(CHUNK_BYTES)
                    while True:
                        following = file.read(CHUNK_BYTES)
                        yield FileChunk(self.digest, name, data, is_last and not following)
                        if not following:
                            break
                        data = following
            except OSError as error:
                raise _unreadable_fault(name, error) from error


def files_of(objective: AnyObjective) -> SentFiles | None:
    """What has to be sent along with ``objective``, *None* where nothing has; raises :class:`UserFault`."""
    if isinstance(objective, CommandObjective):
        raise UserFault("A program runs on this computer only.", "Run the study without a cluster.")
    if isinstance(objective, ScriptObjective):
        path = Path(objective.source).absolute()
        names = (path.name, *read_script(path, objective.entry).modules)
    elif isinstance(objective, TableObjective) and not samples.is_sample(objective.source):
        path = Path(objective.source).absolute()
        names = (path.name,)
    else:
        return None
    return SentFiles(path.parent, names, digest_of(path.parent, names))


def with_source_in(objective: AnyObjective, folder: Path, name: str) -> AnyObjective:
    """The objective with its file where it was put; another Python that it names is not there."""
    if isinstance(objective, ScriptObjective):
        return replace(objective, source=str(folder / name), python="")
    if isinstance(objective, TableObjective):
        return replace(objective, source=str(folder / name))
    return objective


def digest_of(folder: Path, names: tuple[str, ...]) -> str:
    """Tells the content of files, and their names, from any other; raises :class:`UserFault`."""
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        digest.update(b"%s\0" % name.encode("utf-8", "surrogatepass"))
        try:
            with (folder / name).open("rb") as file:
                while data := file.read(CHUNK_BYTES):
                    digest.update(data)
        except OSError as error:
            raise _unreadable_fault(name, error) from error
        digest.update(b"\0")
    return digest.hexdigest()


def _unreadable_fault(name: str, error: OSError) -> UserFault:
    return UserFault(f"{name} cannot be read ({error.strerror or error}).", "Choose the file again.")


class KeptFiles:
    """Those that were sent to this computer; a folder of this person alone, which hosts share. Used by one thread."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or _own_folder()
        self._coming: dict[str, tuple[Path, tuple[str, ...]]] = {}
        self._remove_old()

    def find(self, digest: str) -> Path | None:
        """The folder that holds the files of ``digest``, if they are all here."""
        folder = self._root / _checked_digest(digest)
        if not folder.is_dir():
            return None
        with suppress(OSError):
            os.utime(folder)
        return folder

    def expect(self, digest: str, names: tuple[str, ...]) -> None:
        """Files of ``digest`` will be sent."""
        for name in names:
            parts = PurePosixPath(name).parts
            if not parts or name.startswith("/") or ".." in parts or any(":" in part or "\0" in part for part in parts):
                raise UserFault(f"{name} is not a file name.", "Rename it.")
        self.forget(digest)
        partial = Path(tempfile.mkdtemp(prefix=f"{_checked_digest(digest)}.part-", dir=self._root))
        self._coming[digest] = partial, names

    def add(self, chunk: FileChunk) -> Path | None:
        """Keep the next bytes; the folder once all are here. Raises :class:`UserFault`, ``OSError``."""
        partial, names = self._coming[chunk.digest]
        if chunk.name not in names:
            raise UserFault(f"{chunk.name} was not offered.", "Connect again.")
        target = partial / chunk.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("ab") as file:
            file.write(chunk.data)
        if not chunk.last:
            return None
        if digest_of(partial, names) != chunk.digest:
            self.forget(chunk.digest)
            raise UserFault("A file changed while it was sent.", "Run again.")
        del self._coming[chunk.digest]
        folder = self._root / chunk.digest
        try:
            partial.rename(folder)
        except OSError:  # another host of this computer was quicker
            shutil.rmtree(partial, ignore_errors=True)
            if not folder.is_dir():
                raise
        return folder

    def forget(self, digest: str) -> None:
        """Whatever has come of ``digest`` is of no use."""
        partial = self._coming.pop(digest, None)
        if partial is not None:
            shutil.rmtree(partial[0], ignore_errors=True)

    def close(self) -> None:
        """Remove what never came to its end."""
        for digest in list(self._coming):
            self.forget(digest)

    def _remove_old(self) -> None:
        now = time.time()
        for folder in self._root.iterdir():
            with suppress(OSError):
                age = now - folder.stat().st_mtime
                if age > (STALE_SECONDS if ".part-" in folder.name else KEPT_SECONDS):
                    shutil.rmtree(folder, ignore_errors=True)


def _checked_digest(digest: str) -> str:
    if not digest or any(letter not in "0123456789abcdef" for letter in digest):
        raise UserFault("A digest holds other letters than hexadecimal ones.", "Connect again.")
    return digest


def _own_folder() -> Path:
    """A folder that nobody else on this computer can read or have prepared; raises :class:`UserFault`."""
    person = str(os.getuid()) if hasattr(os, "getuid") else "own"
    folder = Path(tempfile.gettempdir()) / f"twinloop-files-{person}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or (hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o077)):
        raise UserFault(f"{folder} belongs to somebody else.", "Remove it there.")
    return folder
