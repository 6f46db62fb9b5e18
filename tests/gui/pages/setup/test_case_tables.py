"""The card says of every table of tests/cases/tables what the command line says of it, which other tests hold to it."""

import pytest

from engine.errors import UserFault
from engine.study import suggest_setup
from gui.item_models.columns import DISTINCT, KIND, MISSING, NAME, NOTED
from tests.gui.pages.bench import SLOW, Bench
from tests.helpers.table_cases import FOLDER, Inspected

CASES = sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".md")
UNUSABLE = {
    "bom_only.csv": "empty",
    **dict.fromkeys(
        ["boolnew.csv", "boolnew2.csv", "codenew.csv"], "No column is left to learn from"
    ),  # rows to predict
}


@pytest.fixture
def card(qtbot):
    """Opens a case as a window does for a table that was dropped, and waits until it was read whole."""
    bench = Bench(qtbot)

    def show(name):
        bench.open(suggest_setup(FOLDER / name))
        bench.unfold("data")
        bench.read_table()
        qtbot.waitUntil(lambda: not bench.background.is_busy, timeout=SLOW)
        return bench

    yield show
    bench.end()


@pytest.mark.parametrize("name", [name for name in CASES if name not in UNUSABLE])
def test_the_card_shows_what_the_command_line_says(card, capsys, name):
    bench = card(name)
    said = Inspected(FOLDER / name, capsys, "--target", bench.setup.objective.target)
    model = bench.child("table_columns").model()
    shown, notes = {}, set(bench.child("list_cautions").sentences)
    for row in range(model.rowCount()):
        if model.note_at(row) is None:
            shown[model.index(row, NAME).data()] = tuple(
                model.index(row, at).data() for at in (KIND, MISSING, DISTINCT)
            )
        else:
            notes.add(model.index(row, NOTED).data())
    wanted = {
        column["name"]: (
            column["kind"],
            f"{column['missing']:,}" if column["missing"] else "",
            f"{column['distinct']:,}",
        )
        for column in said.found["columns"]
    }
    assert {
        key: (kind, gaps.partition(" ")[0], str(different)) for key, (kind, gaps, different) in shown.items()
    } == wanted
    assert set(said.found["cautions"]) <= notes
    left_out = {one["name"] for one in said.found["columns"] if one["left_out"]} - {bench.setup.objective.target}
    assert len([note for note in notes if note.startswith("Left out")]) >= bool(left_out)
    note = bench.page.cards["data"].head.note
    assert note or not (said.found["cautions"] or left_out)
    if left_out:
        assert f"{len(left_out)} column" in note


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_table_is_refused_in_a_sentence(name):
    with pytest.raises(UserFault, match=UNUSABLE[name]):
        suggest_setup(FOLDER / name)
