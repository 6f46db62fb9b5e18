"""States as bytes, and evaluations that are cut off and taken up again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.learners.families import TableShape
from engine.objectives import checkpoints, table
from engine.objectives.description import TableObjective, Validation

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES)
def test_values_come_back_as_they_were(value):
    assert checkpoints.unpack(checkpoints.pack(value)) == value


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8", "u1", "?"])
def test_arrays_come_back_to_the_bit_and_can_be_written(dtype):
    array = np.arange(12).reshape(3, 4).astype(dtype)
    back = checkpoints.unpack(checkpoints.pack({"w": array}))["w"]
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)
    back[0, 0] = 1


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_other_bytes_are_refused(data):
    try:
        checkpoints.unpack(data)
    except ValueError:
        return
    assert checkpoints.unpack(checkpoints.pack(checkpoints.unpack(data))) is not ...


@pytest.mark.parametrize(
    "content", [["O", [1], b"12345678"], ["f8", [10**12], b""], ["f8", [-1], b""], ["V8", [1], b"12345678"], ["f8"]]
)
def test_hostile_arrays_are_refused(content):
    import msgspec

    with pytest.raises(ValueError, match="not a checkpoint"):
        checkpoints.unpack(msgspec.msgpack.encode({"array": content}))


class Cut(Exception):
    """Ends an evaluation in the middle."""


class Store:
    """Keeps a state at every step, and cuts the evaluation off after some."""

    def __init__(self, latest=b"", cut_after=None):
        self.latest, self.cut_after, self.steps = latest, cut_after, []

    def checkpoint_due(self):
        return True

    def save(self, step, state):
        self.latest = state

    def report(self, step, records):
        self.steps.append((step, dict(records)))
        if len(self.steps) == self.cut_after:
            raise Cut


@pytest.fixture(scope="module")
def prepared():
    cache = {}

    def make(family):
        if family not in cache:
            described = TableObjective(
                "sample:wages", "monthly_wage", "regression", family, "rmse",
                settings={"epochs": 6} if family == "mlp" else {}, validation=Validation(folds=3),
            )  # fmt: skip
            cache[family] = table.prepare(described)
        return cache[family]

    return make


def drawn(prepared):
    space = prepared.family.suggest_space("regression", TableShape(900, 9))
    return space.sample(np.random.default_rng(3))


@pytest.mark.parametrize(("family", "cut_after"), [("mlp", 1), ("mlp", 6), ("mlp", 10), ("mlp", 17), ("neighbours", 2)])
def test_an_evaluation_that_is_cut_off_ends_as_if_it_never_was(prepared, family, cut_after):
    params = drawn(prepared(family))
    whole = Store()
    outcome = prepared(family).evaluate(params, 5, whole.report, whole)
    first = Store(cut_after=cut_after)
    with pytest.raises(Cut):
        prepared(family).evaluate(params, 5, first.report, first)
    second = Store(first.latest)
    again = prepared(family).evaluate(params, 5, second.report, second)
    assert again.score == outcome.score
    assert again.details["fold_scores"] == outcome.details["fold_scores"]
    assert second.steps == whole.steps


def test_a_damaged_state_means_starting_again(prepared):
    params = drawn(prepared("mlp"))
    fresh, damaged = Store(), Store(b"\x93\x01\x02\x03")
    assert (
        prepared("mlp").evaluate(params, 5, fresh.report, fresh).score
        == prepared("mlp").evaluate(params, 5, damaged.report, damaged).score
    )
