"""A table is read once between the first look at it and the first trial."""

import os

import numpy as np

from engine.setup import replace
from engine.study import setup_problems, suggest_setup
from tests.helpers.runs import Listened


def table(path):
    rng = np.random.default_rng(0)
    rows = "".join(f"{x:.3f},{z:.3f},{x + z:.2f}\n" for x, z in rng.normal(size=(200, 2)))
    path.write_text("x,z,y\n" + rows, encoding="utf-8")
    return path


def spoil(path):
    """Put nonsense into a file so that only somebody who reads it can tell."""
    before = path.stat()
    path.write_bytes(b"#" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def run(study, setup):
    with Listened() as one:
        one.runner.create(study, setup)
        one.opened()
        one.runner.start()
        one.until_state("ended", 60)
        return [trial.state for trial in one.ended_trials()]


def test_the_workers_are_given_what_the_check_has_read(tmp_path):
    path = table(tmp_path / "t.csv")
    setup = suggest_setup(path, "y", family="elastic_net")
    setup = replace(setup, budget=replace(setup.budget, trials=2))
    assert not [one for one in setup_problems(setup) if one.forbids]
    spoil(path)
    assert run(tmp_path / "a.study", setup) == ["complete", "complete"]


def test_another_choice_of_columns_is_not_given_the_rows_of_the_last_one(tmp_path):
    path = table(tmp_path / "t.csv")
    setup = suggest_setup(path, "y", family="elastic_net")
    setup = replace(setup, budget=replace(setup.budget, trials=2))
    other = replace(setup, objective=replace(setup.objective, ignored=("z",)))
    assert run(tmp_path / "a.study", other) == ["complete", "complete"]
