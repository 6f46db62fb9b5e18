"""The Pareto front of a study, told through its public door."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Float, SearchSpace, Study
from engine.analysis import pareto_front

DIRECTIONS = st.lists(st.sampled_from(["minimize", "maximize"]), min_size=2, max_size=3)


def told(directions, rows):
    study = Study(SearchSpace({"x": Float(0, 1)}), sampler="random", directions=directions)
    for row in rows:
        study.tell(study.ask(), row)
    return study


@settings(deadline=None)
@given(DIRECTIONS, st.data())
def test_the_front_is_what_nobody_beats(directions, data):
    scores = st.tuples(*[st.integers(0, 5).map(float) for _ in directions])
    rows = data.draw(st.lists(scores, min_size=1, max_size=12))
    study = told(directions, rows)
    signs = [1 if one == "minimize" else -1 for one in directions]
    losses = [tuple(s * v for s, v in zip(signs, row, strict=True)) for row in rows]

    def beaten(one):
        return any(all(a <= b for a, b in zip(other, one, strict=True)) and other != one for other in losses)

    wanted = [i for i, one in enumerate(losses) if not beaten(one)]
    assert sorted(trial.number for trial in study.front) == wanted


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=8))
def test_the_volume_counts_the_cells_that_are_beaten(rows):
    study = told(["minimize", "minimize"], [(float(a), float(b)) for a, b in rows])
    worst = np.max(rows, axis=0)
    cells = itertools.product(range(worst[0]), range(worst[1]))
    beaten = sum(any(a <= x and b <= y for a, b in rows) for x, y in cells)
    assert pareto_front(study.history).volume == beaten


def test_a_study_without_a_complete_trial_has_an_empty_front():
    study = told(["minimize", "maximize"], [])
    assert study.front == []
    assert pareto_front(study.history).volume == 0.0
