import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis import FilterColumns, complete_filter, parse_filter
from engine.errors import UserFault
from tests.engine.analysis.studies import SPACE, history_of

HISTORY = history_of([0.5, 0.974, 0.7, "failed", "pruned", None])
COLUMNS = FilterColumns(SPACE, metric="accuracy", step="epoch")
LOSSES = np.array([np.nan, 0.1, 0.2, np.nan, np.nan, np.nan])
STEPS = np.array([40, 40, 40, 3, 12, 20])


def numbers(text: str) -> list[int]:
    found = parse_filter(text, COLUMNS)
    return np.flatnonzero(found.mask(HISTORY, STEPS, lambda: LOSSES, {1: "fine", 2: "too slow"}, {4})).tolist()


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("state = complete", [0, 1, 2]),
        ("state != complete", [3, 4, 5]),
        ("state = complete and learning_rate < 2.5e-4", [0, 1]),
        ("learning rate <= 3e-4 and optimizer = adam", [1]),
        ("score > 0.6 or state = failed", [1, 2, 3]),
        ("not state = complete and steps >= 12", [4, 5]),
        ("(state = failed or state = pruned) and trial > 3", [4]),
        ("momentum = 0.9", [0, 2, 4]),
        ("momentum != 0.1", [0, 2, 4]),
        ('optimizer == "SGD"', [0, 2, 4]),
        ("score = 0.97", [1]),
        ("score = 1", []),
        ("units = 9", [1]),
        ("time < 1", [0, 1, 2, 3, 4]),
        ("source = queue", []),
        ("a = 1 or", None),
        ("accuracy > 0.6", [1, 2]),
        ("accuracy >= 97 %", [1]),
        ("epochs >= 12", [0, 1, 2, 4, 5]),
        ("loss < 0.25", [1, 2]),
        ("loss is missing", [0, 3, 4, 5]),
        ("optimizer in (adam)", [1, 3, 5]),
        ("trial in (0, 2,5)", [0, 2, 5]),
        ("units not in (8, 9) and trial < 4", [2, 3]),
        ("units between 9 and 11", [1, 2, 3]),
        ("units between 9 and 11 and optimizer = adam", [1, 3]),
        ("units not between 9 and 11", [0, 4, 5]),
        ("optimizer ~ ad", [1, 3, 5]),
        ("optimizer !~ ad", [0, 2, 4]),
        ("learning_rate ~ 2.1e-4", [1]),
        ("momentum is missing", [1, 3, 5]),
        ("momentum is not missing", [0, 2, 4]),
        ("state is failed", [3]),
        ("state is not failed", [0, 1, 2, 4, 5]),
        ("top 2", [1, 2]),
        ("top 10", [0, 1, 2]),
        ("top 10 %", [1]),
        ("top 2 and optimizer = adam", [1]),
        ("failed", [3]),
        ("adam or pruned", [1, 3, 4, 5]),
        ("not adam", [0, 2, 4]),
        ("slow", [2]),
        ("5", [5]),
        ("s and trial < 2", [0, 1]),
        ("note ~ SLOW", [2]),
        ("note is not missing", [1, 2]),
        ("starred", [4]),
        ("not starred and trial > 2", [3, 5]),
        ("starred = no", [0, 1, 2, 3, 5]),
        ("time < 0.01 min", [0, 1, 2, 3, 4]),
        ("time ≥ 600 ms", []),
        ("param:units = 9", [1]),
        ("learning_rate = 0.0002", [1]),
    ],
)
def test_a_filter_lets_the_right_trials_through(text, passing):
    if passing is None:
        with pytest.raises(UserFault):
            numbers(text)
    else:
        assert numbers(text) == passing


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("speed > 3", "There is no speed here."),
        ("state = done", "state is never done."),
        ("state < complete", "state has no order, so < means nothing for it."),
        ("learning_rate < small", "learning_rate is a number; small is not."),
        ("score > nan", "score is a number; nan is not."),
        ("(score > 1", "A bracket is not closed."),
        ("score", "score is not compared with anything."),
        ("units in 8", "units in is followed by values in brackets."),
        ("units in (8", "A bracket is not closed."),
        ("units in ( , )", "units in () names no value."),
        ("units between 8", "units between 8 has no other end."),
        ("optimizer between a and b", "optimizer has no order, so between means nothing for it."),
        ("units is", "units is has no value."),
        ("note > 3", "note has no order, so > means nothing for it."),
        ('optimizer = "adam', '"adam has no second quote.'),
        ("top 0", "top is followed by a number; 0 is not one."),
        ("score >", "score > has no value."),
        ("score > 1 )", ") comes where the filter should end."),
        ("and", "A comparison is missing."),
        ("score ! 3", "! 3 cannot be read here."),
        ("(" * 60, "The filter is nested too deeply."),
    ],
)
def test_a_filter_that_cannot_be_understood_says_why(text, sentence):
    with pytest.raises(UserFault) as fault:
        parse_filter(text, SPACE)
    assert fault.value.what == sentence
    assert fault.value.remedy


def test_the_example_of_a_wrong_test_is_true_for_its_column():
    wrong = {"learning_rate < small": 1e-4, "units = many": 8, "score > good": 0, "optimizer > 3": 0, "time = long": 0}
    for text in wrong:
        with pytest.raises(UserFault) as fault:
            numbers(text)
        example = fault.value.remedy.removeprefix("Write for example: ").removesuffix(".")
        assert example.split()[0] in ("accuracy", text.split()[0])
        numbers(example)


def test_a_name_that_is_nearly_right_is_guessed():
    with pytest.raises(UserFault) as fault:
        numbers("learnin_rate > 3")
    assert fault.value.remedy.startswith("Did you mean learning_rate? Known are: trial, state, accuracy, score,")


@pytest.mark.parametrize(
    ("text", "at", "some", "none"),
    [
        ("", 0, ["accuracy", "optimizer", "top 10"], ["and"]),
        ("le", 0, ["learning_rate"], ["units"]),
        ("optimizer ", 10, ["=", "in (", "is missing"], ["<"]),
        ("optimizer = ", 12, ["SGD", "Adam"], ["and"]),
        ("optimizer = a", 12, ["Adam"], ["SGD"]),
        ("optimizer in (SGD,a", 18, ["Adam"], ["SGD"]),
        ("units ", 6, ["<", "between"], ["and"]),
        ("units < 9 ", 10, ["and", "or"], ["units"]),
        ("units < 9 and ", 14, ["state"], ["or"]),
        ("(", 1, ["state"], ["or"]),
        ("state is ", 9, ["complete", "missing", "not"], ["<"]),
        ("units between 8 and ", 20, [], ["state"]),
    ],
)
def test_what_may_follow_is_offered(text, at, some, none):
    place, words = complete_filter(text, COLUMNS)
    assert place == at
    assert set(some) <= set(words)
    assert not set(none) & set(words)


@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(
            ["state", "=", "and", "(", ")", "not", "1", "<", "or", "in", "top", "is", "between", "units", "~", ","]
        )
    ).map(" ".join)
)
@settings(deadline=None, max_examples=200)
def test_no_text_does_worse_than_a_sentence(text):
    try:
        mask = parse_filter(text, SPACE).mask(HISTORY, STEPS)
    except UserFault:
        return
    finally:
        complete_filter(text, COLUMNS)
    assert mask.shape == (6,)


def test_a_study_whose_steps_have_no_name_has_no_empty_one_either():
    assert parse_filter("s", SPACE).mask(HISTORY, STEPS).any()


def test_other_names_of_the_score_are_understood_and_not_listed():
    columns = FilterColumns(SPACE, metric="RMSE", others=("root mean squared error", "rmse"))
    for text in ("RMSE > 0.6", "rmse > 0.6", "root mean squared error > 0.6"):
        assert np.flatnonzero(parse_filter(text, columns).mask(HISTORY, STEPS)).tolist() == [1, 2]
    assert "RMSE" in columns.names
    assert "root mean squared error" not in columns.names
