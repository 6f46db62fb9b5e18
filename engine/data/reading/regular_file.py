"""Text files whose rows are all alike, by the parsers of pandas and pyarrow.

The fastest way is to let pandas read numbers as numbers, which loses how they were written. It is taken where that is
known to say nothing: every other way of reading must lead to the same values.
"""

from __future__ import annotations

import itertools
import mmap
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 1 << 20  # bytes: measured, larger blocks leave the processor's cache
_PIECE = 1 << 18  # bytes that are scanned at once, for the same reason
_MOST_THREADS = 4  # more gain next to nothing: a guess
_EXACT = 10**15  # below it every whole number is exact as float64


@dataclass(frozen=True)
class RegularFile:
    """How the rows of a text file are written, ``skip_lines`` being the lines above them."""

    path: Path
    names: Sequence[str]
    separator: str
    encoding: str
    skip_lines: int
    quoted: bool

    def read_texts(self, columns: Sequence[str] = ()) -> pd.DataFrame | None:
        """All cells, or those of some columns, as texts; *None* where the file is not so regular."""
        names = list(self.names)
        broken = []

        def on_invalid_row(row: pa.csv.InvalidRow) -> str:
            broken.append(row.actual_columns)
            return "skip" if row.actual_columns > row.expected_columns else "error"

        try:
            table = arrow.read_csv(
                self.path,
                arrow.ReadOptions(
                    column_names=names,
                    skip_rows=self.skip_lines,
                    encoding="utf-8" if self.encoding == "utf-8-sig" else self.encoding,
                    block_size=max(_BLOCK, 2 * self._longest()),
                ),
                arrow.ParseOptions(
                    delimiter=self.separator, newlines_in_values=self.quoted, invalid_row_handler=on_invalid_row
                ),
                arrow.ConvertOptions(
                    include_columns=list(columns),
                    column_types=dict.fromkeys(columns or names, pa.large_string()),
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
        except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeError, ValueError):
            return None
        if broken or len(table) == 0:
            return None
        frame = table.to_pandas()
        return frame if all(str(dtype) == "str" for dtype in frame.dtypes) else None

    def read_typed(
        self, is_plain: Callable[[str, pd.Series, pd.Series, str], bool], first: pd.DataFrame, dates: Iterable[str]
    ) -> tuple[pd.DataFrame, dict[str, str]] | None:
        """All cells, and the decimal signs of the columns among them that are float64 (empty for whole numbers).

        ``is_plain`` says of a column's name, its values, its ``first`` cells as texts and a decimal sign whether the
        texts are sure to say no more; columns of ``dates`` are read as texts. *None* where it is not certain what cells
        held.
        """
        if not _is_exact() or self.encoding not in {"utf-8", "utf-8-sig"} or len(self.separator.encode()) > 1:
            return None
        decimal = _decimal_of(first) if self.separator != "," else "."
        try:
            frame = self._read_csv(decimal)
        except (ValueError, pd.errors.ParserError, OverflowError, MemoryError):
            return None
        known = [name for name in frame.columns if str(frame[name].dtype) == "str"]
        seen = self._scan()
        expected = _expected([frame[name] for name in known], len(frame), len(self.names), ord(self.separator))
        if seen is None or seen.separators != expected.separators:
            return None
        has_codes = seen.codes != expected.codes

        def sign_of(name: str) -> str | None:
            """The decimal sign of a column that may stay as it is, *None* where its texts are needed."""
            values = frame[name]
            if values.dtype.kind not in "iuf" or name in dates or name not in first:
                return None
            if has_codes and (values.dtype.kind in "iu" or _holds_whole(values)):
                return None
            sign = decimal if values.dtype.kind == "f" else ""
            return sign if is_plain(name, values, first[name], sign) else None

        with ThreadPoolExecutor(_threads()) as pool:
            found = zip(frame.columns, pool.map(sign_of, frame.columns), strict=True)
            signs = {name: sign for name, sign in found if sign is not None}
        others = [name for name in frame.columns if name not in signs and name not in known]
        if others:
            texts = self.read_texts(others)
            if texts is None or len(texts) != len(frame):
                return None
            frame = frame.assign(**{name: texts[name] for name in others})
        return frame.astype(dict.fromkeys(signs, "float64")), signs

    def _read_csv(self, decimal: str) -> pd.DataFrame:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)  # columns of mixed types are read again, as texts
            return pd.read_csv(
                self.path,
                sep=self.separator,
                decimal=decimal,
                header=None,
                names=list(self.names),
                skiprows=self.skip_lines,
                encoding=self.encoding,
                index_col=False,
                keep_default_na=False,
                na_values=[""],
            )

    def _longest(self) -> int:
        """The length of the longest of the first lines, in bytes."""
        with self.path.open("rb") as file:
            return max((len(file.readline()) for _ in range(self.skip_lines + 20)), default=0)

    def _scan(self) -> _Signs | None:
        """What the bytes below the skipped lines hold; *None* where a cell may begin with a blank."""
        with self.path.open("rb") as file:
            for _ in range(self.skip_lines):
                file.readline()
            start, size = file.tell(), file.seek(0, os.SEEK_END)
            if size <= start:
                return None
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                return _scan(np.frombuffer(mapped, dtype=np.uint8), start, size, ord(self.separator))


@dataclass(frozen=True)
class _Signs:
    """How many separators there are, and how many cells that begin with a zero before another digit, as codes do."""

    separators: int
    codes: int


def _threads() -> int:
    return min(_MOST_THREADS, os.cpu_count() or 1)


def _is_exact() -> bool:
    """Whether pandas reads fractions exactly, and by several threads, of itself: from 3.1 on."""
    # WORKAROUND pandas 3.0: it reads fractions neither exactly nor by several threads; drop when 3.1 is the least.
    major, minor = (int(part) for part in pd.__version__.split(".")[:2])
    return (major, minor) >= (3, 1)


def _decimal_of(first: pd.DataFrame) -> str:
    """The decimal sign to try: the comma where it is that of most cells of some column."""
    commas = (first[name].str.fullmatch(r"[-+]?[0-9]+,[0-9]+([eE][-+]?[0-9]+)?").mean() for name in first.columns)
    return "," if any(share > 0.5 for share in commas) else "."


def _scan(data: NDArray[np.uint8], start: int, size: int, separator: int) -> _Signs | None:
    threads = max(1, min(_threads(), (size - start) // _PIECE))
    edges = np.linspace(start, size, threads + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda part: _scan_part(data, start, part, separator), itertools.pairwise(edges)))
    if any(blanks for _, _, blanks in parts):
        return None
    return _Signs(sum(seps for seps, _, _ in parts), sum(codes for _, codes, _ in parts))


def _scan_part(data: NDArray[np.uint8], start: int, part: tuple[int, int], separator: int) -> tuple[int, int, int]:
    """The separators, the codes and the cells that begin with a blank in a part of the bytes from ``start`` on."""
    separators = codes = blanks = 0
    for at in range(*part, _PIECE):
        end = min(at + _PIECE, part[1])
        separators += int(np.count_nonzero(data[at:end] == separator))
        # Two bytes before and one behind: the signs around a zero at the edge of a piece. A file begins as a line does.
        before = data[at - 2 : at] if at > start else np.full(2, 10, np.uint8)
        piece = np.concatenate((before, data[at:end], data[end : end + 1] if end < len(data) else before[:1]))
        digits = (piece - 48) < 10
        zeros = piece[2:-1] == 48
        zeros &= digits[3:]
        np.greater(zeros, digits[1:-2], out=zeros)
        codes += _begin(piece, np.flatnonzero(zeros) + 1, separator)
        blank = piece[np.flatnonzero(piece[2:-1] == 32) + 1]
        blanks += int(np.count_nonzero((blank == separator) | (blank == 10) | (blank == 34)))
    return separators, codes, blanks


def _begin(piece: NDArray[np.uint8], before: NDArray[np.intp], separator: int) -> int:
    """How many cells begin behind the positions ``before``, or behind a sign there."""
    signs = before[(piece[before] == 45) | (piece[before] == 43)] - 1
    return sum(
        int(np.count_nonzero((one == separator) | (one == 10) | (one == 34))) for one in (piece[before], piece[signs])
    )


def _expected(texts: Iterable[pd.Series], rows: int, columns: int, separator: int) -> _Signs:
    """What the bytes would hold if all columns but these texts were numbers without zeros before them."""
    with ThreadPoolExecutor(_threads()) as pool:
        parts = list(pool.map(lambda cells: _signs_in(cells, separator), texts))
    separators = rows * (columns - 1) + sum(part.separators for part in parts)
    return _Signs(separators, sum(part.codes for part in parts))


def _signs_in(cells: pd.Series, separator: int) -> _Signs:
    """What a column of texts holds."""
    separators = codes = 0
    for offsets, data in _chunks(cells):
        used = data[offsets[0] : offsets[-1]]
        separators += int(np.count_nonzero(used == separator))
        begins, ends = offsets[:-1], offsets[1:]
        begins, ends = begins[ends - begins > 1], ends[ends - begins > 1]
        begins = begins + ((data[begins] == 45) | (data[begins] == 43))
        begins = begins[ends - begins > 1]
        codes += int(np.count_nonzero((data[begins] == 48) & ((data[begins + 1] - 48) < 10)))
    return _Signs(separators, codes)


def _chunks(cells: pd.Series) -> list[tuple[NDArray[Any], NDArray[np.uint8]]]:
    """The offsets and bytes of a column of texts."""
    array: Any = cells.array.__arrow_array__()
    found = []
    for chunk in array.chunks if isinstance(array, pa.ChunkedArray) else [array]:
        if not len(chunk):
            continue
        kind = np.dtype(np.int64) if pa.types.is_large_string(chunk.type) else np.dtype(np.int32)
        _, offsets, data = chunk.buffers()
        places = np.frombuffer(offsets, dtype=kind)[chunk.offset : chunk.offset + len(chunk) + 1]
        found.append((places, np.frombuffer(data, dtype=np.uint8) if data else np.empty(0, np.uint8)))
    return found


def _holds_whole(values: pd.Series) -> bool:
    found = values.to_numpy()
    return bool((found == np.floor(found)).any())
