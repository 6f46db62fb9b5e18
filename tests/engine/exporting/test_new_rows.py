"""Predictions of the exported script are those of the study's model, however new rows are written, cut and holed.

What a model must predict is worked out from the values themselves, which the files hold in the habits of their writers;
so a cell that the study or the script reads wrong shows, and not only one that they read differently.
"""

import datetime as dt
import functools
import itertools
import runpy

import numpy as np
import openpyxl
import pandas as pd
import pytest

from engine.applying import read_new_rows, train_final
from engine.data.preprocessing import preprocessing
from engine.exporting.python_script import script
from engine.learners.preparing import preparation_of
from engine.objectives import fitting
from engine.objectives.description import TableObjective, Validation
from engine.objectives.table import prepare
from tests.engine.exporting.test_python_script import ON_TASK, SETTINGS, ignore, suggested

ROWS, NEW = 90, 8
START = pd.Timestamp("1970-01-01")
NUMBERS = ("Größe", "price", "share", "count")
LABELS = ("zip", "flag", "colour")


def truth(rows, seed):
    """Values of a table; None and NaN where a cell is empty. Dates after the twelfth prove their order."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "Größe": rng.normal(size=rows).round(3),
            "when": START + pd.to_timedelta(rng.integers(12_000, 14_000, rows), "D"),
            "zip": rng.choice(["01067", "00501", "20095", "09111"], rows),
            "price": rng.uniform(900, 90_000, rows).round(2),
            "flag": rng.choice([True, False], rows).astype(object),
            "colour": rng.choice(["red", "green", "dark blue"], rows),
            "share": rng.uniform(0, 99, rows).round(1),
            "count": rng.integers(1000, 99_999, rows).astype(float),
        }
    )
    frame["y"] = (frame["Größe"] + (frame["zip"] == "00501") + frame["share"] / 50 + (frame["flag"] == True)).round(3)  # noqa: E712
    frame["kind"] = np.where(frame["y"] > frame["y"].median(), "high", "low")
    frame["y"] = frame["y"] - frame["y"].min()  # counts are never below zero
    return holed(frame, rng, ["Größe", "price", "flag", "share", "when"])


def holed(frame, rng, names):
    frame = frame.copy()
    for name in names:
        gone = rng.random(len(frame)) < 0.15
        frame[name] = frame[name].astype(object).where(~gone, None) if name == "flag" else frame[name].mask(gone)
    return frame


def grouped(number, digits, comma, point):
    return f"{number:,.{digits}f}".replace(",", "\0").replace(".", point).replace("\0", comma)


def texts(frame, habit):
    """Each cell as its writer has it."""
    german = habit == "german"
    gone = {"german": "k.A.", "american": "N/A"}.get(habit, "")
    write = {
        "Größe": lambda v: f"{v:.3f}".replace(".", "," if german else "."),
        "price": lambda v: f"{v!r}" if habit == "plain" else f"{grouped(v, 2, '.', ',')} €" if german else f"${v:,.2f}",
        "share": lambda v: f"{v!r}" if habit == "plain" else f"{v:.1f}".replace(".", "," if german else ".") + " %",
        "count": lambda v: f"{v:.0f}" if habit == "plain" else grouped(v, 0, "." if german else ",", ""),
        "when": lambda v: v.strftime({"german": "%d.%m.%Y", "american": "%m/%d/%Y"}.get(habit, "%Y-%m-%d")),
        "flag": lambda v: {"german": ("nein", "ja")}.get(habit, ("False", "True"))[bool(v)],
        "y": lambda v: f"{v:.3f}".replace(".", "," if german else "."),
    }
    return pd.DataFrame(
        {name: [gone if pd.isna(v) else write.get(name, str)(v) for v in frame[name]] for name in frame.columns},
        dtype="str",
    )


def save(folder, name, frame, habit):
    """A file of the table in one habit."""
    if habit == "parquet":
        path = folder / f"{name}.parquet"
        frame.set_index(frame.columns[0]).to_parquet(path)
    elif habit == "excel":
        path = folder / f"{name}.xlsx"
        made = openpyxl.Workbook()
        sheet = made.active
        for row in [["Made by hand"], [], list(frame.columns)]:
            sheet.append(row)
        for row in frame.astype(object).itertuples(index=False):
            sheet.append([None if pd.isna(v) else v.to_pydatetime() if isinstance(v, dt.datetime) else v for v in row])
        made.save(path)
    else:
        path = folder / f"{name}.{'tsv' if habit == 'american' else 'csv'}"
        separator = {"german": ";", "american": "\t"}.get(habit, ",")
        with path.open("w", encoding="cp1252" if habit == "german" else "utf-8", newline="") as file:
            if habit == "german":
                file.write(f"Auszug vom 3.4.2026{separator * (len(frame.columns) - 1)}\n")
            texts(frame, habit).to_csv(file, index=False, sep=separator)
    return path


HABITS = ("plain", "german", "american", "excel", "parquet")


def named(frame, habit):
    """Labels as the file of this habit has them."""
    words = {"german": {True: "ja", False: "nein"}}.get(habit, {True: "True", False: "False"})
    return frame.assign(flag=[None if v is None or pd.isna(v) else words[bool(v)] for v in frame["flag"]])


class Winner:
    """A study's model, trained on all rows, and the exported script's."""

    def __init__(self, folder, family, task, habit):
        self.folder, self.habit, self.numbers = folder, habit, itertools.count()
        self.table = truth(ROWS, seed=3)
        self.target = "kind" if task == "classification" else "y"
        self.table = self.table.drop(columns="y" if self.target == "kind" else "kind")
        source = save(folder, "table", self.table, habit)
        description = TableObjective(
            str(source), self.target, task, family, "accuracy" if task == "classification" else "rmse",
            settings=SETTINGS.get(family, {}), validation=Validation(folds=2), kinds={"zip": "category"},
        )  # fmt: skip
        params = suggested(description)
        self.script = folder / "winner.py"
        self.script.write_text(script(description, params, 0.5, 77), encoding="utf-8")
        parts = runpy.run_path(str(self.script))
        self.final = train_final(description, params, 77)
        self.read, self.predict = parts["read"], parts["fit_on_all_rows"](parts["read"]())
        self._train(prepare(description), params)

    def _train(self, prepared, params):
        encoded, family = prepared.encoded, prepared.family
        self.names, self.categorical, self.classes = encoded.names, encoded.categorical, encoded.classes
        known = named(self.table, self.habit)
        self.levels = {name: sorted(known[name].dropna().unique()) for name in LABELS}
        assert set(self.names) == {*NUMBERS, *LABELS, "when"}
        assert np.array_equal(self.encoded(self.table), encoded.X, equal_nan=True)
        self.transformer = preprocessing(self.categorical, preparation_of(family, {}), len(encoded.classes))
        estimator = family.configure_estimator(params, prepared.settings, prepared.description.task, 77)
        is_scaled = prepared.description.task == "regression" and family.scaled
        with fitting.one_thread():
            X = self.transformer.fit_transform(encoded.X, encoded.y)
            self.fitted = fitting.fit(
                family,
                estimator,
                (X, encoded.y),
                None,
                ignore,
                needs="labels",
                scaled_target=is_scaled,
            )

    def encoded(self, rows):
        """The values of rows as the model takes them."""
        rows = named(rows, self.habit)
        X = np.empty((len(rows), len(self.names)))
        for place, name in enumerate(self.names):
            if name in self.levels:
                codes = pd.Index(self.levels[name]).get_indexer(rows[name])
                X[:, place] = np.where(rows[name].isna(), np.nan, codes)
            elif name == "when":
                X[:, place] = (rows[name] - START) / pd.Timedelta(seconds=1)
            else:
                X[:, place] = rows[name].astype(float)
        return X

    def expected(self, rows):
        with fitting.one_thread():
            found = self.fitted.predict(self.transformer.transform(self.encoded(rows)), "labels", len(self.classes))
        return np.asarray(self.classes)[found] if self.classes else found

    def check(self, rows, *given):
        """Predictions of ``rows``, as a file in the study's habit and as what is ``given``."""
        path = save(self.folder, f"new_{next(self.numbers)}", rows, self.habit)
        wanted = self.expected(rows)
        taken = self.final.predict(read_new_rows(self.final, path).frame)
        if self.classes:
            assert taken.tolist() == wanted.tolist()
        else:
            np.testing.assert_allclose(taken, wanted, rtol=1e-9)
        for one in (path, *given):
            found = np.asarray(self.predict(one))
            if self.classes:
                assert found.tolist() == wanted.tolist()
            else:
                np.testing.assert_allclose(found, wanted, rtol=1e-9)


def versions(new):
    """Shuffled, cut and holed versions of new rows, by their names."""
    rng = np.random.default_rng(8)
    names = list(new.columns)
    yield "shuffled", new.sample(frac=1, random_state=1).reset_index(drop=True)
    yield "few", new.head(3)
    yield "one", new.tail(1)
    yield "holed", holed(new, rng, ["zip", "colour", "flag", "count", "price", "when"])
    yield "without numbers", new.assign(price=np.nan, share=np.nan)
    yield "without labels", new.assign(flag=None, colour=None)
    yield "without dates", new.assign(when=pd.NaT)
    yield "other order", new[[*names[::-1]]]
    yield "more columns", new[[names[2], *names[:2]]].assign(**{"note, of ours": "x", **new[names[3:]]})


def silent(capfd):
    return capfd.readouterr().err == ""


@pytest.mark.parametrize(("place", "family", "task"), [(i, *one) for i, one in enumerate(ON_TASK)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_every_family_predicts_as_in_the_study(tmp_path, capfd, place, family, task):
    winner = Winner(tmp_path, family, task, HABITS[place % len(HABITS)])
    new = truth(NEW, seed=5).drop(columns=["y", "kind"])
    for _, rows in [*versions(new)][place % 3 :: 3]:  # what is read does not follow from the family: all are seen
        winner.check(rows)
    assert silent(capfd)


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory):
    """The winner on the table of a habit, made once."""
    return functools.cache(lambda habit: Winner(tmp_path_factory.mktemp(habit), "neighbours", "regression", habit))


@pytest.mark.parametrize("habit", HABITS)
def test_every_habit_of_new_rows_is_read_as_the_old_ones(neighbours, tmp_path, capfd, habit):
    winner = neighbours(habit)
    new = truth(40, seed=6).drop(columns=["y", "kind"])
    for _, rows in versions(new):
        frame = named(rows, habit)
        winner.check(rows, frame, frame.to_dict("records"), frame.convert_dtypes(), frame.astype({"zip": "category"}))
    winner.check(new.iloc[4:5], named(new, habit).iloc[4])
    winner.check(new, winner.read(save(tmp_path, "new", new, habit)))
    assert silent(capfd)
    for rows in (new.head(4).assign(colour="violet"), new.head(1).assign(zip="31337")):
        winner.check(rows)
        assert "hold what training never saw" in capfd.readouterr().err
    assert len(winner.predict(new.head(0))) == 0


def test_values_of_programs_are_those_of_the_file(tmp_path, capfd):
    winner = Winner(tmp_path, "random_forest", "classification", "plain")
    new = truth(40, seed=6).drop(columns=["y", "kind"])
    path = save(tmp_path, "new", new, "plain")
    stripped = pd.read_csv(path)
    assert stripped["zip"].dtype.kind == "i"  # without its zeros
    winner.check(new, stripped, pd.read_csv(path, parse_dates=["when"]), pd.read_csv(path, dtype="str"))
    assert silent(capfd)


@pytest.mark.parametrize("habit", HABITS)
def test_what_cannot_be_predicted_is_said(neighbours, tmp_path, capfd, habit):
    winner = neighbours(habit)
    new = truth(NEW, seed=5).drop(columns=["y", "kind"])
    for lacking in ("price", "zip"):
        path = save(tmp_path, "lacking", new.drop(columns=lacking), habit)
        for given in (path, named(new, habit).drop(columns=lacking)):
            with pytest.raises(ValueError, match=f"The table has no column '{lacking}'"):
                winner.predict(given)
    odd = named(new, habit).assign(price=["about five"] * NEW, when="soon")
    gone = new.assign(price=np.nan, when=pd.NaT)
    assert np.asarray(winner.predict(odd)).tolist() == winner.expected(gone).tolist()
    said = capfd.readouterr().err
    assert f"{NEW} cells of 'price' count as missing, such as 'about five'." in said
    assert f"{NEW} cells of 'when' count as missing, such as 'soon'." in said


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("what", ["missing", "nothing", "other", "folder"])
def test_a_file_that_is_no_such_table_ends_the_script_in_a_sentence(neighbours, tmp_path, monkeypatch, habit, what):
    winner = neighbours(habit)
    path = tmp_path / f"other{save(tmp_path, 'x', winner.table, habit).suffix}"
    if what == "folder":
        path.mkdir()
    elif what == "nothing":
        path.write_bytes(b"")
    elif what == "other":
        save(tmp_path, "other", pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}), habit)
    monkeypatch.setattr("sys.argv", [str(winner.script), str(path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(winner.script), run_name="__main__")
    assert isinstance(ended.value.code, str)
    assert len(ended.value.code.splitlines()) == 1
