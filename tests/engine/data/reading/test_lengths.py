"""A quotation mark that is left open swallows the rest of a table: told with its line, and never as a lost process."""

import pytest

from engine.data.reading import inspect
from engine.data.reading.lengths import LONGEST_SHOWN
from engine.errors import UserFault

ROWS = "".join(f"{row},{row % 7},some\n" for row in range(80_000))
END = "".join(f"{row},{row % 7},some\n" for row in range(50))


def fault_of(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(UserFault) as caught:
        inspect(path)
    return str(caught.value)


def test_a_quotation_mark_that_is_closed_much_too_late_is_told_with_its_line(tmp_path):
    said = fault_of(tmp_path, f'a,b,c\n1,2,x\n3,4,"open\n{ROWS}"\n{END}')
    assert said.startswith("The cell of c in row 2 of a.csv, which begins in line 3, has 1,")
    assert said.endswith("Close the quotation mark that opens in line 3, or remove it.")


def test_a_quotation_mark_that_is_left_open_in_the_header_is_told(tmp_path):
    said = fault_of(tmp_path, f'a,b,"c\n{ROWS}"\n{END}')
    assert said.startswith("The name of column 3 of a.csv, which begins in line 1, has ")
    assert said.endswith("Close the quotation mark that opens in line 1, or remove it.")


def test_a_cell_that_is_too_long_without_quotation_marks_is_told(tmp_path):
    said = fault_of(tmp_path, f"a,b,c\n1,2,{'x' * 1_100_000}\n{END}")
    assert said.startswith("The cell of c in row 1 of a.csv, which begins in line 2, has 1,100,000 characters")
    assert "separator" in said


def test_a_long_cell_is_read_whole_and_shown_in_part(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n" + "".join(f"{row},{row % 7},{'yz' * 50_000}{row}\n" for row in range(100)))
    seen = inspect(path)
    column = seen.info.column("c")
    assert column.distinct == 100
    shown = [*column.examples, *(name for name, _ in column.bars), *(row[2] for row in (*seen.preview, *seen.values))]
    assert len(shown) > 20
    assert max(map(len, shown)) == LONGEST_SHOWN + 1
    assert shown[0].endswith("z…")
