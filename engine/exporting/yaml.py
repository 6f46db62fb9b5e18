"""The best configuration as YAML."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.best import best_configuration
from engine.texts import make_encodable


@registry.register
class YamlFormat(Format):
    """One mapping."""

    title = "Best configuration as YAML"

    def write(self, content: Content, path: Path) -> None:
        """Write the best configuration."""
        path.write_bytes(msgspec.yaml.encode(make_encodable(msgspec.to_builtins(best_configuration(content)))))
