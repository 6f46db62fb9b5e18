import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis import parse_filter
from engine.errors import UserFault
from tests.engine.analysis.studies import SPACE, history_of

HISTORY = history_of([0.5, 0.974, 0.7, "failed", "pruned", None])
STEPS = np.array([40, 40, 40, 3, 12, 20])


def numbers(text: str) -> list[int]:
    return np.flatnonzero(parse_filter(text, SPACE).mask(HISTORY, STEPS)).tolist()


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
        ("learning_rate < small", "learning_rate is a number, and small is none."),
        ("score > nan", "score is a number, and nan is none."),
        ("(score > 1", "A bracket is not closed."),
        ("score", "score is not compared with anything."),
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


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["state", "=", "and", "(", ")", "not", "1", "<", "or"])).map(" ".join)
)
@settings(deadline=None, max_examples=200)
def test_no_text_does_worse_than_a_sentence(text):
    try:
        mask = parse_filter(text, SPACE).mask(HISTORY, STEPS)
    except UserFault:
        return
    assert mask.shape == (6,)
