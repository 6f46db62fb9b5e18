"""Configurations read in bulk give exactly what the space gives one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.store.params_matrix import params_matrix
from engine.trials import History
from tests.engine.store.event_sequences import SPACES, exact, wild_params


@settings(deadline=None, max_examples=300)
@given(rows=st.lists(wild_params, max_size=8), space=st.sampled_from(SPACES))
def test_reading_in_bulk_is_reading_one_by_one(rows, space):
    numbers, _ = params_matrix(rows, [space])
    one_by_one = [space.to_numbers(row) for row in rows]
    assert exact(numbers.tolist()) == exact([row.tolist() for row in one_by_one])


@settings(deadline=None, max_examples=300)
@given(
    rows=st.lists(wild_params, min_size=1, max_size=5), spaces=st.lists(st.sampled_from(SPACES), min_size=1, max_size=4)
)
def test_configurations_pass_through_every_space_the_study_had(rows, spaces):
    history = History(spaces[0])
    for number, row in enumerate(rows):
        history._append(number, row, 0, "queue")
    for space in spaces[1:]:
        history.change_space(space)
    numbers, strange = params_matrix(rows, spaces)
    assert exact(numbers.tolist()) == exact(history.numbers.tolist())
    assert exact(strange) == exact(history._strange)


def test_a_space_without_hyperparameters_has_no_columns():
    numbers, strange = params_matrix([{}, {"x": 1}], [SPACES[0].__class__({})])
    assert numbers.shape == (2, 0)
    assert strange == {1: {"x": 1}}
    assert np.isnan(numbers).all()
