"""All trials as Parquet."""

from __future__ import annotations

from pathlib import Path

from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.table import trials_table


@registry.register
class ParquetFormat(Format):
    """One row a trial; columns of mixed choices, or of numbers beyond 64 bits, are written as texts."""

    title = "All trials as Parquet"

    def write(self, content: Content, path: Path) -> None:
        """Write every trial."""
        table = trials_table(content)
        for name in table.columns:
            kinds = {type(value) for value in table[name] if value is not None}
            is_long = any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in table[name])
            if table[name].dtype == object and (len(kinds) > 1 or is_long):
                table[name] = [None if value is None else str(value) for value in table[name]]
        with path.open("wb") as file:  # the library itself takes no name that is not UTF-8
            table.to_parquet(file, index=False)
