"""The files of tables: text, Parquet and Excel, their first rows or all of them, as pandas reads them."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data import csv_format
from engine.data.csv_format import CsvFormat
from engine.errors import TwinloopError, UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

CSV = (".csv", ".tsv", ".tab", ".txt")
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx", ".xlsm")
SUFFIXES = CSV + PARQUET + EXCEL
"""The file endings that can be read."""

_HEAD_BYTES = 64 << 20  # a text file up to this size is looked at whole
_COUNTED_BYTES = 4 << 30  # up to this size the lines are counted, above it estimated
_MOST_BROKEN = 0.1
_LARGEST_BOOK = 1 << 30  # bytes of XML in an Excel file; a full sheet of ten columns has half of that
_COPIES = 3.0  # memory that reading a table takes, in times its size


class Cancelled(TwinloopError):
    """The caller of a quick look no longer wants the answer."""


def head(path: Path, limit: int, cancelled: Callable[[], bool]) -> tuple[pd.DataFrame, int, bool, tuple[str, ...]]:
    """The first rows, the number of rows in all, whether that is an estimate, and what a person should know."""
    suffix = path.suffix.lower()
    with _readable(path):
        if suffix in PARQUET:
            return _parquet_head(path, limit)
        if suffix in EXCEL:
            return _excel_head(path, limit)
        if path.stat().st_size <= _HEAD_BYTES:
            form = csv_format.sniff(path, cancelled=cancelled)
            frame, problems = _read_csv(path, path.name, form, limit + 1)
            if len(frame) <= limit:
                return frame, len(frame), False, problems
            return frame.head(limit), _count_rows(path, cancelled), True, problems
        form = csv_format.sniff(path, head_only=True)
        with path.open("rb") as file:
            first = file.read(_HEAD_BYTES)
        first = first[: first.rfind(b"\n") + 1] or first
        frame, problems = _read_csv(BytesIO(first), path.name, form, limit)
        return frame, max(len(frame), _count_rows(path, cancelled)), True, problems


def whole(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Every row of a file, and what a person should know."""
    suffix = path.suffix.lower()
    with _readable(path):
        if suffix in CSV:
            _check_memory(path, path.stat().st_size)
            return _read_csv(path, path.name, csv_format.sniff(path), None)
        # In here because pandas is slow to load.
        import pandas as pd

        if suffix in PARQUET:
            from pyarrow.parquet import ParquetFile

            with ParquetFile(path) as file:
                _check_memory(path, _unpacked_size(file))
            return pd.read_parquet(path), ()
        return _named(_read_excel(path, None)), ()


def _read_csv(
    file: Path | BytesIO, name: str, form: CsvFormat, limit: int | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    # In here because pandas is slow to load.
    import pandas as pd

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(file, nrows=limit, on_bad_lines="warn", **form.keywords())
        except pd.errors.ParserError as error:
            row = re.search(r"EOF inside string starting at row (\d+)", str(error))
            if row and isinstance(file, BytesIO):  # the head of a file may end inside a quoted cell
                file.seek(0)
                frame = pd.read_csv(file, nrows=int(row[1]) - 1, on_bad_lines="skip", **form.keywords())
            elif row:
                raise UserFault(
                    f"{name} has a quotation mark in row {int(row[1]) + 1} that is never closed.",
                    "Close it or remove it, and choose the file again.",
                ) from error
            else:
                raise UserFault(f"{name} cannot be read as a table.", "Check its rows and delimiters.") from error
    texts = "\n".join(str(one.message) for one in caught)
    broken = len(re.findall(r"Skipping line|Expected \d+ fields in line", texts, re.IGNORECASE))
    if broken > _MOST_BROKEN * (len(frame) + broken):
        raise UserFault(
            f"{name} is broken: {broken:,} of {len(frame) + broken:,} rows have more cells than the header.",
            "Check the delimiter, and put cells that contain it in quotation marks.",
        )
    problems = list(form.problems)
    if broken:
        problems.append(f"{broken:,} broken row{' was' if broken == 1 else 's were'} left out: too many cells.")
    if "Length of header or names" in texts:
        problems.append("Rows have more cells than the header; the cells without a name are left out.")
    return frame, tuple(problems)


def _count_rows(path: Path, cancelled: Callable[[], bool]) -> int:
    """Lines without the header; for giants, from the mean length of the first lines."""
    size, read, lines = path.stat().st_size, 0, 0
    with path.open("rb") as file:
        while chunk := file.read(4 << 20):
            if cancelled():
                raise Cancelled(str(path))
            read += len(chunk)
            lines += chunk.count(b"\n")
            if size > _COUNTED_BYTES and read >= _HEAD_BYTES:
                return round(lines * size / read)
    return max(0, lines - 1)


def _parquet_head(path: Path, limit: int) -> tuple[pd.DataFrame, int, bool, tuple[str, ...]]:
    # In here because pyarrow is slow to load.
    import pyarrow
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        rows = file.metadata.num_rows
        batch = next(file.iter_batches(batch_size=limit), None)
        schema = file.schema_arrow
    table = pyarrow.Table.from_batches([] if batch is None else [batch], schema)
    return table.to_pandas(), rows, False, ()


def _unpacked_size(file: Any) -> int:
    """Bytes that a Parquet file takes once repeated texts are no longer stored once, judged by its first rows."""
    metadata = file.metadata
    stored: int = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    batch = next(file.iter_batches(batch_size=1000), None)
    if batch is None or not len(batch):
        return stored
    first = batch.to_pandas()
    first = first.astype({name: object for name in first.columns if first[name].dtype.name == "category"})
    return max(stored, int(first.memory_usage(deep=True).sum() / len(first) * metadata.num_rows))


def _excel_head(path: Path, limit: int) -> tuple[pd.DataFrame, int, bool, tuple[str, ...]]:
    # In here because openpyxl is slow to load.
    import openpyxl

    most = min(limit, 5_000)  # a sheet is slow to read: about 20,000 rows a second
    frame = _named(_read_excel(path, most + 1))
    if len(frame) <= most:
        return frame, len(frame), False, ()
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        rows = (book.worksheets[0].max_row or len(frame) + 1) - 1
    finally:
        book.close()
    return frame.head(most), rows, True, ()


def _read_excel(path: Path, limit: int | None) -> pd.DataFrame:
    # In here because pandas is slow to load.
    import pandas as pd

    with zipfile.ZipFile(path) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > _LARGEST_BOOK:
        raise UserFault(
            f"{path.name} unpacks to {unpacked / 2**30:.1f} GB, more than can be read as a sheet.",
            "Save the table as CSV or Parquet.",
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl tells of drawings and styles that it leaves out
        return pd.read_excel(path, nrows=limit, na_values=["?"])


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Column names as texts, whatever the cells of a sheet's first row hold."""
    frame.columns = [str(name) for name in frame.columns]
    return frame


def _check_memory(path: Path, size: int) -> None:
    # In here because it is needed for whole tables only.
    import psutil

    needed, free = size * _COPIES, psutil.virtual_memory().available
    if needed > free:
        raise UserFault(
            f"{path.name} needs about {needed / 2**30:.0f} GB of memory and {free / 2**30:.0f} GB are free.",
            "Close other programs, or tune on a sample of the rows.",
        )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turns what libraries raise for unreadable files into one sentence."""
    # In here because pyarrow is slow to load.
    import pyarrow

    try:
        yield
    except PermissionError as error:
        raise UserFault(f"{path.name} may not be read.", "Ask for the right to read it, or copy it.") from error
    except MemoryError as error:
        raise UserFault(f"{path.name} does not fit into memory.", "Tune on a sample of the rows.") from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, pyarrow.ArrowException) as error:
        kinds = {**dict.fromkeys(CSV, "CSV"), **dict.fromkeys(PARQUET, "Parquet"), **dict.fromkeys(EXCEL, "Excel")}
        kind = kinds[path.suffix.lower()]
        raise UserFault(f"{path.name} cannot be read as {kind}.", "It may be damaged; save it again.") from error
