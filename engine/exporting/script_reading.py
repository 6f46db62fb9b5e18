"""The part of an exported script that reads a table and turns its cells into values, as the study did."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from engine.data import samples
from engine.data.reading import EXCEL, PARQUET
from engine.data.reading.options import ReadOptions
from engine.data.samples import RESOURCE
from engine.data.table import Column
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
_PLAIN_DATES = '''def parse_dates(values, formats):
    """Dates as seconds since 1970, NaN where there is none."""
    times = pd.to_datetime(values, format=formats[0], errors="coerce", utc=True)
    return (times - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1)'''


@dataclass(frozen=True)
class Reading:
    """How a script reads: the source, how its file is written, and the columns that the script knows.

    ``labels`` are the columns whose cells are compared as labels, ``names`` those of the file where its own header does
    not serve, ``skip_lines`` what stands above the first row of cells, ``place`` the columns of a sheet.
    """

    source: str
    read: ReadOptions
    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    names: tuple[str, ...]
    skip_lines: int
    place: tuple[int, ...] = ()


def module_source(module: ModuleType, imports: Imports) -> str:
    """The functions and constants of a stand-alone module, its imports added to ``imports``."""
    text = inspect.getsource(module)
    lines = text.splitlines()
    body = ast.parse(text).body
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            imports.add(node.module, *(name.name for name in node.names))
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name not in {"numpy", "pandas"}:  # every script has these two
                    imports.add_module(name.name)
    first = next(node for node in body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr))
    return "\n".join(lines[first.lineno - 1 :]).strip()


def constants(reading: Reading) -> list[str]:
    """The lines that say how each column's cells become values."""
    numbers = {
        one.name: _written(one) for one in reading.columns if one.name not in reading.labels and not _is_time(one)
    }
    times = {one.name: list(one.time_formats or _ISO) for one in reading.columns if _is_time(one)}
    labels = {one.name: list(one.missing_words) for one in reading.columns if one.name in reading.labels}
    return [
        "# How each column writes its numbers and its dates, and which words mean a missing label.",
        listing("NUMBERS", numbers),
        listing("TIMES", times),
        listing("LABELS", labels),
        "# Labels that differ in case only are one here.",
        listing("SPELLED_ALIKE", _merged(reading)),
    ]


def _merged(reading: Reading) -> list[str]:
    """The columns whose labels are compared without case."""
    if reading.read.labels == "exact":
        return []
    return [one.name for one in reading.columns if one.name in reading.labels and one.kind in {"category", "constant"}]


def _is_time(column: Column) -> bool:
    return column.kind == "time" or bool(column.time_formats)


def _written(column: Column) -> dict[str, object]:
    """The arguments of ``parse_numbers`` that differ from its defaults."""
    written = column.number
    if written is None:
        return {}
    given: dict[str, object] = {"decimal": written.decimal} if written.decimal != "." else {}
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


def read_function(reading: Reading, imports: Imports) -> str:
    """``read``: the cells of the file."""
    if samples.is_sample(reading.source):
        return _read_sample(reading.source, imports)
    suffix = Path(reading.source).suffix.lower()
    if suffix in PARQUET:
        lines = _parquet_lines()
    elif suffix in EXCEL:
        lines = _excel_lines(reading)
    else:
        lines = _csv_lines(reading)
    if reading.read.skip_bottom:
        lines += [
            "    if source == DATA:  # its last lines are no data",
            f"        frame = frame.iloc[: -{reading.read.skip_bottom}]",
        ]
    about = '    """The cells of the file."""'
    return "\n".join(
        ["def read(source=DATA):", about, *lines, '    return frame.dropna(how="all").reset_index(drop=True)']
    )


def _parquet_lines() -> list[str]:
    return [
        "    frame = pd.read_parquet(source)",
        "    if not isinstance(frame.index, pd.RangeIndex):  # what was written as the index is a column as well",
        "        frame = frame.reset_index()",
        "    frame.columns = [str(name).strip() for name in frame.columns]",
        '    for name in frame.select_dtypes("timedelta"):',
        "        frame[name] = frame[name].dt.total_seconds()",
    ]


def _excel_lines(reading: Reading) -> list[str]:
    words: dict[str, object] = {
        "sheet_name": reading.read.sheet,
        "engine": "calamine",
        "dtype": "object",
        "keep_default_na": False,
        "na_values": [""],
        "skiprows": reading.skip_lines,
        "usecols": list(reading.place),
    }
    if reading.names:
        words |= {"header": None, "names": list(reading.names)}
    arguments = "".join(f"        {name}={literal(value)},\n" for name, value in words.items())
    lines = [f"    frame = pd.read_excel(\n        source,\n{arguments}    )"]
    return lines if reading.names else [*lines, "    frame.columns = [str(name).strip() for name in frame.columns]"]


def _csv_lines(reading: Reading) -> list[str]:
    words = {
        "sep": r"\s+" if reading.read.separator == " " else reading.read.separator,
        "encoding": reading.read.encoding,
        "dtype": "str",
        "keep_default_na": False,
        "na_values": [""],
        "skipinitialspace": True,
        "index_col": False,
        "on_bad_lines": "skip",
        "skiprows": reading.skip_lines,
    }
    if reading.names:
        words |= {"header": None, "names": list(reading.names)}
    arguments = "".join(f"        {name}={literal(value)},\n" for name, value in words.items())
    lines = [f"    frame = pd.read_csv(\n        source,\n{arguments}    )"]
    return lines if reading.names else [*lines, "    frame.columns = frame.columns.str.strip()"]


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
    if numbers:
        is_plain = all(one.number is None for one in numbers)
        parts.append(_PLAIN_NUMBERS if is_plain else module_source(number_parsing, imports))
    if times:
        is_plain = all(tuple(one.time_formats or _ISO) == _ISO for one in times)
        parts.append(_PLAIN_DATES if is_plain else module_source(date_parsing, imports))
    lines = ["    spellings = spellings_in(frame) if spellings is None else spellings", "    values = {}"]
    if reading.labels:
        parts.append(module_source(label_parsing, imports))
    if numbers:
        lines += [
            "    for name in frame.columns.intersection(list(NUMBERS)):",
            "        values[name] = parse_numbers(frame[name], **NUMBERS[name])",
        ]
    if times:
        lines += [
            "    for name in frame.columns.intersection(list(TIMES)):",
            '        texts = frame[name].astype(str) if frame[name].dtype.kind in "OM" else frame[name]',
            "        values[name] = parse_dates(texts.where(frame[name].notna()), tuple(TIMES[name]))",
        ]
    if reading.labels:
        lines += [
            "    for name in frame.columns.intersection(list(LABELS)):",
            "        labels = parse_labels(frame[name], tuple(LABELS[name]))",
            "        values[name] = spell_alike(labels, spellings.get(name, {}))",
        ]
    parts.append(_SPELLINGS if _merged(reading) else _NO_SPELLINGS)
    about = '    """Numbers and dates (in seconds since 1970) as floats, everything else as labels."""'
    done = "    return pd.DataFrame(values, index=frame.index)"
    parts.append("\n".join(["def typed(frame, spellings=None):", about, *lines, done]))
    return "\n\n\n".join(parts)
