"""Colours, sizes and fonts: the one place that knows them, read from ``resources/themes``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

import resources

CHOICES = ("system", "light", "dark")
REFERENCE_PIXELS = 13.0  # the text size for which the spacings of the design are given


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, each as ``#rrggbb``. ``outer`` is for hyperparameters, ``inner`` for parameters."""

    name: str
    window: str
    card: str
    text: str
    dim: str
    line: str
    outer: str
    inner: str
    good: str
    bad: str


class _Theme:
    """The theme in force; module state because a process has one application."""

    current: str = "light"
    choice: str = "system"


@cache
def read_tokens(name: str) -> Tokens:
    """The tokens of the theme ``light`` or ``dark``."""
    return Tokens(**json.loads(files(resources).joinpath("themes", f"{name}.json").read_text("utf-8")))


def tokens() -> Tokens:
    """The tokens in force. Ask again on every ``PaletteChange``."""
    return read_tokens(_Theme.current)


def apply_theme(app: QApplication, choice: str) -> None:
    """Dress the whole application in ``light`` or ``dark``, or as the desktop wishes (``system``)."""
    _Theme.choice = choice if choice in CHOICES else "system"
    name = _wanted(_Theme.choice)
    if name == _Theme.current and app.property("themed"):
        return
    _Theme.current = name
    if not app.property("themed"):
        app.setStyle("Fusion")
        app.setFont(_tabular(app.font()))
        app.setProperty("themed", True)
    # WORKAROUND Qt 6.11: one sheet in place of another is given to each widget once for every widget that it lies in,
    # ten times as often as the first one; drop when it is not.
    app.setStyleSheet("")
    app.setPalette(palette(tokens()))
    app.setStyleSheet(_style_sheet(tokens()))


@contextmanager
def print_colours() -> Iterator[None]:
    """Light colours for what is made, dressed by :func:`dress_for_print`, drawn and let go in here."""
    before, _Theme.current = _Theme.current, "light"
    try:
        yield
    finally:
        _Theme.current = before


def dress_for_print(widget: QWidget) -> None:
    """Give a widget that is never shown, and all within it, the light palette; the window keeps its own."""
    colours = palette(read_tokens("light"))
    for one in (widget, *widget.findChildren(QWidget)):
        one.setPalette(colours)


def follow_system(app: QApplication) -> None:
    """Apply the theme anew when the desktop changed between light and dark."""
    if _Theme.choice == "system":
        apply_theme(app, "system")


def blend(over: str, under: str, share: float) -> str:
    """The colour that ``share`` of ``over`` laid on ``under`` gives, as ``#rrggbb``."""
    top, bottom = QColor(over), QColor(under)
    mixed = [
        round(share * a + (1 - share) * b)
        for a, b in zip(top.getRgb()[:3], bottom.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*mixed).name()


def hover_colour() -> str:
    """A surface under the mouse, or the active item of a list."""
    return blend(tokens().text, tokens().card, 0.06)


def selected_colour() -> str:
    """A selected row."""
    return blend(tokens().text, tokens().card, 0.09)


def palette(colours: Tokens) -> QPalette:
    """The Qt palette for one theme's tokens."""
    role = QPalette.ColorRole
    made = QPalette()
    marked = blend(colours.text, colours.card, 0.18)
    pairs = {
        role.Window: colours.window,
        role.Base: colours.card,
        role.AlternateBase: colours.window,
        role.Button: colours.card,
        role.WindowText: colours.text,
        role.Text: colours.text,
        role.ButtonText: colours.text,
        role.BrightText: colours.bad,
        role.PlaceholderText: colours.dim,
        role.Highlight: marked,
        role.HighlightedText: colours.text,
        role.Accent: colours.outer,
        role.Link: colours.inner,
        role.LinkVisited: colours.inner,
        role.ToolTipBase: colours.card,
        role.ToolTipText: colours.text,
        role.Light: colours.card,
        role.Midlight: colours.line,
        role.Mid: colours.line,
        role.Dark: blend(colours.dim, colours.line, 0.4),
        role.Shadow: colours.line,
    }
    for key, colour in pairs.items():
        made.setColor(key, QColor(colour))
    faint = QColor(blend(colours.dim, colours.card, 0.62))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, faint)
    return made


# -- sizes -----------------------------------------------------------------------------------------------------------


def scale() -> float:
    """How much larger the desktop's text is than the text of the design."""
    return max(QFontInfo(QGuiApplication.font()).pixelSize(), 8) / REFERENCE_PIXELS


def space(n: float) -> int:
    """A distance of the design (4, 8, 12, 16, 24, 32 ...) in pixels for the desktop's text size."""
    return max(1, round(n * scale()))


def font_text() -> QFont:
    """Plain text."""
    return QFont(QGuiApplication.font())


def font_dim() -> QFont:
    """Dim labels beside and under things."""
    return _sized(11 / 13)


def font_title() -> QFont:
    """Titles of cards and plots."""
    return _sized(15 / 13, QFont.Weight.DemiBold)


def font_big() -> QFont:
    """The one number that matters on a page."""
    return _sized(20 / 13, QFont.Weight.DemiBold)


def font_strong() -> QFont:
    """Plain text, heavier."""
    return _sized(1.0, QFont.Weight.DemiBold)


def _sized(factor: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(QGuiApplication.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(max(1, round(font.pixelSize() * factor)))
    font.setWeight(weight)
    return font


def _tabular(font: QFont) -> QFont:
    """The font with digits of equal width, where it has them."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def _wanted(choice: str) -> str:
    if choice != "system":
        return choice
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def _style_sheet(colours: Tokens) -> str:
    """The shapes that a palette cannot say: flat frames with round corners. One sheet for the application."""
    template = files(resources).joinpath("themes", "shapes.qss").read_text("utf-8")
    icons = files(resources).joinpath("icons")
    values = {
        "card": colours.card,
        "window": colours.window,
        "text": colours.text,
        "dim": colours.dim,
        "line": colours.line,
        "outer": colours.outer,
        "bad": colours.bad,
        "hover": blend(colours.text, colours.card, 0.06),
        "faint": blend(colours.dim, colours.card, 0.62),
        "marked": blend(colours.text, colours.card, 0.18),
        "thumb": blend(colours.dim, colours.line, 0.4),
        **{name: str(icons / f"{name}-{colours.name}.svg").replace("\\", "/") for name in ("caret", "check")},
        "radius": str(space(6)),
        **{f"s{n}": str(space(n)) for n in (2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24)},
    }
    return Template(template).substitute(values)
