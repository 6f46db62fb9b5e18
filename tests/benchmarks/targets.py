"""How often the target that is guessed for a public table is the one that it is known for.

The *tuned* tables are those that words and weights were chosen with; of the *further* ones only what their failures
have in common was learned.
"""

import json
from pathlib import Path

from engine.data import target
from engine.data.table import Column, TableInfo

CASES = Path(__file__).parents[1] / "cases" / "targets.json"


def cases():
    """Each public table as (its entry in the file, its description)."""
    for entry in json.loads(CASES.read_text(encoding="utf-8")):
        columns = [Column(name, kind, 0, distinct, whole=whole) for name, kind, distinct, whole in entry["columns"]]
        yield entry, TableInfo(entry["table"], entry["rows"], tuple(columns))


def right_of(part):
    """(tables of a set whose guess is right, all of them, those whose last possible column is right)."""
    found = [(entry, info) for entry, info in cases() if entry["set"] == part]
    right = sum(target.suggest(info)[0] == entry["target"] for entry, info in found)
    last = sum(_last(info) == entry["target"] for entry, info in found)
    return right, len(found), last


def main():
    """Print the accuracy by set, and every table that is guessed otherwise."""
    for part in ("tuned", "further"):
        right, tables, last = right_of(part)
        print(f"{part}: {right} of {tables}; the last column alone: {last}")
    for entry, info in cases():
        guess, _ = target.suggest(info)
        if guess != entry["target"]:
            print(f"  {entry['package']}/{entry['table']}: {guess}, known for {entry['target']}")


def _last(info):
    for column in reversed(info.columns):
        if target.can_be_predicted(column):
            return column.name
    return ""


if __name__ == "__main__":
    main()
