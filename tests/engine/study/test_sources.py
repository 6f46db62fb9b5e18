"""A table that was moved is chosen again from anywhere; another one is refused with what differs."""

import shutil

import pytest

from engine.errors import UserFault
from engine.setup import replace
from engine.study import choose_again, choose_table, setup_problems, source_problem, suggest_setup

ROWS = [f"{n % 7},{'rgb'[n % 3]},{n * 1.5}" for n in range(80)]


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["n,colour,price", *ROWS]))
    choose_table(str(path))
    return suggest_setup(str(path), "price")


def test_a_table_in_its_place_is_no_problem(study):
    assert source_problem(study) is None
    assert source_problem(suggest_setup("sample:wine")) is None


def test_the_same_table_is_taken_from_anywhere_under_any_name_and_ending(study, tmp_path):
    other = tmp_path / "elsewhere" / "renamed.tsv"
    other.parent.mkdir()
    shutil.move(study.objective.source, other)
    other.write_text(other.read_text().replace(",", "\t"))
    problem = source_problem(study)
    assert (problem.place, problem.forbids) == ("source", True)
    assert problem.what == f"The table t.csv is no longer in {tmp_path}."
    assert problem.remedy == "Choose the file again."
    found = choose_again(study, other)
    assert found == replace(study, objective=replace(study.objective, source=str(other)))
    assert source_problem(found) is None
    assert not [one for one in setup_problems(found) if one.forbids]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n".join(["n,colour,cost", *ROWS]), "it has no price, but cost"),
        ("\n".join(["n,colour,price,more", *[f"{row},1" for row in ROWS]]), "it has more besides"),
        ("\n".join(["n,price", *[f"{n},{n * 1.5}" for n in range(80)]]), "it has no colour"),
        ("\n".join(["n,colour,price", *ROWS[1:]]), "other values, or rows in another order (79 rows)"),
        ("\n".join(["n,colour,price", *ROWS[::-1]]), "other values, or rows in another order (80 rows)"),
    ],
)
def test_another_table_is_refused_with_what_differs(study, tmp_path, text, said):
    other = tmp_path / "other.csv"
    other.write_text(text)
    with pytest.raises(UserFault) as caught:
        choose_again(study, other)
    assert "other.csv is another table: " in caught.value.what
    assert said in caught.value.what
    assert "make a new study" in caught.value.remedy


def test_a_table_that_is_named_from_here_is_found_again_wherever_the_study_lies(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert suggest_setup("t.csv", "price").objective.source == str(tmp_path / "t.csv")
