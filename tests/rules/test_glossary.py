"""Each word has one meaning: those of the glossary that are retired do not come back as names in the code."""

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from tests.rules._nodes import nodes_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "resources" / "help" / "glossary.md").read_text("utf-8")
NAMING = ("id", "attr", "name", "arg", "asname", "module")
"""Fields of syntax nodes that hold a name."""


def retired(page):
    """The rows of the table: the name (a star stands for any letters), what it is called now, and its folder."""
    rows = re.findall(r"^\| `([\w*]+)` \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    return [(name, now, "" if where == "everywhere" else where.strip("`")) for name, now, where in rows]


def names_in(root, path):
    """Each name in a module with its line; the first are those of the module and of its folders."""
    found = [(word, 1) for word in path.relative_to(root).with_suffix("").parts]
    for node in nodes_of(path):
        for field in NAMING:
            value = getattr(node, field, None)
            if isinstance(value, str):
                found += [(word, getattr(node, "lineno", 0)) for word in value.split(".")]
    return found


@cache
def places_of_names(root):
    """Where each name stands first in each module of the program below ``root``."""
    places = {}
    for path in sorted([*root.glob("engine/**/*.py"), *root.glob("gui/**/*.py")]):
        place = path.relative_to(root).as_posix()
        for name, line in names_in(root, path):
            places.setdefault(name, {}).setdefault(place, line)
    return places


def comebacks(root, pattern, folder):
    """Each place below ``folder`` where a name is the retired one."""
    return [
        f"{place}:{line} {name}"
        for name, places in places_of_names(root).items()
        if fnmatchcase(name, pattern)
        for place, line in places.items()
        if not folder or Path(place).is_relative_to(folder)
    ]


@pytest.mark.parametrize(("name", "now", "folder"), retired(PAGE), ids=lambda one: one.replace("`", "") or "everywhere")
def test_a_retired_name_does_not_come_back(name, now, folder):
    assert not folder or (ROOT / folder).exists(), "the folder is gone: say where the name is retired now"
    assert comebacks(ROOT, name, folder) == [], f"say {now}"


def test_every_row_of_the_table_is_read():
    lines = [line for line in PAGE.split("|---|---|---|\n")[1].splitlines() if line.startswith("|")]
    assert len(lines) == len(retired(PAGE)) > 10


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("class Desk: ...", True),
        ("def f(Desk): ...", True),
        ("from engine.desk import x as Desk", True),
        ("f(Desk=1)", True),
        ("x.Desk = 1", True),
        ("for Desk in x: ...", True),
        ("DeskChair = 'Desk'  # Desk", False),
    ],
)
def test_a_name_that_comes_back_is_found(tmp_path, text, is_found):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "one.py").write_text(text, encoding="utf-8")
    assert comebacks(tmp_path, "Desk", "") == (["engine/one.py:1 Desk"] if is_found else [])
    assert bool(comebacks(tmp_path, "D*k", "engine")) is is_found
    assert comebacks(tmp_path, "Desk", "gui") == []
    assert comebacks(tmp_path, "one", "") == ["engine/one.py:1 one"]


def test_the_words_are_in_the_order_of_the_alphabet():
    words = re.findall(r"^- \*\*(.+?)\*\*: ", PAGE, re.MULTILINE)
    assert len(words) > 40
    assert words == sorted(words, key=str.lower)
