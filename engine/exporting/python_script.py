"""The winner as a readable Python file that runs by itself and prints the study's score to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import options, seeds
from engine.data import csv_format, folds, metrics, samples, table_files, target
from engine.data.preprocessing import MOST_LEVELS, RARE_ROWS
from engine.data.reading import load
from engine.data.samples import RESOURCE
from engine.data.table import Column
from engine.learners import families
from engine.objectives import fitting
from engine.objectives import table as table_objective
from engine.objectives.description import TableObjective
from engine.objectives.source_code import Imports, expression, literal, prose

SCRIPTED = ("SGDClassifierByEpochs", "SGDRegressorByEpochs")  # estimators whose source the script holds itself


def script(description: TableObjective, params: Mapping[str, Any], score: float, seed: int) -> str:
    """A stand-alone Python file that trains ``params`` again as the study did.

    ``seed`` is the one that :meth:`engine.objectives.table.PreparedTable.evaluate` had. The file prints ``score: `` and
    all digits of the score as its last line; it needs pandas and scikit-learn only, LightGBM or XGBoost where the model
    is theirs, and Twinloop where it is Twinloop's own. Raises :class:`UserFault` where the table cannot be read, which
    tells how it is written.
    """
    return _Script(description, params, seed).text(score)


class _Parts(Imports):
    """A script's imports, and the classes that it defines instead of importing them."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: list[str] = []

    def add(self, module: str, *names: str) -> None:
        """Have ``names`` of ``module`` known in the script."""
        if not set(names).intersection(SCRIPTED):
            super().add(module, *names)
            return
        # In here because scikit-learn is slow to load.
        from engine.learners import sgd

        self.classes += [sgd.source(name) for name in names]
        super().add("sklearn.linear_model", *(name.removesuffix("ByEpochs") for name in names))
        for needed, parts in sgd.IMPORTS.items():
            super().add(needed, *parts)


class _Script:
    """Collects the parts of one script, and the imports they need."""

    def __init__(self, description: TableObjective, params: Mapping[str, Any], seed: int) -> None:
        self.description = description
        self.classifies = description.task == "classification"
        self.family = families.get(description.family)
        self.metric = metrics.get(description.metric)
        self.scheme = table_objective.scheme_of(description)
        self.column = description.validation.column
        self.info = load(description.source, table_objective.kinds_of(description)).info
        self.inputs = target.inputs(self.info, description.target, table_objective.left_out(description))
        self.params = params
        self.imports = _Parts()
        settings: Any = options.make(self.family.settings, description.settings, f"model {description.family}")
        self.estimator = self.family.configured(params, settings, description.task, seed)
        if self.metric.needs == "probability" and not hasattr(self.estimator, "predict_proba"):
            self.estimator = fitting.calibrated(self.estimator)

    def text(self, score: float) -> str:
        """The whole file."""
        body = [self._constants(), self._read(), self._typed(), self._encoded(), self._split(), self._preprocessing(),
                self._model(), self._scored(), self._fit_on_all_rows(), self._main(score)]  # fmt: skip
        what = f"{prose(self.family.title)} for {prose(self.description.target)}"
        about = f'''"""{what}: the best configuration of a Twinloop study.

Run it to train the model again on the study's folds; it prints the score of every fold and, last, their mean. On the
same machine with the same versions of its libraries that is the study's score, to the last digit.

To use the model: predict = fit_on_all_rows(read()); predict(a table with the same columns)
"""'''
        return "\n\n\n".join([about + "\n\n" + self._import_lines() + "\n\n" + body[0], *body[1:]]) + "\n"

    def _import_lines(self) -> str:
        self.imports.add("threadpoolctl", "threadpool_limits")
        return "\n".join(["import sys\n", "import numpy as np", "import pandas as pd", self.imports.lines()])

    def _constants(self) -> str:
        needed = {column.name for column in self.inputs} | {self.description.target, self.column}
        of_kind = {
            kind: [column for column in self.info.columns if column.kind == kind and column.name in needed]
            for kind in ("number", "category", "time")
        }
        lines = [] if samples.is_sample(self.description.source) else [f"DATA = {literal(self._path())}"]
        lines.append(f"TARGET = {literal(self.description.target)}")
        if self.scheme in {"grouped", "time"} and self.column:
            lines.append(f"{'GROUP' if self.scheme == 'grouped' else 'TIME'} = {literal(self.column)}")
        lines.append(_listing("INPUTS", [column.name for column in self.inputs]))
        lines.append(_listing("NUMBERS", [column.name for column in of_kind["number"]]))
        lines.append(_listing("CATEGORIES", [column.name for column in self.inputs if column.kind == "category"]))
        lines.append(f"TIMES = {literal(_formats(of_kind['time']))}  # how dates are written")
        return "\n".join(lines)

    def _path(self) -> str:
        return str(Path(self.description.source).resolve())

    def _read(self) -> str:
        if samples.is_sample(self.description.source):
            return self._read_sample()
        path = Path(self.description.source)
        suffix = path.suffix.lower()
        if suffix in table_files.PARQUET:
            lines = ["    frame = pd.read_parquet(source)"]
        elif suffix in table_files.EXCEL:
            lines = ['    frame = pd.read_excel(source, na_values=["?"])',
                     "    frame.columns = [str(name) for name in frame.columns]"]  # fmt: skip
        else:
            words = {**csv_format.sniff(path).keywords(), "on_bad_lines": "skip"}
            arguments = "".join(f"        {name}={literal(value)},\n" for name, value in words.items())
            lines = [f"    frame = pd.read_csv(\n        source,\n{arguments}    )"]
        about = '    """The rows of the file."""'
        return "\n".join(["def read(source=DATA):", about, *lines, "    return frame"])

    def _read_sample(self) -> str:
        sample = samples.describe(self.description.source)
        if not sample.loader:
            self.imports.add("importlib.resources", "files")
            return f'''def read():
    """Twinloop's sample table {prose(sample.name)}."""
    try:
        sample = files("resources").joinpath({literal(RESOURCE)})
    except ModuleNotFoundError:
        sys.exit("This script reads a sample table of Twinloop: install Twinloop, or read your own table here.")
    with sample.open("rb") as file:
        return pd.read_csv(file)'''
        self.imports.add("sklearn.datasets", sample.loader)
        named = '\n    frame["target"] = data.target_names[data.target]' if sample.task == "classification" else ""
        return f'''def read():
    """scikit-learn's sample table {prose(sample.name)}."""
    data = {sample.loader}(as_frame=True)
    frame = data.frame{named}
    return frame'''

    def _typed(self) -> str:
        return '''def typed(frame):
    """Numbers and dates (in seconds since 1970) as floats, everything else as texts."""
    frame = frame.apply(
        lambda column: column.astype(object).map(str, na_action="ignore") if column.dtype.kind in "Om" else column
    )
    for name in set(NUMBERS).intersection(frame):
        numbers = pd.to_numeric(frame[name], errors="coerce").astype("float64")
        frame[name] = numbers.replace([np.inf, -np.inf], np.nan)
    for name in set(TIMES).intersection(frame):
        times = pd.to_datetime(frame[name], format=TIMES[name], errors="coerce", utc=True)
        frame[name] = (times - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1)
    return frame'''

    def _encoded(self) -> str:
        target_lines = '    return frame[TARGET].to_numpy(dtype="float64")'
        if self.classifies:
            target_lines = "    return pd.Index(classes_of(frame)).get_indexer(frame[TARGET])"
        classes = '''def classes_of(frame):
    """The classes to predict, sorted; the model knows them by position."""
    return sorted(frame[TARGET].dropna().unique())


'''
        return f'''def levels_of(frame):
    """The values of each category, sorted."""
    return {{name: sorted(frame[name].dropna().unique()) for name in CATEGORIES}}


{classes if self.classifies else ""}def inputs(frame, levels):
    """One row of numbers for each row of the table; a category is the position of its value."""
    X = np.empty((len(frame), len(INPUTS)))
    for position, name in enumerate(INPUTS):
        values = frame[name]
        if name in CATEGORIES:
            values = np.where(values.isna(), np.nan, pd.Index(levels[name]).get_indexer(values))
        X[:, position] = values
    return X


def targets(frame):
    """What to predict."""
{target_lines}'''

    def _split(self) -> str:
        validation, seed = self.description.validation, self.description.seed
        state = {part: seeds.integer(seed, "data", part) for part in ("holdout", "folds")}
        lines = ["    rows = np.arange(len(frame))"]
        lines += {
            "stratified": ["    labels = targets(frame)"],
            "grouped": ["    groups = np.unique(frame[GROUP].to_numpy(), return_inverse=True)[1]"],
            "time": ['    rows = np.argsort(frame[TIME].to_numpy(), kind="stable")'] if self.column else [],
        }.get(self.scheme, [])
        lines += self._taken("rows", "search", "holdout", validation.holdout, state["holdout"])
        if validation.folds == 1:
            lines += self._taken("search", "train", "validation", folds.SINGLE_SHARE, state["folds"])
            lines.append("    return [(np.sort(train), np.sort(validation))]")
        else:
            splitter = expression(folds.splitter(self.scheme, validation.folds, state["folds"]), self.imports)
            parts = f"{splitter}.split(search{self._arguments('search')})"
            lines.append(f"    parts = {parts}")
            lines.append("    return [(search[train], search[validation]) for train, validation in parts]")
        about = '    """The rows that train and the rows that judge, fold by fold; the holdout rows are in none."""'
        return "\n".join(["def split(frame):", about, *lines])

    def _arguments(self, rows: str) -> str:
        return {"stratified": f", labels[{rows}]", "grouped": f", groups=groups[{rows}]"}.get(self.scheme, "")

    def _taken(self, rows: str, stay: str, away: str, share: float, state: int) -> list[str]:
        """Lines that do what :func:`engine.data.folds.split` does to take rows away once."""
        if share == 0.0:
            return [f"    {stay} = {rows}"]
        splitter = folds.single(self.scheme, share, state)
        if splitter is None:
            return [
                f"    count = max(1, round({literal(share)} * len({rows})))",
                f"    {stay}, {away} = {rows}[: len({rows}) - count], np.sort({rows}[len({rows}) - count :])",
            ]
        return [
            f"    parts = {expression(splitter, self.imports)}",
            f"    {stay}, {away} = next(parts.split({rows}{self._arguments(rows)}))",
            f"    {stay}, {away} = {rows}[np.sort({stay})], np.sort({rows}[{away}])",
        ]

    def _preprocessing(self) -> str:
        self.imports.add("sklearn.compose", "ColumnTransformer")
        self.imports.add("sklearn.preprocessing", "FunctionTransformer")
        self.imports.add("sklearn.pipeline", "make_pipeline")
        lines, blocks = [], []
        if any(column.kind != "category" for column in self.inputs):
            self.imports.add("sklearn.impute", "SimpleImputer")
            numbers = 'SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)'
            if self.family.scaled:
                self.imports.add("sklearn.preprocessing", "StandardScaler")
                numbers += "\n    numbers = make_pipeline(numbers, StandardScaler())"
            lines.append(f"    numbers = {numbers}")
            blocks.append('("numbers", numbers, [i for i, name in enumerate(INPUTS) if name not in CATEGORIES])')
        if any(column.kind == "category" for column in self.inputs):
            self.imports.add("sklearn.preprocessing", "OneHotEncoder")
            lines.append(
                '    categories = OneHotEncoder(\n        handle_unknown="infrequent_if_exist", '
                f"min_frequency={RARE_ROWS}, max_categories={MOST_LEVELS}, sparse_output=False\n    )"
            )
            blocks.append('("categories", categories, [i for i, name in enumerate(INPUTS) if name in CATEGORIES])')
        listed = "".join(f"            {block},\n" for block in blocks)
        about = '    """Missing numbers become the median and are marked; categories become a column a value."""'
        columns = f"    columns = ColumnTransformer(\n        [\n{listed}        ]\n    )"
        done = "    return make_pipeline(columns, FunctionTransformer(np.ascontiguousarray))"
        return "\n".join(["def preprocessing():", about, *lines, columns, done])

    def _model(self) -> str:
        learner = expression(self.estimator, self.imports, "    ", self.params)
        last = "learner"
        if self.family.scaled and not self.classifies:
            self.imports.add("sklearn.compose", "TransformedTargetRegressor")
            self.imports.add("sklearn.preprocessing", "StandardScaler")
            how = "" if self.family.centred_target else "with_mean=False"
            last = f"TransformedTargetRegressor(learner, transformer=StandardScaler({how}))"
        model = f'''def model():
    """The untrained model in its best configuration."""
    learner = {learner}
    return make_pipeline(preprocessing(), {last})'''
        return "\n\n\n".join([*self.imports.classes, model])

    def _scored(self) -> str:
        self.imports.add("sklearn.metrics", self.metric.function)
        function = self.metric.function
        words = "".join(f", {name}={literal(value)}" for name, value in self.metric.keywords)
        if self.metric.needs == "labels":
            return f'''def judge(trained, X, y, classes):
    """{prose(self.metric.title)} of a trained model."""
    return float({function}(y, trained.predict(X){words}))'''
        if hasattr(self.estimator, "predict_proba"):
            lines = ["    found, worst = trained.predict_proba(X), 0.0"]
        else:
            lines = ["    found, worst = trained.decision_function(X), -np.inf",
                     "    if found.ndim == 1:",
                     "        found = np.column_stack([-found, found])"]  # fmt: skip
        lines += [
            "    predicted = np.full((len(X), classes), worst, dtype=found.dtype)",
            "    predicted[:, trained.classes_] = found",
        ]
        if self.metric.needs == "probability":
            lines.append(f"    return float({function}(y, predicted, labels=np.arange(classes){words}))")
        else:
            lines += [
                "    # One class against the rest, averaged over the classes that occur; two classes are one question.",
                "    questions = [1] if classes == 2 else range(classes)",
                "    present = [k for k in questions if (y == k).any() and (y != k).any()]",
                f"    return float(np.mean([{function}(y == k, predicted[:, k]) for k in present]))",
            ]
        about = f'    """{prose(self.metric.title)} of a trained model."""'
        return "\n".join(["def judge(trained, X, y, classes):", about, *lines])

    def _fit_on_all_rows(self) -> str:
        answer = "trained.predict(inputs(typed(rows), levels))"
        if self.classifies:
            answer = f"np.asarray(classes)[{answer}]"
        classes = "\n    classes = classes_of(frame)" if self.classifies else ""
        return f'''def fit_on_all_rows(frame):
    """Train on every row, and return a function from tables with the same columns to predictions."""
    frame = typed(frame)
    frame = frame[frame[TARGET].notna()]
    levels = levels_of(frame){classes}
    trained = model().fit(inputs(frame, levels), targets(frame))

    def predict(rows):
        return {answer}

    return predict'''

    def _main(self, score: float) -> str:
        source = "" if samples.is_sample(self.description.source) else "*sys.argv[1:2]"
        classes = "len(classes_of(frame))" if self.classifies else "0"
        return f'''def main():
    """Train on each fold and print the scores; the study's score was {score!r}."""
    frame = typed(read({source}))
    frame = frame[frame[TARGET].notna()]
    X, y = inputs(frame, levels_of(frame)), targets(frame)
    scores = []
    with threadpool_limits(limits=1):  # the number of threads would change the last digits
        for train, validation in split(frame):
            trained = model().fit(X[train], y[train])
            scores.append(judge(trained, X[validation], y[validation], {classes}))
            print(f"fold {{len(scores)}}: {{scores[-1]!r}}")
    print(f"score: {{float(np.mean(scores))!r}}")


if __name__ == "__main__":
    main()'''


def _listing(name: str, values: list[str]) -> str:
    short = f"{name} = {literal(values)}"
    if len(short) <= 120:
        return short
    return f"{name} = [\n" + "".join(f"    {literal(value)},\n" for value in values) + "]"


def _formats(columns: list[Column]) -> dict[str, str | None]:
    return {column.name: column.time_format or None for column in columns}
