from PySide6.QtWidgets import QPushButton

from gui.base.theme import apply_theme, tokens
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


def test_a_remark_takes_the_shade_of_the_theme_in_an_open_window(qtbot, qapp):
    headline = Headline()
    qtbot.addWidget(headline)
    headline.say("Best 0.998", "after 60 of 60 trials", "a remark")
    headline.show()
    shades = {}
    try:
        for theme in ("light", "dark"):
            apply_theme(qapp, theme)
            qtbot.wait(20)
            remark = headline._remark
            shades[theme] = remark.palette().color(remark.foregroundRole()).name()
            assert shades[theme] == tokens().dim.lower()
    finally:
        apply_theme(qapp, "light")
    assert len(set(shades.values())) == 2
