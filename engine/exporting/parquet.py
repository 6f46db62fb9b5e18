"""Tables of a study as Parquet."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserFault
from engine.exporting import registry
from engine.exporting.base import Content, Format
from engine.exporting.other_tables import PARTS, table_of


@registry.register
class ParquetFormat(Format):
    """One row a trial; columns of mixed choices, or of numbers beyond 64 bits, are written as texts."""

    title = "Trials Parquet"
    summary = "The same with types."
    parts = PARTS

    def write(self, content: Content, path: Path) -> None:
        """Write the wanted table: trials, curves or predictions."""
        table = table_of(content)
        for name in table.columns:
            kinds = {type(value) for value in table[name] if value is not None}
            is_long = any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in table[name])
            if table[name].dtype == object and (len(kinds) > 1 or is_long):
                table[name] = [None if value is None else str(value) for value in table[name]]
        with path.open("wb") as file:  # the library itself takes no name that is not UTF-8
            table.to_parquet(file, index=False)

    def check(self, content: Content, path: Path) -> tuple[str, ...]:
        """Read its foot again: every row is there."""
        import pyarrow.parquet  # slow to load

        with path.open("rb") as file:
            rows = pyarrow.parquet.ParquetFile(file).metadata.num_rows
        if content.what in {"", "trials"} and content.numbers is None and rows != len(content.history):
            raise UserFault(f"{path.name} lacks rows that were written to it.", "Choose another disk.")
        return ()
