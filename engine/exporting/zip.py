"""Everything of a study that can be taken along, in one file for a colleague."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.texts import to_file_name

_MEMBERS = (
    ("report.html", ""), ("report.pdf", ""), ("best.py", ""), ("best.json", ""), ("best.yaml", ""),
    ("space.json", "space"), ("trials.csv", ""), ("trials.parquet", ""), ("curves.csv", "curves"),
    ("predictions.csv", "predictions"), ("optuna.db", ""), ("model.skops", ""),
)  # fmt: skip
"""Names in the file with the part of the study that each holds."""
_PART_WORDS = {
    "space": "The search space, for another study.",
    "curves": "Every loss and score of every step.",
    "predictions": "What models said of rows that they had not seen.",
}


@registry.register
class ZipFormat(Format):
    """The study file and every export that it allows; what it does not allow is told in the list of contents."""

    title = "Everything"
    summary = "All of these and the study file, in one .zip."

    def write(self, content: Content, path: Path) -> None:
        """Write each format into it; a study that none of them can be made of has its file alone."""
        with tempfile.TemporaryDirectory(prefix="twinloop-zip-", dir=path.parent) as folder:
            place = Path(folder)
            lines = [f"{name}: {said}" for name, said in _write_members(content, place)]
            text = "\n".join([f"{content.setup.title}", "", *lines, ""])
            (place / "contents.txt").write_bytes(text.encode("utf-8", "backslashreplace"))
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
                for one in sorted(place.iterdir()):
                    archive.write(one, one.name)
                if content.path is not None:
                    archive.write(content.path, f"{to_file_name(content.setup.title, 'study')}.study")

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read every member again."""
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
            said = archive.read("contents.txt").decode().splitlines()
        if broken is not None:
            raise UserFault(f"{broken} in {path.name} cannot be read again.", "Choose another disk.")
        return tuple(line for line in said if ": left out" in line)


def _write_members(content: Content, folder: Path) -> Iterator[tuple[str, str]]:
    """Make each file; its name and what there is to say of it."""
    for name, what in _MEMBERS:
        made = folder / name
        part = _with_part(content, what)
        try:
            writer = registry.get(made.suffix.removeprefix("."))()
            lacking = writer.missing()
            if lacking:
                yield name, f"left out. {lacking}"
                continue
            writer.write(part, made)
            said = writer.check(part, made)
        except UserFault as fault:
            made.unlink(missing_ok=True)
            yield name, f"left out. {fault}"
        else:
            yield name, " ".join((_PART_WORDS.get(what, writer.summary), *said)).strip()


def _with_part(content: Content, what: str) -> Content:
    """The same study with another part wanted; what was worked out already is kept."""
    if not what:
        return content
    twin = replace(content, what=what)
    vars(twin).update({name: value for name, value in vars(content).items() if name != "what"})
    return twin
