"""A name that stands twice in JSON or YAML of a person, or in what a person typed, is refused with both places."""

from itertools import pairwise

import pytest

from engine.cli import main
from engine.errors import UserFault
from engine.importing.trials_table import read_frame
from engine.objectives import permissions
from engine.racing.entrants import entrants_of
from engine.written import MOST_VALUES, parse_json, parse_yaml
from gui.item_models.space_text import from_text, read_when

ROW = '{"kind": "float", "low": 0.1, "high": 1}'
LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{after}: &{after} [{','.join(['*' + before] * 10)}]\n" for before, after in pairwise("abcdefgh")
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lr: {kind: float, low: 0.1, high: 1}\nlr: {kind: int}\n", "lr stands twice: line 1 and line 2"),
        ("lr:\n  kind: float\n  low: 0.1\n  low: 0.2\n  high: 1\n", "low stands twice: line 3 and line 4"),
        (f'{{\n\t"lr": {ROW},\n\t"lr": {ROW}\n}}', "lr stands twice: line 2 and line 3"),
        (f'{{"l\\u0072": {ROW}, "lr": {ROW}}}', "lr stands twice: line 1, column 2 and column 55"),
        ("1: {kind: int, low: 1, high: 2}\n'1': {kind: int, low: 1, high: 2}\n", "1 stands twice: line 1 and line 2"),
        (LAUGHS, f"unfolds to over {MOST_VALUES:,} values"),
        ("lr: &lr [*lr]\n", "unfolds to over"),
    ],
)  # fmt: skip
def test_a_space_says_what_stands_where(tmp_path, capsys, monkeypatch, text, sentence):
    monkeypatch.setenv(permissions.HOME_VARIABLE, str(tmp_path))
    (tmp_path / "space.yaml").write_text(text)
    arguments = ["new", "--command", "fit {lr}", "--space", str(tmp_path / "space.yaml"), str(tmp_path / "a.study")]
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_what_stands_once_is_read_as_it_is():
    text = '{\n\t"a": [{"x": 1}, {"x": 2}],\n\t"b": {"x": "a, {\\"a\\": 1}", "a": 1}\n}'
    assert parse_yaml(text, "t") == parse_json(text, "t")
    assert parse_yaml("a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\n", "t") == {"a": {"x": 1}, "b": {"x": 2}}


def test_so_is_a_name_in_a_table_of_trials_and_on_the_clipboard(tmp_path):
    (tmp_path / "t.json").write_text('[{"params_x": 1,\n "value": 2, "value": 3}]')
    with pytest.raises(UserFault, match="value stands twice: line 2, column 2 and column 14"):
        read_frame(tmp_path / "t.json")
    with pytest.raises(UserFault, match="x stands twice"):
        from_text(f'{{"x": {ROW}, "x": {ROW}}}')
    with pytest.raises(UserFault, match="names x twice"):
        from_text("x\tfloat\t0\t1\nx\tint\t1\t2\n")
    with pytest.raises(UserFault, match="names a twice"):
        read_when("a is 1 and a is 2", ("a",))


def test_and_on_the_command_line(tmp_path, capsys):
    new = ["new", "--sample", "wages", str(tmp_path / "a.study")]
    for more in (["--set", "epochs=2"], ["--kind", "age=number"]):
        assert main([*new, *more, *more]) == 2
        assert f"{more[0]} names {more[1].partition('=')[0]} twice" in capsys.readouterr().err
    assert main(["inspect", "t.csv", "--read", "header=no", "--read", "header=yes"]) == 2
    assert "--read names header twice" in capsys.readouterr().err
    with pytest.raises(UserFault, match=r"tpe names .* twice"):
        entrants_of(["tpe:candidates=2:candidates=3"])
