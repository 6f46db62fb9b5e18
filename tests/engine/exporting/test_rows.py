import json
import math

from engine.study import as_tab_separated, tab_separated, trials_as_dicts, trials_as_json
from tests.engine.analysis.studies import history_of

SCORES = [0.1 + 0.2, "failed", 0.5, None]


def test_every_digit_is_copied_and_missing_values_are_empty_cells():
    columns = [("score", "score"), ("momentum", "param:momentum"), ("note", "note")]
    text = tab_separated(history_of(SCORES), [0, 1, 3], columns, {"note": ["one\ttwo\nthree", "=1+1", ""]})
    rows = [line.split("\t") for line in text.splitlines()]
    assert rows == [
        ["trial", "state", "score", "momentum", "note"],
        ["0", "complete", repr(0.1 + 0.2), "0.9", "one two three"],
        ["1", "failed", "", "", "'=1+1"],
        ["3", "running", "", "", ""],
    ]


def test_rows_come_in_the_order_that_is_asked_for():
    text = tab_separated(history_of(SCORES), [2, 0], [("rate", "param:learning_rate")], {})
    assert [line.split("\t")[0] for line in text.splitlines()] == ["trial", "2", "0"]


def test_cells_are_numbers_in_full_and_texts_that_are_no_formulas():
    text = as_tab_separated(("=a", "b"), [("@x", -0.1), ("-1", math.nan), (True, 3), (None, "one\ttwo")])
    assert text == "'=a\tb\n'@x\t-0.1\n'-1\t\nTrue\t3\n\tone two\n"


def test_one_trial_is_an_object_and_several_are_a_list():
    history = history_of(SCORES)
    assert json.loads(trials_as_json(history, [2]))["score"] == 0.5
    assert [one["number"] for one in json.loads(trials_as_json(history, [2, 0]))] == [2, 0]
    assert trials_as_dicts(history, [0, 2]).count("\n") == 1
