"""The part of an exported script that reads a table and turns its cells into values, as the study did."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import msgspec

from engine.data import samples
from engine.data.reading import EXCEL, PARQUET
from engine.data.reading.options import ReadOptions, from_builtins
from engine.data.reading.places import Places, only
from engine.data.samples import RESOURCE
from engine.data.table import Column, Table
from engine.objectives.description import TableObjective
from engine.objectives.source_code import Imports, literal, prose

_ISO = ("ISO8601",)
_SPELLINGS = '''def spellings_in(frame):
    """The usual spelling of each label, so that Yes and yes are one."""
    counts = {name: parse_labels(frame[name], tuple(LABELS[name])).value_counts() for name in SPELLED_ALIKE}
    return {name: usual_spellings(found.to_dict()) for name, found in counts.items()}'''
_NO_SPELLINGS = '''def spellings_in(frame):
    """Labels are compared as they are written."""
    return {}'''
_PLAIN_NUMBERS = '''def parse_numbers(values):
    """Numbers as floats, NaN where there is none."""
    return pd.to_numeric(values, errors="coerce").astype("float64").replace([np.inf, -np.inf], np.nan)'''
_PLAIN_DATES = '''def parse_times(cells, formats):
    """Dates as seconds since 1970, NaN where there is none."""
    times = cells
    if cells.dtype.kind != "M":
        texts = cells.astype("str").where(cells.notna(), None)
        times = pd.to_datetime(texts, format=formats[0], errors="coerce", utc=True)
    elif cells.dt.tz is None:
        times = cells.dt.tz_localize("UTC")
    return (times - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1)'''
_UNREAD = '''def unread_cells(frame, rows):
    """By column the cells that hold something and are neither numbers nor dates, and how many there are of each."""
    found = {}
    for name in frame.columns.intersection([*NUMBERS, *TIMES]):
        cells = frame[name][frame[name].notna() & rows[name].isna()].astype(str)
        found[name] = cells.value_counts().to_dict()
    return found'''


@dataclass(frozen=True)
class Reading:
    """How a script reads: the source, how its file is written, and the columns that the script knows.

    ``labels`` are the columns whose cells are compared as labels, ``places`` where the columns of the file are, and
    ``errors`` what a decoder does with bytes that are not of the encoding.
    """

    source: str
    read: ReadOptions
    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    places: Places
    errors: str = "strict"


def find_reading(description: TableObjective, table: Table, needed: set[str]) -> Reading:
    """How the table of an objective, which was loaded, is read again as far as the ``needed`` columns go."""
    # In here because the readers of files are slow to load.
    from engine.data.reading import excel_file, parquet_file, text_file

    columns = tuple(column for column in table.info.columns if column.name in needed)
    labels = tuple(column.name for column in columns if table.frame[column.name].dtype.kind != "f")
    source, read, said = description.source, from_builtins(table.info.read), from_builtins(description.read)
    places, errors = Places({one.name: one.name for one in columns}, 1, 0, [], 0), "strict"
    suffix = Path(source).suffix.lower()
    if samples.is_sample(source):
        pass
    elif suffix in PARQUET:
        places = replace(places, columns=dict(parquet_file.find_columns(Path(source))))
    elif suffix in EXCEL:
        places = excel_file.find_columns(Path(source), msgspec.structs.replace(said, sheet=read.sheet))
    else:
        places, writing = text_file.find_columns(Path(source), said)
        errors = writing.errors
    return Reading(source, read, columns, labels, only(places, [one.name for one in columns]), errors)


_LOADING = ("# In here because", "import pandas as pd", "import numpy as np")  # of no use in a script


def module_source(module: ModuleType, imports: Imports) -> str:
    """The functions and constants of a stand-alone module, its imports added to ``imports``.

    What it imports from modules beside it is left out: the script holds their source as well.
    """
    text = inspect.getsource(module)
    lines = text.splitlines()
    body = ast.parse(text).body
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith(("__future__", "engine.")):
            imports.add(node.module, *(name.name for name in node.names if name.name != "TYPE_CHECKING"))
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name not in {"numpy", "pandas"}:  # every script has these two
                    imports.add_module(f"{name.name} as {name.asname}" if name.asname else name.name)
    first = next(node for node in body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr | ast.If))
    kept: list[str] = []
    for line, before in zip(lines[first.lineno - 1 :], lines[first.lineno - 2 :], strict=False):
        loads, follows = (one.strip().startswith(_LOADING) for one in (line, before))
        if not loads and (line.strip() or not follows):
            kept.append(line)
    return "\n".join(kept).strip()


def constants(reading: Reading) -> list[str]:
    """The lines that say how each column's cells become values."""
    numbers = {
        one.name: _number_arguments(one)
        for one in reading.columns
        if one.name not in reading.labels and not _is_time(one)
    }
    times = {one.name: list(one.time_formats or _ISO) for one in reading.columns if _is_time(one)}
    labels = {one.name: list(one.missing_words) for one in reading.columns if one.name in reading.labels}
    return [
        *([] if samples.is_sample(reading.source) else _known_lines(reading)),
        "# How each column writes its numbers and its dates, and which words mean a missing label.",
        listing("NUMBERS", numbers),
        listing("TIMES", times),
        listing("LABELS", labels),
        "# Labels that differ in case only are one here.",
        listing("SPELLED_ALIKE", _merged_lines(reading)),
    ]


def _merged_lines(reading: Reading) -> list[str]:
    """The columns whose labels are compared without case."""
    if reading.read.labels == "exact":
        return []
    return [one.name for one in reading.columns if one.name in reading.labels and one.kind in {"category", "constant"}]


def _is_time(column: Column) -> bool:
    return column.kind == "time" or bool(column.time_formats)


def _number_arguments(column: Column) -> dict[str, object]:
    """The arguments of ``parse_numbers`` that differ from its defaults."""
    written = column.number
    if written is None:
        return {}
    given: dict[str, object] = {"decimal": written.decimal} if written.decimal != "." else {}
    if written.missing:
        given["missing"] = written.missing
    if written.thousands:
        given["thousands"] = written.thousands
    if written.affixes:
        given["affixes"] = tuple(written.affixes)
    return given | ({"multiplied": True} if written.multiplied else {})


def listing(name: str, values: object) -> str:
    """An assignment, broken over lines where it is long."""
    short = f"{name} = {literal(values)}"
    if len(short) <= 120:
        return short
    if isinstance(values, dict):
        return (
            f"{name} = {{\n" + "".join(f"    {literal(key)}: {literal(item)},\n" for key, item in values.items()) + "}"
        )
    assert isinstance(values, list)
    return f"{name} = [\n" + "".join(f"    {literal(value)},\n" for value in values) + "]"


def _known_lines(reading: Reading) -> list[str]:
    """The lines that say where the file has its columns and rows."""
    lines = ["# What stands above each column that is needed, or its place in the row where nothing does."]
    return [*lines, listing("COLUMNS", reading.places.columns)]


def read_function(reading: Reading, imports: Imports) -> str:
    """``read``: the cells of the file."""
    # In here because they load pandas.
    from engine.data.reading import arrow_values, known_columns, sheet_values

    sources = [module_source(sheet_values, imports), module_source(known_columns, imports)]
    suffix = Path(reading.source).suffix.lower()
    if samples.is_sample(reading.source):
        sources.append(_read_sample(reading.source, imports))
    elif suffix in PARQUET:
        sources += [module_source(arrow_values, imports), _read_parquet(imports)]
    elif suffix in EXCEL:
        sources.append(_read_excel(reading, imports))
    else:
        sources.append(_read_text(reading, imports))
    return "\n\n\n".join(sources)


def _read_parquet(imports: Imports) -> str:
    imports.add("pyarrow.parquet", "ParquetFile")
    imports.add_module("pyarrow")
    return '''def read(source=DATA):
    """The needed columns of the file, those of its index among them."""
    try:
        with ParquetFile(source, coerce_int96_timestamp_unit="us") as file:
            table = file.read()
    except (OSError, pyarrow.ArrowException) as error:
        raise Unusable(f"{source} cannot be read as Parquet: {error}") from error
    index, ranges = find_index(table.schema)
    above = headings([names_of_fields(table.schema, range(table.num_columns), index)])
    found = {}
    for name, heading in COLUMNS.items():
        for part in ranges:
            if part["name"] == heading:
                found[name] = pd.Series(part["start"] + part["step"] * np.arange(table.num_rows))
        if heading in above and not nested_kind(table.schema.field(above.index(heading)).type):
            column = table.column(above.index(heading))
            found[name] = column_of_arrow(pyarrow.chunked_array(map(plain, column.chunks or column.combine_chunks())))
    return pd.DataFrame({name: values for name, values in found.items() if values is not None})'''


def _read_excel(reading: Reading, imports: Imports) -> str:
    imports.add("python_calamine", "CalamineError", "load_workbook")
    places, bottom = reading.places, reading.read.skip_bottom
    last = _BOTTOM.format(bottom=bottom) if bottom else ""
    return f'''def read(source=DATA):
    """The needed columns of the sheet; merged cells of a column hold for each of their rows."""
    try:
        book = load_workbook(source)
    except (OSError, CalamineError) as error:
        raise Unusable(f"{{source}} cannot be read as Excel: {{error}}") from error
    name = {literal(reading.read.sheet)}
    if name not in book.sheet_names and len(book.sheet_names) > 1:
        raise Unusable(f"{{source}} has no sheet {{name!r}}.")
    sheet = book.get_sheet_by_name(name if name in book.sheet_names else book.sheet_names[0])
    rows = [list(row) for row in sheet.iter_rows()]
    cells, numbers, _ = known_cells(rows, COLUMNS, {places.depth}, {places.start}, {literal(places.extra)}, 0)
    first = numbers[0] if numbers else len(rows)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and top >= first:
            for row in rows[top + 1 : bottom + 1]:
                if any(cell != "" for cell in row):
                    row[left] = rows[top][left]
    if any(merged for merged in sheet.merged_cell_ranges or ()):
        cells, numbers, _ = known_cells(rows, COLUMNS, {places.depth}, {places.start}, {literal(places.extra)}, 0)
{last}    return pd.DataFrame({{name: column_of(values) for name, values in cells.items()}})'''


_BOTTOM = """    if source == DATA:  # its last rows are no data
        cells = {{name: values[: -{bottom}] for name, values in cells.items()}}
"""


def _read_text(reading: Reading, imports: Imports) -> str:
    imports.add_module("csv")
    places, read = reading.places, reading.read
    encoding = "utf-8-sig" if read.encoding == "utf-8" else read.encoding
    errors = "" if reading.errors == "strict" else f", errors={literal(reading.errors)}"
    last = _BOTTOM.format(bottom=read.skip_bottom) if read.skip_bottom else ""
    lines, blanks = "file", "" if read.separator == "\t" else ", skipinitialspace=True"
    if read.separator == " ":
        lines = '(re.sub(r"[ \\t]+", " ", line.strip(" \\t")) for line in file)'
    arguments = f"COLUMNS, {places.depth}, {places.start}, {literal(places.extra)}, {places.width}"
    return f'''def read(source=DATA):
    """The cells of the needed columns of the file."""
    csv.field_size_limit(2**30)
    try:
        with open(source, encoding={literal(encoding)}{errors}, newline="") as file:
            records = csv.reader({lines}, delimiter={literal(read.separator)}{blanks})
            cells, _, broken = known_cells(records, {arguments})
    except (OSError, UnicodeError, csv.Error) as error:
        raise Unusable(f"{{source}} cannot be read as the study's table was: {{error}}.") from error
    if broken:
        print(f"{{broken:,}} of the file's rows are left out: too many cells.", file=sys.stderr)
{last}    return texts_of(cells)'''


def _read_sample(source: str, imports: Imports) -> str:
    sample = samples.describe(source)
    if not sample.loader:
        imports.add("importlib.resources", "files")
        return f'''def read():
    """Twinloop's sample table {prose(sample.name)}."""
    try:
        sample = files("resources").joinpath({literal(RESOURCE)})
    except ModuleNotFoundError:
        sys.exit("This script reads a sample table of Twinloop: install Twinloop, or read your own table here.")
    with sample.open("rb") as file:
        return pd.read_csv(file)'''
    imports.add("sklearn.datasets", sample.loader)
    named = '\n    frame["target"] = data.target_names[data.target]' if sample.task == "classification" else ""
    return f'''def read():
    """scikit-learn's sample table {prose(sample.name)}."""
    data = {sample.loader}(as_frame=True)
    frame = data.frame{named}
    return frame'''


def typed_functions(reading: Reading, imports: Imports) -> str:
    """``typed`` and what it needs: the source of the functions that read cells for a study."""
    # In here because they load pandas.
    from engine.data.reading import date_parsing, label_parsing, number_parsing

    parts = []
    measured = [one for one in reading.columns if one.name not in reading.labels]
    numbers = [one for one in measured if not _is_time(one)]
    times = [one for one in measured if _is_time(one)]
    lines = ["    spellings = spellings_in(frame) if spellings is None else spellings", "    values = {}"]
    if numbers:
        is_plain = all(one.number is None for one in numbers)
        parts.append(_PLAIN_NUMBERS if is_plain else module_source(number_parsing, imports))
        lines += [
            "    for name in frame.columns.intersection(list(NUMBERS)):",
            "        values[name] = parse_numbers(frame[name], **NUMBERS[name])",
        ]
    if times:
        is_plain = all(tuple(one.time_formats or _ISO) == _ISO for one in times)
        gone = {one.name: list(one.missing_words) for one in times if one.missing_words}
        cells = f"frame[name].mask(frame[name].isin({literal(gone)}.get(name, [])))" if gone else "frame[name]"
        parts.append(_PLAIN_DATES if is_plain else module_source(date_parsing, imports))
        lines += [
            "    for name in frame.columns.intersection(list(TIMES)):",
            f"        values[name] = parse_times({cells}, tuple(TIMES[name]))",
        ]
    if reading.labels:
        exact = ", exact=True" if reading.read.labels == "exact" else ""
        parts.append(module_source(label_parsing, imports))
        lines += [
            "    for name in frame.columns.intersection(list(LABELS)):",
            f"        labels = parse_labels(frame[name], tuple(LABELS[name]){exact})",
            '        if frame[name].dtype.kind in "iuf" and known is not None and name in known:',
            "            labels = with_zeros(labels, known[name])",
            "        values[name] = spell_alike(labels, spellings.get(name, {}))",
        ]
    parts.append(_SPELLINGS if _merged_lines(reading) else _NO_SPELLINGS)
    about = '    """Numbers and dates (in seconds since 1970) as floats, everything else as labels."""'
    done = "    return pd.DataFrame(values, index=frame.index)"
    parts.append("\n".join(["def typed(frame, spellings=None, known=None):", about, *lines, done]))
    parts.append(_UNREAD)
    return "\n\n\n".join(parts)
