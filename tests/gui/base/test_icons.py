"""Icons are shapes in one colour, sharp at every size; every shape that travels is used, and none is missing."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

import gui
import resources
from gui.base.icons import icon
from gui.base.theme import tokens

SHAPES = sorted(path.stem for path in Path(str(files(resources).joinpath("icons", "phosphor"))).glob("*.svg"))


@pytest.mark.parametrize("name", SHAPES)
def test_an_icon_is_drawn_in_the_colour_of_its_role_and_paler_where_disabled(name):
    shade = {}
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        image = icon(name, "bad").pixmap(QSize(32, 32), mode).toImage()
        solid = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255]
        assert solid, "nothing is drawn"
        shade[mode] = solid[0].name()
    assert QColor(shade[QIcon.Mode.Normal]) == QColor(tokens().bad) != QColor(shade[QIcon.Mode.Disabled])


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_icon_is_sharp_on_every_screen(ratio):
    made = icon("play").pixmap(QSize(16, 16), ratio)
    assert (made.width(), made.devicePixelRatio()) == (round(16 * ratio), ratio)


def test_every_shape_that_travels_is_used():
    source = "".join(path.read_text("utf-8") for path in Path(gui.__file__).parent.rglob("*.py"))
    texts = set(re.findall(r'"([a-z-]+)"', source))
    assert [name for name in SHAPES if name not in texts and name.removesuffix("-fill") not in texts] == []
