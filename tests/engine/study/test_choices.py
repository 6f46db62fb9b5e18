"""Choices of every kind that a person might put there: kept exactly in a file, or refused where the space is made."""

import datetime
import enum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Categorical, Float, Int, Study
from engine.errors import UserFault

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
nested = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text("ab"), inner, max_size=2),
    ),
    max_leaves=5,
)


def exactly(one):
    """A value with its types, so that 1, 1.0 and True differ."""
    return repr(one)


@settings(deadline=None, max_examples=60)
@given(st.lists(nested, min_size=1, max_size=5, unique_by=exactly), st.booleans())
def test_choices_come_back_from_a_file_as_they_were_given(tmp_path_factory, choices, declared):
    kinds = {exactly(one) if isinstance(one, tuple | list | dict) else (type(one), one) for one in choices}
    if len(kinds) < len(choices):
        return  # 0.0 and -0.0 are one choice
    if any(isinstance(one, str) and one in map(repr, choices) for one in choices):
        return  # a text that reads like another choice
    path = tmp_path_factory.mktemp("study") / "a.study"
    study = Study({"choice": Categorical(choices)}, sampler="random") if declared else Study(sampler="random")
    study.save(path)
    seen = []

    def objective(trial):
        asked = trial.suggest_categorical("choice", choices)
        assert exactly(trial.params["choice"]) == exactly(asked)
        seen.append(asked)
        return float(len(seen))

    study.optimize(objective, 4, repeats=True)
    assert set(map(exactly, seen)) <= set(map(exactly, choices))
    study.close()
    for where in (study, Study.open(path)):
        assert [exactly(one.params["choice"]) for one in where.trials] == list(map(exactly, seen))


def test_layers_of_a_network_are_chosen_and_queued_as_tuples(tmp_path):
    choices = [(64,), (64, 64), [32]]

    def objective(trial):
        return float(sum(trial.suggest_categorical("layers", choices)))

    study = Study(sampler="tpe")
    study.save(tmp_path / "a.study")
    study.enqueue_trial({"layers": (64, 64)})
    study.optimize(objective, 10, repeats=True)
    assert study.trials[0].params == {"layers": (64, 64)}
    assert study.best_params == {"layers": [32]}
    assert study.best_trial.suggest_categorical("layers", choices) == [32]
    study.close()
    again = Study.open(tmp_path / "a.study")
    assert again.best_params == {"layers": [32]}
    other = Study(sampler="random")
    other.add_trials(again.trials)
    assert [one.params for one in other.trials] == [one.params for one in again.trials]


def test_a_condition_may_name_a_tuple():
    space = {"layers": Categorical([(8,), (8, 8)]), "second": Float(0, 1, when={"layers": [(8, 8)]})}
    study = Study(space, sampler="random").optimize(lambda trial: 1.0, 20)
    assert all(("second" in one.params) == (one.params["layers"] == (8, 8)) for one in study.trials)


def test_scalars_of_numpy_are_plain_numbers():
    space = {
        "x": Float(np.float64(0.5), np.float32(1)),
        "n": Int(np.int64(1), np.float64(3.0), step=np.int32(1)),
        "c": Categorical(np.array([1, 2])),
        "t": Categorical([np.str_("a"), np.bool_(True), np.float64(0.5)]),
    }
    study = Study(space, sampler="random")
    assert type(study.space["x"].low) is float
    assert (study.space["n"], type(study.space["n"].high)) == (Int(1, 3), int)
    assert [type(one) for one in study.space["t"].choices] == [str, bool, float]
    assert all(type(one) in (int, float, str, bool) for one in study.ask().params.values())


class Colour(enum.Enum):
    RED = 1


class Word(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "choice",
    [
        Colour.RED,
        Word.RED,
        datetime.date(2026, 1, 1),
        len,
        object(),
        Study,
        {1, 2},
        b"bytes",
        1j,
        (1, len),
        [float("nan")],
        2**70,
        "\ud800",
        np.array([[1, 2]]),
        np.datetime64("2026-01-01"),
    ],
    ids=lambda choice: type(choice).__name__,
)
def test_what_no_file_can_hold_exactly_is_refused_where_the_space_is_made(choice):
    with pytest.raises(UserFault):
        Study({"choice": Categorical(["a", choice])})
    with pytest.raises(UserFault):
        Study().ask().suggest_categorical("choice", ["a", choice])


@pytest.mark.parametrize("choice", [np.float64(2.5), np.int64(3), np.bool_(True), np.str_("red")], ids=repr)
def test_scalars_of_numpy_are_queued_as_the_choices_that_they_are(choice):
    study = Study({"choice": Categorical([choice, "other"])})
    study.enqueue({"choice": choice})
    assert study.ask().params["choice"] == choice
