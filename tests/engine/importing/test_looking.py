"""What is told of a file of trials before it is imported."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from engine.errors import UserFault
from engine.exporting import export_study
from engine.importing.looking import look_at_trials
from engine.space import Float
from engine.study import Study


def test_a_storage_tells_its_studies(tmp_path):
    with Study({"x": Float(0, 1)}, title="one & two") as study:
        study.tell(study.ask(), 0.5)
        study.save(tmp_path / "s.study")
    export_study(tmp_path / "s.study", tmp_path / "s.db")
    found = look_at_trials(tmp_path / "s.db")
    assert found.studies == ("one & two",)
    assert found.question == ""


def test_a_table_tells_its_columns_and_what_they_seem_to_be(tmp_path):
    (tmp_path / "t.csv").write_text("number,value,params_lr,state\n0,0.5,0.1,COMPLETE\n")
    (tmp_path / "u.csv").write_text("lr,depth,result\n0.1,3,0.5\n")
    known = look_at_trials(tmp_path / "t.csv")
    assert (known.scores, known.params) == (("value",), ("params_lr",)) or known.question
    unknown = look_at_trials(tmp_path / "u.csv")
    assert unknown.columns == ("lr", "depth", "result")
    assert unknown.question.startswith("u.csv does not say which column is the score")


def test_what_is_no_file_of_trials_is_refused(tmp_path):
    (tmp_path / "x.bin").write_bytes(b"\0\1\2")
    with pytest.raises(UserFault, match="not a file with trials"):
        look_at_trials(tmp_path / "x.bin")
    with pytest.raises(UserFault):
        look_at_trials(tmp_path / "gone.db")
    with pytest.raises(UserFault, match="a folder, a pipe or a device"):
        look_at_trials(tmp_path)


def test_a_small_parquet_file_that_unpacks_to_gigabytes_is_refused_on_the_way(tmp_path):
    text = pa.DictionaryArray.from_arrays([0] * 300, ["x" * (1 << 20)])
    parquet.write_table(pa.table({"value": text, "params_x": text}), tmp_path / "bomb.parquet", store_schema=False)
    assert (tmp_path / "bomb.parquet").stat().st_size < 1 << 20
    with pytest.raises(UserFault, match="too large"):
        look_at_trials(tmp_path / "bomb.parquet")
