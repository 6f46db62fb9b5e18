"""What the report says of preparation and of the score's worth, and its pictures as files of their own."""

from xml.etree import ElementTree

import pytest

from engine.errors import UserFault
from engine.exporting import export_study
from engine.setup import replace
from engine.space import Categorical
from tests.engine.exporting.test_report_mistakes import told
from tests.helpers import judged

FIXED = "missing numbers were imputed by the median of training rows and marked"


def page_of(path, folder):
    export_study(path, folder / "r.html")
    return (folder / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("tuned", "wanted"),
    [
        ({}, f"alone: {FIXED}, categories one-hot encoded."),
        (
            {"encoding": ("target", "one_hot")},
            f"alone: {FIXED}. Tuned along with the model was the encoding of categories (trial 0: encoding of",
        ),
        (
            {"imputation": ("mean", "median"), "scaling": ("robust", "standard")},
            "Tuned along with the model were the scaling and imputation (trial 0: scaling robust, imputation mean).",
        ),
    ],
    ids=["nothing", "encoding", "two"],
)
def test_the_methods_name_the_preparation_that_was_tuned(tmp_path, tuned, wanted):
    rows = {f"prepare__{name}": Categorical(choices) for name, choices in tuned.items()}
    setup = replace(judged.SETUP, space={**judged.SETUP.space, **rows})
    assert wanted in page_of(judged.write(tmp_path / "a.study", setup, (0.9, 0.92)), tmp_path)


def test_a_study_of_several_models_is_named_without_an_article(tmp_path):
    setup = replace(judged.SETUP, objective=replace(judged.SETUP.objective, family="several"))
    page = page_of(judged.write(tmp_path / "a.study", setup, (0.9, 0.92)), tmp_path)
    assert "Each configuration of several models was scored" in page


def test_the_report_tells_what_the_score_is_worth(tmp_path):
    page = page_of(told(tmp_path, ("a", "b"), "classification"), tmp_path)
    assert "<h2>What the score is worth</h2>" in page
    assert "Without the luck of choosing the best of 3 trials it is worth" in page


def test_a_picture_of_the_report_is_a_file_of_its_own(tmp_path):
    path = told(tmp_path, ("a", "b"), "classification")
    for name in ("history", "reliability"):
        export_study(path, tmp_path / f"{name}.svg", what=name)
        root = ElementTree.parse(tmp_path / f"{name}.svg").getroot()
        assert root.tag.endswith("svg")
        assert root[0].get("fill") == "#FFFFFF"
        assert "var(--" not in (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
    with pytest.raises(UserFault, match=r"no picture of its residuals\. It has history"):
        export_study(path, tmp_path / "x.svg", what="residuals")
    assert not (tmp_path / "x.svg").exists()


def test_a_picture_is_pixels_by_qt_in_a_process_of_its_own(tmp_path):
    QImage = pytest.importorskip("PySide6.QtGui").QImage
    path = judged.write(tmp_path / "a.study", judged.SETUP, (0.9, 0.92), (0.95, 0.97))
    export_study(path, tmp_path / "h.png")
    image = QImage(str(tmp_path / "h.png"))
    assert image.width() == 3 * 666
    corners = [image.pixelColor(x, y).name() for x in (0, image.width() - 1) for y in (0, image.height() - 1)]
    assert corners == ["#ffffff"] * 4
