"""Words that mean missing, and where they are labels."""

import pytest

from engine.data.reading.missing import missing_in_texts

NOTHING = frozenset()


@pytest.mark.parametrize(
    ("labels", "gaps", "is_target", "missing", "said"),
    [
        ({"None": 115, "Apnea": 40, "Insomnia": 45}, NOTHING, True, (), True),
        ({"None": 5, "Brick": 95}, NOTHING, False, (), True),
        ({"NA": 39, "EU": 60, "SA": 50}, NOTHING, False, (), True),
        ({"NA": 3, "male": 60, "female": 50}, {"na"}, False, ("NA",), False),
        ({"NA": 3, "male": 60, "female": 50}, NOTHING, False, ("NA",), True),
        ({"?": 7, "Private": 60, "State-gov": 50}, NOTHING, False, ("?",), True),
        ({"null": 50, "fraud": 30, "legit": 90}, NOTHING, True, (), True),
        ({"nan": 1, "fraud": 30, "legit": 90}, NOTHING, True, ("nan",), True),
        ({"yes": 7, "no": 8}, NOTHING, True, (), False),
        ({"-": 7, "low": 8, "high": 8}, NOTHING, False, ("-",), True),
    ],
)
def test_a_word_is_a_label_where_it_acts_as_one(labels, gaps, is_target, missing, said):
    found, doubt = missing_in_texts(labels, frozenset(gaps), None, is_target)
    assert found == missing
    assert bool(doubt) == said


def test_what_a_person_says_is_obeyed_without_a_word():
    labels = {"None": 115, "NA": 3, "x": 9}
    assert missing_in_texts(labels, NOTHING, ("NA",), is_target=True) == (("NA",), [])
    assert missing_in_texts(labels, NOTHING, (), is_target=True) == ((), [])


def test_a_word_means_missing_whatever_blanks_stand_around_it():
    assert missing_in_texts({"NA ": 3, "x": 9}, NOTHING, ("NA",), is_target=False) == (("NA ",), [])
