"""The best configuration, or the search space, as YAML."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.best import CONFIGURATION_PARTS, plain_part
from engine.texts import make_encodable


@registry.register
class YamlFormat(Format):
    """One mapping."""

    title = "YAML"
    summary = "The configuration, for settings files."
    parts = CONFIGURATION_PARTS

    def write(self, content: Content, path: Path) -> None:
        """Write the best configuration, or the space."""
        path.write_bytes(msgspec.yaml.encode(make_encodable(msgspec.to_builtins(plain_part(content)))))

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read it again."""
        try:
            msgspec.yaml.decode(path.read_bytes())
        except msgspec.DecodeError as error:
            raise UserFault(
                f"{path.name}, read again, is no YAML: {error}.", "Tell us, with the study file."
            ) from error
        return ()
