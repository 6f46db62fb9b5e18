from PySide6.QtWidgets import QPushButton

from gui.plots.headline import Headline


def test_a_long_sentence_is_never_cut_by_the_words_beside_it(qtbot):
    headline = Headline()
    qtbot.addWidget(headline)
    beside = QPushButton("Expected best: trial 45, predicted 0.971 ± 0.003", headline)
    headline.aside.addWidget(beside)
    headline.say("Best 0.998", "after 60 of 60 trials", "a remark")
    headline.resize(1000, 80)
    headline.show()
    qtbot.waitUntil(lambda: beside.mapTo(headline, beside.rect().topLeft()).y() < headline._remark.y())
    headline.resize(headline._title.sizeHint().width() + 60, 120)
    qtbot.waitUntil(lambda: beside.mapTo(headline, beside.rect().topLeft()).y() > headline._remark.y())
    assert headline._title.width() >= headline._title.sizeHint().width()
    headline.resize(1000, 80)
    qtbot.waitUntil(lambda: beside.mapTo(headline, beside.rect().topLeft()).y() < headline._remark.y())
