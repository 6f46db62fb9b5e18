import pytest
from PySide6.QtCore import Qt

from engine.analysis import Filter
from gui.views.trials_filter import TrialsFilter
from tests.engine.analysis.studies import SPACE


@pytest.fixture
def line(qtbot) -> TrialsFilter:
    made = TrialsFilter()
    qtbot.addWidget(made)
    made.show_space(SPACE)
    made.say("6 trials")
    made.show()
    return made


def test_a_filter_is_read_when_enter_is_pressed(line, qtbot):
    qtbot.keyClicks(line.line, "state = complete")
    with qtbot.waitSignal(line.chosen) as blocker:
        qtbot.keyClick(line.line, Qt.Key.Key_Return)
    assert blocker.args == [Filter("state = complete")]


def test_a_filter_is_read_when_typing_rests(line, qtbot):
    with qtbot.waitSignal(line.chosen, timeout=3000):
        qtbot.keyClicks(line.line, "units > 9")


def test_what_is_not_understood_is_said_beside_the_line(line, qtbot):
    qtbot.keyClicks(line.line, "speed > 3")
    with qtbot.assertNotEmitted(line.chosen):
        qtbot.keyClick(line.line, Qt.Key.Key_Return)
    assert line.words.startswith("There is no speed here.")
    assert line.line.property("wrong")


def test_escape_empties_the_line_and_shows_everything(line, qtbot):
    qtbot.keyClicks(line.line, "state = complete")
    qtbot.keyClick(line.line, Qt.Key.Key_Return)
    with qtbot.waitSignal(line.chosen) as blocker:
        qtbot.keyClick(line.line, Qt.Key.Key_Escape)
    assert blocker.args == [Filter()]
    assert line.words == "6 trials"


def test_a_mended_filter_takes_its_sentence_back(line, qtbot):
    qtbot.keyClicks(line.line, "speed > 3")
    qtbot.keyClick(line.line, Qt.Key.Key_Return)
    line.line.clear()
    assert line.words == "6 trials"
    assert not line.line.property("wrong")
