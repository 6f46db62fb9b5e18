"""Every classifier and regressor of scikit-learn on random tables: proposed, fitted, scored and exported.

``python -m tests.campaigns.estimators [N] [--seed S] [--only NAME] [--configurations K]`` takes N tables (1 from seed
0), each with numbers, holes, categories and a target of its task, and for each class that can be tuned: the space is
suggested and checked on the table, K configurations of it are scored (4), the best one is written as a script, and the
script is run. It has to print the score to the last digit. A line is printed for each class that could not; a
configuration that fails with a sentence is counted and is no fault. Exit status 1 where anything was wrong.
"""

import argparse
import contextlib
import io
import math
import runpy
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.errors import UserFault
from engine.exporting.python_script import script
from engine.learners.estimators.listing import listed_estimators
from engine.objectives.fitting import one_thread
from engine.objectives.table import prepare
from engine.space import SearchSpace
from engine.study import suggest_setup

TASKS = ("classification", "regression")


@dataclass(frozen=True)
class Verdict:
    """What became of one class on one table; ``wrong`` is empty where all went well."""

    name: str
    seed: int
    scored: int
    refused: tuple[str, ...]
    wrong: str


def usable():
    """The classes that can be tuned."""
    return [one for one in listed_estimators() if not one.reason]


def write_table(folder, seed, task):
    """A table of 60 to 160 rows; its path. Targets of numbers are positive, which a few models want."""
    rng = np.random.default_rng([seed, task == "regression"])
    rows = int(rng.integers(60, 160))
    columns = {
        f"number {place}": rng.normal(size=rows) * 10 ** rng.uniform(-2, 3) for place in range(rng.integers(2, 5))
    }
    signal = sum(column / column.std() for column in columns.values())
    for place in range(rng.integers(0, 3)):
        levels = rng.integers(0, int(rng.integers(2, 6)), rows)
        signal = signal + levels
        columns[f"kind {place}"] = np.array(["red", "green", "dark blue", "é", "'quoted'", "six"])[levels]
    table = pd.DataFrame(columns)
    if task == "classification":
        classes = int(rng.integers(2, 4))
        noisy = signal + rng.normal(size=rows)
        table["goal"] = np.array(["no", "yes", "perhaps"])[pd.qcut(noisy, classes, labels=False)]
    else:
        table["goal"] = (np.exp(0.3 * signal + 0.1 * rng.normal(size=rows))).round(6) + 0.01
    for name in table.columns[:-1]:
        if rng.random() < 0.4:
            table[name] = table[name].mask(rng.random(rows) < 0.1)
    path = Path(folder) / f"table {seed} {task}.csv"
    table.to_csv(path, index=False)
    return path


def judge(one, path, seed, configurations):
    """Propose, fit, score and export one class on the table at ``path``."""
    refused, best = [], None
    try:
        setup = suggest_setup(str(path), "goal", one.task, one.path)
        prepared = prepare(setup.objective)
        space, rng = SearchSpace(setup.space), np.random.default_rng(seed)
        for _ in range(configurations):
            params = space.sample(rng)
            try:
                score = prepared.evaluate(params, seed, _ignore).score
            except UserFault as fault:
                refused.append(str(fault))
                continue
            if not math.isfinite(score):
                refused.append(f"score {score}")
            elif best is None or (score < best[0]) == (setup.direction == "minimize"):
                best = score, params
        if best is None:
            return Verdict(one.name, seed, 0, tuple(refused), "no configuration was scored")
        printed = _run(path.parent, script(setup.objective, best[1], best[0], seed))
        wrong = "" if printed == f"score: {best[0]!r}" else f"score: {best[0]!r}, and the script: {printed}"
        return Verdict(one.name, seed, configurations - len(refused), tuple(refused), wrong)
    except UserFault as fault:
        return Verdict(one.name, seed, 0, tuple(refused), str(fault))
    except Exception as error:  # noqa: BLE001 - which is what is looked for
        return Verdict(one.name, seed, 0, tuple(refused), f"{type(error).__name__}: {error}")


def _ignore(step, records):
    """A report that nobody reads."""


def _run(folder, text):
    """The last line that a script prints."""
    path, output = folder / "winner.py", io.StringIO()
    path.write_text(text, encoding="utf-8")
    arguments, sys.argv = sys.argv, [str(path)]
    try:
        with contextlib.redirect_stdout(output):
            runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv = arguments
    return (output.getvalue().splitlines() or [""])[-1]


def judged(classes, seed, configurations):
    """A verdict for each of ``classes`` on the two tables of ``seed``."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore")  # ranges reach beyond what converges
        paths = {task: write_table(folder, seed, task) for task in TASKS}
        for one in classes:
            yield judge(one, paths[one.task], seed, configurations)


def main(arguments=None):
    """Judge and print; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.estimators")
    parser.add_argument("number", nargs="?", type=int, default=1, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--configurations", type=int, default=4)
    options = parser.parse_args(arguments)
    start, count, wrong, refusals = time.monotonic(), 0, 0, 0
    classes = [one for one in usable() if options.only in one.name]
    for seed in range(options.seed, options.seed + options.number):
        for verdict in judged(classes, seed, options.configurations):
            count, refusals = count + 1, refusals + len(verdict.refused)
            if verdict.wrong:
                wrong += 1
                print(f"WRONG seed {seed} {verdict.name}: {verdict.wrong[:300]}", flush=True)
            for said in dict.fromkeys(verdict.refused):
                print(f"  seed {seed} {verdict.name} refused: {said[:200]}", flush=True)
    print(
        f"{count} classes on tables, {wrong} wrong, {refusals} configurations refused, {time.monotonic() - start:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
