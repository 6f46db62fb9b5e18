"""The columns of a table as a Qt table."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from gui.item_models.columns import KIND, MISSING, NAME, PREDICT, TELLS, USE, ColumnsModel, Role
from gui.item_models.preview import PreviewModel

CHECK = Qt.ItemDataRole.CheckStateRole


def column(name, kind, missing=0, left_out=""):
    return SimpleNamespace(
        name=name,
        kind=kind,
        missing=missing,
        distinct=3,
        examples=("1", "2"),
        bars=(("1", 5), ("2", 3)),
        low=1.0,
        high=2.0,
        left_out=left_out,
    )


@pytest.fixture
def model(qapp):
    """Three columns, the last one predicted."""
    model = ColumnsModel()
    model.show_columns(
        [column("age", "number", 12), column("note", "text", left_out="free text"), column("wage", "number")], 100
    )
    model.show_choices("wage", (), {})
    return model


def test_they_keep_the_rules_of_item_models(model, qtmodeltester):
    qtmodeltester.check(model)


def test_the_preview_keeps_the_rules_of_item_models(qapp, qtmodeltester):
    preview = PreviewModel()
    preview.show_rows(("a", "b"), (("1", "2"), ("", "3")))
    qtmodeltester.check(preview)
    assert preview.index(1, 1).data() == "3"


def test_missing_values_come_with_their_share(model):
    assert model.index(0, MISSING).data() == "12 (12 %)"
    assert model.index(3, MISSING).data() == ""


def test_checking_another_column_asks_for_another_target(model, qtbot):
    with qtbot.waitSignal(model.target_asked) as asked:
        model.setData(model.index(0, PREDICT), Qt.CheckState.Checked, CHECK)
    assert asked.args == ["age"]
    assert model.index(3, PREDICT).data(CHECK) == Qt.CheckState.Checked


def test_choosing_a_kind_asks_for_it(model, qtbot):
    with qtbot.waitSignal(model.kind_asked) as asked:
        model.setData(model.index(0, KIND), "category")
    assert asked.args == ["age", "category"]


def test_a_column_left_out_says_so_and_is_not_learned_from(model):
    model.show_choices("wage", ("age",), {})
    assert model.index(0, KIND).data() == "left out"
    assert not model.index(0, NAME).data(Role.IS_USED)
    assert model.index(model.row_of("wage"), NAME).data(Role.IS_USED)


def test_free_text_is_not_learned_from(model):
    assert not model.index(1, NAME).data(Role.IS_USED)


def test_a_tick_says_whether_a_column_is_used_and_asks_for_the_other(model, qtbot):
    ticks = [model.index(row, USE).data(CHECK) for row in (0, 1, model.row_of("wage"))]
    assert ticks == [Qt.CheckState.Checked, Qt.CheckState.Unchecked, None]
    with qtbot.waitSignal(model.use_asked) as asked:
        model.setData(model.index(0, USE), Qt.CheckState.Unchecked, CHECK)
    assert asked.args == [("age",), False]


def test_several_columns_are_turned_as_the_first_one_is_not(model, qtbot):
    with qtbot.waitSignal(model.use_asked) as asked:
        model.ask_use(range(model.rowCount()))
    assert asked.args == [("age",), False]
    with qtbot.waitSignal(model.use_asked) as asked:
        model.ask_use([1, 0])
    assert asked.args == [("note",), True]
    assert not model.ask_use([model.row_of("wage")])


def test_what_a_column_tells_is_never_rounded_up_to_all(model):
    told = {"age": SimpleNamespace(share=0.9996, right=0.9996, is_leak=True)}
    model.show_tellings(told)
    assert model.index(0, TELLS).data() == "99.9 %"
    assert model.index(0, TELLS).data(Role.TELLING) is told["age"]
    model.show_tellings({"age": SimpleNamespace(share=0.314, right=0.7, is_leak=False)})
    assert model.index(0, TELLS).data() == "31 %"
    assert model.index(0, TELLS).data(Qt.ItemDataRole.AccessibleTextRole) == "By itself it predicts 31 % of wage."
