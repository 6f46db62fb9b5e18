"""What is said of how a table is written is kept whole in a study file, and works from there."""

import pytest

from engine.data.reading import inspect
from engine.data.reading.options import ReadOptions, from_builtins, parse
from engine.errors import UserFault

SAID = ["separator=semicolon", "decimal=comma", "thousands=none", "header=no", "skip_top=2", "skip_bottom=0",
        "encoding=cp1252", "sheet=Data", "missing=NA,unknown", "labels=exact", "dates.when=month first"]  # fmt: skip


@pytest.mark.parametrize("pairs", [SAID, *[[pair] for pair in SAID], []])
def test_what_is_said_comes_back_from_a_file(pairs):
    options = parse(pairs)
    assert from_builtins(options.to_builtins()) == options
    assert (options == ReadOptions()) == (not pairs)


@pytest.mark.parametrize("words", [{"colour": "red"}, {"skip_top": "two"}, {"dates.when": 5}, {"missing": "NA"}])
def test_what_nobody_can_have_said_is_refused(words):
    with pytest.raises(UserFault, match="cannot be read"):
        from_builtins(words)


def test_the_order_of_dates_that_is_kept_is_the_one_they_are_read_in(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("when,n\n" + "".join(f"{day}/03/2021,{day}\n" for day in ("05", "02", "11", "07", "01")))
    for order, first in (("day first", "2021-03-05"), ("month first", "2021-05-03")):
        kept = parse([f"dates.when={order}"]).to_builtins()
        assert inspect(path, from_builtins(kept)).values[0][0] == first


def test_a_column_in_which_nothing_can_be_read_is_described(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("n,x\n" + "".join(f"{row},word {row % 7}\n" for row in range(30)))
    info = inspect(path, kinds={"x": "number"}).info
    assert info.column("x").distinct == 0
    assert info.column("x").bars == ()
