"""Races whose end is known, at length: ``python -m tests.campaigns.known_races [FOLDER]``.

Random search against a grid of the same budget (Bergstra and Bengio 2012) on Branin, and Bayesian optimisation against
random search on Branin and on a network for the digits. Seeds are fixed: a race says the same again. With a folder the
races are kept there, and an interrupted one goes on.

Recorded: on Branin random beats the grid in 0.683 of 60 repeats (0.571 to 0.782), Bayesian random in all (0.951 to 1);
on the digits, judged on rows that no strategy saw, Bayesian beats random in all of 16 repeats (0.829 to 1). Not shown
there: random against a grid of five levels, which tries 36 of its 625 cells in the order of chance; random won 0.312 of
16 repeats (0.132 to 0.548).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from engine.objectives import functions
from engine.objectives.description import FunctionObjective, TableObjective, Validation
from engine.racing.entrants import entrants_of
from engine.racing.on_objective import race_on_objective
from engine.racing.reading import judged
from engine.setup import Strategy, StudySetup
from engine.space import Float, Int

BRANIN = StudySetup("branin", FunctionObjective("branin"), dict(functions.get("branin").space()))
DIGITS = StudySetup(
    "digits",
    TableObjective(
        "sample:digits",
        "target",
        "classification",
        "mlp",
        "log_loss",
        settings={"epochs": 8},
        validation=Validation("fixed_holdout", holdout=0.2),
    ),
    {
        "learning_rate": Float(1e-6, 10.0, log=True),
        "l2": Float(1e-8, 10.0, log=True),
        "dropout": Float(0.0, 0.9),
        "hidden_units": Int(4, 64, log=True),
    },
    strategy=Strategy(seed=15),
)
RACES = (
    (BRANIN, ("bayesian", "random", "grid"), 60, 25),  # 5 levels of two: the whole grid
    (DIGITS, ("bayesian", "random"), 16, 36),
)


def main() -> int:
    """Race, and print who beats whom; 1 where a known result does not come."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    missed = 0
    for setup, names, repeats, trials in RACES:
        path = folder / f"{setup.title}.study"
        found = race_on_objective(path, setup, setup.search_space(), entrants_of(names), repeats, trials)
        told = judged(found)
        assert told is not None
        rows = "rows set aside for the race" if found.is_held_out else "the function itself"
        print(f"{setup.title}: {repeats} repeats of {trials} trials, judged on {rows}")
        for better in range(len(names) - 1):
            pair = told.pair(better, better + 1)
            missed += pair.low <= 0.5
            print(f"  {found.titles[better]} beats {found.titles[better + 1]}: {pair.probability:.3f}", end=" ")
            print(f"({pair.low:.3f} to {pair.high:.3f})", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
