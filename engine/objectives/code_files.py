"""What running a study's script or program would execute: the files, their content, and a name for people."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from engine.errors import UserFault
from engine.objectives.command_line import split_template
from engine.objectives.description import CommandObjective, ScriptObjective
from engine.objectives.script_reading import read_script
from engine.wording import counted

LARGEST = 8 << 20  # bytes of a file of a command that are compared; of a larger one its size and time are


class ChangedSince(UserFault):
    """A file of a script or a program is no longer what the person agreed to: no trial of this run can go on."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Press Run again: it asks whether the new version may run.")


@dataclass(frozen=True, slots=True)
class CommandFacts:
    """``content`` is all that would run, as far as it can be told without running it; ``files`` are those named."""

    content: bytes
    files: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Tells one content from another."""
        return hashlib.blake2b(self.content, digest_size=16).hexdigest()


def read_command(objective: CommandObjective) -> CommandFacts:
    """The command with the content of every file that its words name; raises :class:`UserFault` for a broken one."""
    folder = Path(objective.folder) if objective.folder else Path.cwd()
    words = split_template(objective.command)
    plan = [
        objective.command,
        objective.shell,
        objective.folder,
        objective.handover,
        sorted(objective.environment.items()),
    ]
    content = json.dumps(plan).encode()
    files = []
    for word in words:
        if "{" in word:
            continue
        path = folder / word
        try:
            if not path.is_file():
                continue
            status = path.stat()
            data = path.read_bytes() if status.st_size <= LARGEST else b"%d %d" % (status.st_size, status.st_mtime_ns)
        except (OSError, ValueError):
            continue
        files.append(word)
        content += b"\0%s\0%d\0" % (word.encode("utf-8", "surrogatepass"), len(data)) + data
    if objective.folder and not folder.is_dir():
        raise UserFault(f"The folder {objective.folder} is not there.", "Choose another one.", "folder")
    return CommandFacts(content, tuple(files))


def with_present_version(objective: ScriptObjective | CommandObjective) -> ScriptObjective | CommandObjective:
    """The objective with the fingerprint of its files as they are now; raises :class:`UserFault` without them."""
    if isinstance(objective, ScriptObjective):
        return replace(objective, fingerprint=read_script(objective.source, objective.entry).fingerprint)
    return replace(objective, fingerprint=read_command(objective).fingerprint)


def content_of(objective: ScriptObjective | CommandObjective) -> tuple[str, bytes, int]:
    """What would run, for a person, as bytes that tell it from anything else, and in lines.

    Raises :class:`UserFault` where it cannot be read.
    """
    if isinstance(objective, CommandObjective):
        command = read_command(objective)
        shell = " through a shell" if objective.shell else ""
        return f"the program “{objective.command[:120]}”{shell}", command.content, 0
    facts = read_script(objective.source, objective.entry)
    plan = [objective.python, objective.arguments, sorted(objective.environment.items())]
    beside = f" and {counted(len(facts.modules), 'module')} beside it" if facts.modules else ""
    python = f" with {objective.python}" if objective.python else ""
    return f"{objective.source}{beside}{python}", json.dumps(plan).encode() + facts.content, facts.lines
