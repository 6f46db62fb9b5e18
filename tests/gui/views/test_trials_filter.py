import pytest
from PySide6.QtCore import Qt

from engine.analysis import Filter, FilterColumns
from gui.views.trials_filter import TrialsFilter
from tests.engine.analysis.studies import SPACE


@pytest.fixture
def line(qtbot) -> TrialsFilter:
    made = TrialsFilter()
    qtbot.addWidget(made)
    made.show_columns(FilterColumns(SPACE))
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


def test_what_is_not_understood_is_said_whole_under_the_line(line, qtbot):
    qtbot.keyClicks(line.line, "speed > 3")
    with qtbot.assertNotEmitted(line.chosen):
        qtbot.keyClick(line.line, Qt.Key.Key_Return)
    assert line.fault.text().startswith("There is no speed here. Known are: trial, state,")
    assert line.fault.isVisible()
    assert line.fault.wordWrap()
    assert line.words == "6 trials"
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
    assert not line.fault.isVisible()
    assert not line.line.property("wrong")


def offered(line: TrialsFilter) -> list[str]:
    popup = line._completer.popup()
    model = popup.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())] if popup.isVisible() else []


def test_a_word_is_completed_as_it_is_typed(line, qtbot):
    qtbot.keyClicks(line.line, "le")
    assert offered(line) == ["learning_rate"]
    popup = line._completer.popup()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert line.line.text() == "learning_rate "
    qtbot.keyClicks(line.line, "< 2.5e-4")
    with qtbot.waitSignal(line.chosen) as blocker:
        qtbot.keyClick(line.line, Qt.Key.Key_Return)
    assert blocker.args == [Filter("learning_rate < 2.5e-4")]


def test_enter_reads_the_line_while_words_are_offered(line, qtbot):
    qtbot.keyClicks(line.line, "ada")
    assert offered(line) == []
    qtbot.keyClicks(line.line, " or s")
    assert "state" in offered(line)
    popup = line._completer.popup()
    with qtbot.waitSignal(line.chosen) as blocker:
        qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert blocker.args == [Filter("ada or s")]


def test_down_in_an_empty_line_offers_earlier_filters(line, qtbot):
    line.offered = ["top 10", "state = failed"]
    qtbot.keyClick(line.line, Qt.Key.Key_Down)
    assert offered(line) == ["top 10", "state = failed"]
    with qtbot.waitSignal(line.chosen) as blocker:
        qtbot.keyClick(line._completer.popup(), Qt.Key.Key_Return)
    assert blocker.args == [Filter("top 10")]
    assert line.line.text() == "top 10"
