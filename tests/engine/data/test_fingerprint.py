"""A table's fingerprint changes with its content and with nothing else."""

import pandas as pd

from engine.data.reading import load

FRAME = pd.DataFrame({"a": [1.5, None, 3.0], "b": ["x", "y", None], "c": [True, False, True]})


def of(folder, frame, ending="csv", **overrides):
    path = folder / f"table.{ending}"
    frame.to_csv(path, index=False, sep=";" if ending == "txt" else ",")
    return load(path, kinds=overrides).fingerprint


def test_writing_a_table_another_way_keeps_its_fingerprint(tmp_path):
    assert of(tmp_path, FRAME) == of(tmp_path, FRAME, "txt")


def test_choosing_kinds_keeps_the_fingerprint(tmp_path):
    assert of(tmp_path, FRAME) == of(tmp_path, FRAME, a="category")


def test_any_change_of_content_changes_the_fingerprint(tmp_path):
    changes = [
        FRAME.assign(a=[1.5, None, 3.0000001]),
        FRAME.assign(a=[1.5, 0.0, 3.0]),
        FRAME.assign(b=["x", "z", None]),
        FRAME.assign(b=["x", "y", "y"]),
        FRAME.assign(c=[True, True, True]),
        FRAME.rename(columns={"a": "A"}),
        FRAME[["b", "a", "c"]],
        FRAME.iloc[::-1],
        FRAME.iloc[:2],
    ]
    prints = [of(tmp_path, frame) for frame in (FRAME, *changes)]
    assert len(set(prints)) == len(prints)


def test_the_fingerprint_of_a_sample_is_known():
    assert load("sample:wages").fingerprint == load("sample:wages").fingerprint
    assert len(load("sample:wages").fingerprint) == 32
