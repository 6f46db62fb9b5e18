"""A table as people have them, and studies on it: with cautions, columns left out, and a target that is a guess."""

from __future__ import annotations

import random
from pathlib import Path

from engine.setup import StudySetup, replace
from engine.study import StudyOpened, suggest_setup
from engine.trials import Curves, History
from gui.gallery.still_runner import Still

ROWS = 240  # few enough to be read at once
HEADER = "order_id;when;region;delivered;customer note & remarks of the sales department;discount;rent;units;price"


def write_orders(path: Path) -> Path:
    """Write a table with dates in doubt, labels in two spellings, gaps by words, and columns that name rows."""
    rng = random.Random(7)
    lines = [HEADER]
    for row in range(ROWS):
        units = rng.randint(1, 40)
        rent = rng.choice(["-", "k.A."]) if row % 61 == 5 else f"{rng.uniform(300, 900):.2f}".replace(".", ",")
        lines.append(
            ";".join(
                [
                    f"A-{10_000 + 7 * row}",
                    f"{rng.randint(1, 12):02d}/{rng.randint(1, 12):02d}/2021",
                    rng.choice(["north", "south", "west"]),
                    rng.choice(["yes", "no", "Yes"]),
                    f"call customer {row} back about {rng.choice(['size', 'colour', 'delivery'])} and date",
                    f"{rng.choice([0, 5, 10, 15])} %",
                    rent,
                    str(units),
                    f"{units * rng.uniform(9, 11):.2f}".replace(".", ",") if row % 80 else "",
                ]
            )
        )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def write_customers(path: Path) -> Path:
    """Write a table that asks for hints: a column leaks the target, customers have several rows, and all are few."""
    rng = random.Random(3)
    lines = ["customer_id,exit_survey,tenure_months,contract,monthly_charges,left"]
    for row in range(ROWS):
        tenure, contract = rng.randint(1, 72), rng.choice(["month", "year", "two years"])
        has_left = rng.random() < 0.75 - tenure / 100 - 0.15 * (contract != "month")
        survey = rng.choice(["price", "service", "moved"]) if has_left else ""
        charges = f"{rng.uniform(20, 110) + 8 * has_left:.2f}"
        lines.append(f"{500 + row * 2 // 3},{survey},{tenure},{contract},{charges},{'yes' if has_left else 'no'}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def unconfirmed(path: Path) -> Still:
    """A study that was just made for the table: its target is a guess."""
    return _still(suggest_setup(path), path)


def confirmed(path: Path) -> Still:
    """The same after somebody has confirmed the target."""
    setup = suggest_setup(path)
    return _still(replace(setup, objective=replace(setup.objective, target_confirmed=True)), path)


def _still(setup: StudySetup, path: Path) -> Still:
    history = History(setup.search_space(), (setup.direction,), setup.constraints)
    return Still(StudyOpened(path.with_suffix(".study"), setup, history, Curves()))
