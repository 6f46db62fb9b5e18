"""What a study may touch only after the person has seen it and agreed; remembered by content, on this computer.

A study file is data that may come from a stranger. Tables beside it (in its folder or below) travel with it and are
read freely; a path to anywhere else is read only with consent, and so would a script or a program be run.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from engine.objectives.description import AnyObjective, TableObjective

HOME_VARIABLE = "TWINLOOP_HOME"
"""Names a folder to use instead of the system's place for settings."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Something outside the study that running it would touch: the sentence for the person, and its key."""

    what: str
    key: str


def reach_of(objective: AnyObjective | None, study: Path) -> Reach | None:
    """What running ``objective`` would touch outside the folder of ``study``, if anything."""
    if not isinstance(objective, TableObjective) or objective.source.startswith("sample:"):
        return None
    source = Path(objective.source)
    folder = study.resolve().parent
    try:
        resolved = (source if source.is_absolute() else folder / source).resolve()
    except (OSError, ValueError, RuntimeError):  # a name that no file can have
        resolved = source
    if resolved.is_relative_to(folder):
        return None
    key = _key_of("read", str(resolved).encode(errors="surrogatepass"))
    return Reach(f"This study wants to read {resolved}, which is not in its own folder.", key)


def reach_of_code(name: str, content: bytes) -> Reach:
    """What running somebody's script or program would mean. A change of one byte needs another yes.

    ``name`` is what the person reads; ``content`` is all that would run, and is what the answer is remembered for.
    """
    lines = content.count(b"\n") + 1
    return Reach(f"This study wants to run {name} ({lines:,} lines).", _key_of("run", content))


class Consents:
    """The remembered answers. One small JSON file; one that cannot be read counts as empty."""

    def __init__(self, folder: Path | None = None) -> None:
        home = os.environ.get(HOME_VARIABLE)
        place = folder or (Path(home) if home else Path(platformdirs.user_config_dir("twinloop", appauthor=False)))
        self._path = place / "consents.json"

    def has(self, key: str) -> bool:
        """Whether the person agreed to this."""
        return key in self._read()

    def give(self, reach: Reach) -> None:
        """Remember that the person agreed."""
        known = self._read() | {reach.key: reach.what}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(".new")
            draft.write_bytes(msgspec.json.encode(known))
            draft.replace(self._path)
        except OSError:
            return  # a folder that cannot be written means being asked again, not a study that cannot be run

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return {}


def _key_of(verb: str, content: bytes) -> str:
    return hashlib.blake2b(verb.encode() + b":" + content, digest_size=20).hexdigest()
