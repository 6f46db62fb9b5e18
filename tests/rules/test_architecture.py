"""The page on how the house is built names every room, in the order in which imports go down, and no other."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "resources" / "help" / "architecture.md").read_text("utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
UNSAID = {"creating", "printing", "wording", "exception_reporter", "gallery", "__main__"}  # small


@pytest.mark.parametrize(("house", "heading"), [("engine", "Rooms of the engine"), ("gui", "Rooms of the window")])
def test_the_page_names_the_rooms(house, heading):
    layers = next(one["layers"] for one in CONTRACTS if one["type"] == "layers" and one["containers"] == [house])
    floor = {room: number for number, layer in enumerate(layers) for room in layer.split(" | ")}
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    named = [name for name in re.findall(r"`(\w+)`", section) if name != "from"]
    assert set(named) == set(floor) - UNSAID
    lines = [[floor[name] for name in re.findall(r"`(\w+)`", line)] for line in section.splitlines() if line]
    highest = [min(line) for line in lines]
    assert highest == sorted(highest)
