"""Two definitions, the difference between them, and the way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis import change_sentences
from engine.changing import apply_changes, change_event, changes_between, standing_changes, undo_change
from engine.errors import UserFault
from engine.events import StudyChanged
from engine.objectives.description import TableObjective
from engine.setup import Budget, Strategy, StudySetup, replace
from engine.space import Categorical, Float, Int

SPACE = {"lr": Float(1e-4, 0.1, log=True), "act": Categorical(["tanh", "relu", 1, 1.0, True, None])}
SETUP = StudySetup("wine", TableObjective("sample:wine", "target", "classification", "mlp", "accuracy"), SPACE)
SPACES = (
    SPACE,
    {"act": SPACE["act"], "lr": SPACE["lr"]},
    {"lr": Float(0.0, 1.0), "n": Int(1, 9, when={"act": ["relu"]}), "act": Categorical(["relu", "relu6"])},
    {},
)
numbers = st.lists(st.integers(0, 30), max_size=4, unique=True).map(sorted).map(tuple)
setups = st.builds(
    StudySetup,
    title=st.sampled_from(["wine", "wine again"]),
    objective=st.just(SETUP.objective),
    space=st.sampled_from(SPACES),
    strategy=st.builds(
        Strategy,
        sampler=st.sampled_from(["bayesian", "tpe"]),
        options=st.sampled_from([{}, {"start": 5}]),
        pruner=st.sampled_from(["none", "median"]),
        seed=st.integers(0, 3),
    ),
    budget=st.builds(Budget, trials=st.none() | st.integers(1, 99), target=st.none() | st.floats(0, 1)),
    starred=numbers,
    excluded=numbers,
    notes=st.dictionaries(st.integers(0, 30), st.text(min_size=1, max_size=5), max_size=2),
    repeats=st.booleans(),
)


@settings(deadline=None, max_examples=120)
@given(before=setups, after=setups)
def test_a_difference_put_on_gives_the_other_definition_and_undone_the_first(before, after):
    old, new = changes_between(before, after)
    assert old.keys() == new.keys()
    there = apply_changes(before, new)
    assert (there, list(there.space)) == (after, list(after.space))
    event = change_event(before, after, 3, 0.0, "window")
    if event is None:
        assert before == after
        assert list(before.space) == list(after.space)
        return
    back = undo_change(after, event)
    assert (back, list(back.space)) == (before, list(before.space))
    assert all(change_sentences([event]))


def test_before_the_first_trial_an_edit_is_no_change():
    assert change_event(SETUP, replace(SETUP, title="other"), 0, 0.0, "window") is None


def test_what_was_changed_again_is_not_undone_and_says_so():
    once = replace(SETUP, budget=Budget(trials=60))
    first = change_event(SETUP, once, 3, 0.0, "window")
    with pytest.raises(UserFault, match="trials was changed again"):
        undo_change(replace(once, budget=Budget(trials=80)), first)
    assert undo_change(replace(once, title="other"), first) == replace(SETUP, title="other")


def test_an_undoing_and_what_it_undoes_no_longer_stand_and_doing_it_again_does():
    one = StudyChanged(1, 0.0, "window", {"title": "a"}, {"title": "b"})
    other = StudyChanged(1, 0.0, "window", {"excluded.1": None}, {"excluded.1": True})
    back = StudyChanged(1, 0.0, "Python", one.after, one.before)
    assert standing_changes([one, other, back]) == (False, True, False)
    assert standing_changes([one, back, one]) == (False, False, True)
    assert standing_changes([one, one, back]) == (True, False, False)


def test_changes_are_told_as_a_person_would_tell_them():
    act = Categorical([*SPACE["act"].choices, "relu6"])
    grown = {"lr": Float(1e-4, 1.0, log=True), "act": act, "n_units": Int(1, 3)}
    steps = [
        replace(SETUP, space=grown),
        replace(SETUP, space=SPACE),
        replace(SETUP, budget=Budget(trials=80, seconds=60.0)),
        replace(SETUP, strategy=Strategy("tpe", {"start": 5}, "median")),
        replace(SETUP, excluded=(3, 5), notes={3: "odd"}),
    ]
    events = []
    for before, after in zip([SETUP, steps[0], SETUP, SETUP, SETUP], steps, strict=True):
        events.append(change_event(before, after, 14, 0.0, "window"))
    assert change_sentences(events) == (
        "Space 2 since trial 14: lr 0.0001 to 1 (was 0.0001 to 0.1); act: relu6 added; n units added",
        "Space 3 since trial 14: lr 0.0001 to 0.1 (was 0.0001 to 1); act: relu6 removed; n units removed",
        "Budget: trials 80 (was 100), time limit 60 s (was no limit)",
        "Strategy tpe (was bayesian), pruner median (was none)",
        "Note of trial 3 written; trials 3 and 5 excluded",
    )


@pytest.mark.parametrize(
    "after",
    [{"space.lr": {"kind": "nothing"}}, {"space.lr": 3}, {"trial.x": 4}, {"budget.trials": []}, {"": "x"}, {"a.b": {}}],
)
def test_words_of_a_strangers_changes_do_not_break(after):
    assert change_sentences([StudyChanged(0, 0.0, "window", dict.fromkeys(after), after)])[0]
