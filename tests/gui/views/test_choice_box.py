import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gui.base.choice_box import ChoiceBox
from tests.gui.keys import choose_by_keys


@pytest.fixture
def box(qtbot) -> ChoiceBox:
    made = ChoiceBox()
    made.addItems(["adam", "momentum", "sgd"])
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    return made


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_S])
def test_a_key_opens_the_list_and_chooses_nothing(box, qtbot, key):
    with qtbot.assertNotEmitted(box.currentIndexChanged), qtbot.assertNotEmitted(box.activated):
        qtbot.keyClick(box, key)
        QApplication.processEvents()
        assert box.view().isVisible()
        qtbot.keyClick(box.view(), Qt.Key.Key_Down)
        qtbot.keyClick(box.view(), Qt.Key.Key_Escape)
    assert not box.view().isVisible()
    assert box.currentText() == "adam"


def test_enter_in_the_list_chooses_once(box, qtbot):
    with qtbot.waitSignals([box.activated, box.currentIndexChanged]):
        choose_by_keys(qtbot, box, 2)
    assert box.currentText() == "sgd"


def test_a_letter_opens_the_list_at_its_entry(box, qtbot):
    qtbot.keyClick(box, Qt.Key.Key_S)
    QApplication.processEvents()
    assert box.view().currentIndex().data() == "sgd"
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert box.currentText() == "sgd"


def test_the_wheel_chooses_nothing(box):
    at = QPointF(box.rect().center())
    none = Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        at, at, QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(box, wheel)
    assert box.currentText() == "adam"
    assert not wheel.isAccepted()
