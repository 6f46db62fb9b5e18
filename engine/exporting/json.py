"""The best configuration as JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.best import best_configuration


@registry.register
class JsonFormat(Format):
    """One object, indented."""

    title = "Best configuration as JSON"

    def write(self, content: Content, path: Path) -> None:
        """Write the best configuration."""
        text = msgspec.json.format(msgspec.json.encode(best_configuration(content)), indent=2)
        path.write_bytes(text + b"\n")
