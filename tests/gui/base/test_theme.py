"""Themes change every colour at once, and every pair of colours can be read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from gui.base import theme


def _luminance(colour: str) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture
def themed_application(qapp):
    yield qapp
    theme.apply_theme(qapp, "light")


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("role", ["text", "dim", "outer", "inner", "good", "bad"])
def test_text_on_window_and_card_has_a_contrast_of_at_least_4_8(name, role):
    colours = theme.read_tokens(name)
    assert _contrast(getattr(colours, role), colours.window) >= 4.8
    assert _contrast(getattr(colours, role), colours.card) >= 4.8


def test_a_change_of_theme_reaches_widgets_that_are_shown(themed_application: QApplication, qtbot):
    label, edit = QLabel("x"), QLineEdit("x")
    for widget in (label, edit):
        qtbot.addWidget(widget)
        widget.show()
    theme.apply_theme(themed_application, "dark")
    dark = theme.read_tokens("dark")
    assert theme.tokens() is dark
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(dark.text)
    assert edit.grab().toImage().pixelColor(edit.width() // 2, edit.height() // 2) == QColor(dark.card)


class Told(QLabel):
    """Counts how often its style changes."""

    told = 0

    def changeEvent(self, event: QEvent) -> None:
        self.told += event.type() == QEvent.Type.StyleChange


def test_a_change_of_theme_comes_to_a_widget_as_often_however_deep_it_lies(themed_application: QApplication, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    shallow, inner = Told(window), window
    for _ in range(12):
        inner = QWidget(inner)
    deep = Told(inner)
    window.show()
    shallow.told = deep.told = 0
    theme.apply_theme(themed_application, "dark")
    assert shallow.told == deep.told > 0


def test_an_unknown_choice_follows_the_desktop(themed_application):
    theme.apply_theme(themed_application, "mauve")
    assert theme.tokens().name == "light"


def test_spaces_grow_with_the_text(themed_application):
    before, font = theme.space(16), themed_application.font()
    larger = themed_application.font()
    larger.setPointSizeF(font.pointSizeF() * 1.5)
    themed_application.setFont(larger)
    try:
        assert theme.space(16) == pytest.approx(1.5 * before, abs=1)
    finally:
        themed_application.setFont(font)
