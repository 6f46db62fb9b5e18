"""Tables of a study as CSV."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.other_tables import PARTS, table_of
from engine.exporting.table import escape_formula


@registry.register
class CsvFormat(Format):
    """UTF-8, one row a trial, numbers with all digits; texts that spreadsheets would run are quoted."""

    title = "Trials CSV"
    summary = "One row a trial, in Optuna's columns."
    parts = PARTS

    def write(self, content: Content, path: Path) -> None:
        """Write the wanted table: trials, curves or predictions."""
        table = table_of(content)
        for name in table.columns:
            if name.startswith(("params_", "user_attrs_")) or name in {"note", "truth", "prediction"}:
                table[name] = [escape_formula(value) for value in table[name]]
        table.rename(columns=escape_formula).to_csv(path, index=False)

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read the first column again: every row is there."""
        import csv  # by itself, as whoever reads it next will

        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(line.replace("\0", "") for line in file)) - 1
        if content.what in {"", "trials"} and content.numbers is None and rows < len(content.history):
            raise UserFault(f"{path.name} lacks rows that were written to it.", "Choose another disk.")
        return ()
