"""The best configuration, or the search space, as JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.best import CONFIGURATION_PARTS, plain_part
from engine.texts import to_json


@registry.register
class JsonFormat(Format):
    """One object, indented."""

    title = "JSON"
    summary = "The configuration, for programs."
    parts = CONFIGURATION_PARTS

    def write(self, content: Content, path: Path) -> None:
        """Write the best configuration, or the space."""
        path.write_text(to_json(plain_part(content), indent=2) + "\n", encoding="utf-8")

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read it again."""
        try:
            msgspec.json.decode(path.read_bytes())
        except msgspec.DecodeError as error:
            raise UserFault(
                f"{path.name}, read again, is no JSON: {error}.", "Tell us, with the study file."
            ) from error
        return ()
