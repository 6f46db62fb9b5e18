"""The best configuration as JSON."""

from __future__ import annotations

from pathlib import Path

from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.best import best_configuration
from engine.texts import to_json


@registry.register
class JsonFormat(Format):
    """One object, indented."""

    title = "Best configuration as JSON"

    def write(self, content: Content, path: Path) -> None:
        """Write the best configuration."""
        path.write_text(to_json(best_configuration(content), indent=2) + "\n", encoding="utf-8")
