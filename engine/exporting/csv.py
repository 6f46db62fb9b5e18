"""All trials as CSV."""

from __future__ import annotations

from pathlib import Path

from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.table import escape_formula, trials_table


@registry.register
class CsvFormat(Format):
    """UTF-8, one row a trial, numbers with all digits; texts that spreadsheets would run are quoted."""

    title = "All trials as CSV"

    def write(self, content: Content, path: Path) -> None:
        """Write every trial."""
        table = trials_table(content)
        for name in table.columns:
            if name.startswith(("params_", "user_attrs_")) or name == "note":
                table[name] = [escape_formula(value) for value in table[name]]
        table.rename(columns=escape_formula).to_csv(path, index=False)
