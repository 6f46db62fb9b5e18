"""What a brush over parallel axes stands for: the region itself, or the box around its trials."""

import pytest

from engine.analysis.brush_region import region_of_brushes
from engine.analysis.parallel import Brush
from engine.events import TrialStarted
from engine.space import Categorical, Extent, Float, SearchSpace
from engine.trials import History

SPACE = SearchSpace({"x": Float(0.0, 1.0), "c": Categorical(("a", "b", "d"))})


@pytest.fixture
def history():
    made = History(SPACE)
    for number, x in enumerate((0.1, 0.4, 0.6)):
        made.apply(TrialStarted(number, {"x": x, "c": "b"}, 0.0))
    return made


@pytest.mark.parametrize(
    ("name", "brush", "side"),
    [
        ("x", Brush(0.2, 0.7), Extent(0.2, 0.7)),
        ("x", Brush(0.0, 1.0), None),
        ("x", Brush(0.7, 0.2), Extent(0.2, 0.7)),
        ("c", Brush(0.0, 0.5), Extent(choices=("a", "b"))),
        ("c", Brush(0.0, 1.0), None),
    ],
)
def test_one_brush_is_its_own_region(history, name, brush, side):
    assert region_of_brushes(history, {name: (brush,)}, [0, 1, 2]) == ({} if side is None else {name: side})


@pytest.mark.parametrize(
    "brushes",
    [{"x": (Brush(0.0, 0.2), Brush(0.3, 0.5))}, {"x": (Brush(not_set=True),)}, {"": (Brush(0.5, 1.0),)}],
)
def test_several_brushes_are_the_box_around_their_trials(history, brushes):
    box = region_of_brushes(history, brushes, [0, 1])
    assert box["x"].low <= 0.1 < 0.4 <= box["x"].high < 0.6
    assert region_of_brushes(history, brushes, []) == {}
