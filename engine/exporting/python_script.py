"""The winner as a readable Python file that runs by itself and prints the study's score to the last digit."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from engine.data import encoding, folds, metrics, samples, target
from engine.data.encoding import DAY
from engine.data.table import Table
from engine.errors import UserFault
from engine.exporting import script_reading
from engine.exporting.script_models import ModelSource, ScriptedTrial, ScriptImports
from engine.exporting.script_reading import Reading
from engine.exporting.script_split import SplitSource
from engine.objectives import checking
from engine.objectives import table as table_objective
from engine.objectives.description import TableObjective
from engine.objectives.source_code import literal, prose

ROUNDED = 1e-3  # of a score: what half precision of stored probabilities may move, with a row or two of another class


def script(description: TableObjective, params: Mapping[str, object], score: float, seed: int) -> str:
    """A stand-alone Python file that trains ``params`` again as the study did.

    ``seed`` is the one that :meth:`engine.objectives.table.PreparedTable.evaluate` had. The file prints ``score: `` and
    all digits of the score as its last line; it needs pandas and scikit-learn only, LightGBM or XGBoost where the model
    is theirs, and Twinloop where it is Twinloop's own. Raises :class:`UserFault` where the table cannot be read, which
    tells how it is written.
    """
    return _Script(description, (ScriptedTrial(params, seed),)).text(score)


def ensemble_script(description: TableObjective, trials: tuple[ScriptedTrial, ...], score: float) -> str:
    """As :func:`script`, for several trials whose answers are averaged by weight.

    ``score`` is that of the study's stored predictions, which are rounded: the file prints the exact one.
    """
    return _Script(description, trials).text(score)


class _Script:
    """Collects the parts of one script, and the imports they need."""

    def __init__(self, description: TableObjective, trials: tuple[ScriptedTrial, ...]) -> None:
        self.description = description
        self.classifies = description.task == "classification"
        self.metric = metrics.get(description.metric)
        self.scheme = checking.scheme_of(description)
        self.column = description.validation.column
        self.trials = trials
        fault = checking.choices_fault(description)
        if fault is not None:
            raise fault
        table = table_objective.load(description)
        self.info = table.info
        if description.fingerprint and self.info.fingerprint != description.fingerprint:
            raise UserFault(
                "The table has changed since the study began, or is read otherwise now, so a script would give another "
                "score.",
                "Put the earlier table back, or export the configuration as JSON.",
            )
        self._require_usable(table)
        self.classes = encoding.class_names(table, description.target) if self.classifies else ()
        self.positive = checking.positive_of(description, self.classes)
        self.inputs = target.inputs(self.info, description.target, table_objective.left_out(description))
        needed = {column.name for column in self.inputs} | {description.target, self.column or description.target}
        self.reading = script_reading.find_reading(description, table, needed)
        self.imports = ScriptImports()
        self.models = ModelSource(description, trials, self.imports)

    @property
    def is_ensemble(self) -> bool:
        """Whether several trials are averaged."""
        return len(self.trials) > 1

    def _require_usable(self, table: Table) -> None:
        """Raises :class:`UserFault` where the study could not be run: its script could not, either."""
        encoded = table_objective.arrays_of(table, self.description)
        rows = folds.Rows(encoded.y, encoded.classes, encoded.groups, encoded.times)
        split = folds.split(rows, checking.plan_of(self.description, encoded.time_unit), self.description.seed)
        for fault in checking.split_faults(self.description, rows, split):
            raise fault

    def text(self, score: float) -> str:
        """The whole file."""
        reading = self.reading
        body = [self._constants_source(reading), script_reading.read_function(reading, self.imports),
                script_reading.typed_functions(reading, self.imports), self._encoding_source(), self._split_source(),
                self.models.text(self.inputs, len(self.classes)), self._scoring_source(), self._fit_on_all_rows(),
                self._main_source(score)]  # fmt: skip
        what = f"{prose(self.models.title)} for {prose(self.description.target)}"
        whole, exact = "the best configuration", "to the last digit"
        if self.is_ensemble:
            whole, exact = "the mean of trials", "as far as it keeps predictions"
        about = f'''"""{what}: {whole} of a Twinloop study.

Run it to train the model again on the study's folds; it prints the score of every fold and, last, their mean. On the
same machine with the same versions of its libraries that is the study's score, {exact}.

To use the model: predict = fit_on_all_rows(read()); predict(a table with the same columns, or the path of one)
"""'''
        return "\n\n\n".join([about + "\n\n" + self._import_lines() + "\n\n" + body[0], *body[1:]]) + "\n"

    def _import_lines(self) -> str:
        self.imports.add("threadpoolctl", "threadpool_limits")
        self.imports.add_module("sys")
        if not samples.is_sample(self.description.source):
            self.imports.add("pathlib", "Path")
        needed = "\n".join(
            f"    {line}" for line in ("import numpy as np", "import pandas as pd", *self.imports.lines().splitlines())
        )
        return f"""{self.imports.modules()}

try:
{needed}
except ModuleNotFoundError as error:
    lacking = "Twinloop" if str(error.name).startswith("twinloop") else error.name
    sys.exit(f"This script needs {{lacking}}, which is not installed.")"""

    def _constants_source(self, reading: Reading) -> str:
        lines = [] if samples.is_sample(self.description.source) else [f"DATA = {literal(self._path_source())}"]
        lines.append(f"TARGET = {literal(self.description.target)}")
        if self.scheme in {*folds.BY_GROUP, "time"} and self.column:
            lines.append(f"{'TIME' if self.scheme == 'time' else 'GROUP'} = {literal(self.column)}")
        lines.append(script_reading.listing("INPUTS", [column.name for column in self.inputs]))
        categories = [column.name for column in self.inputs if column.kind == "category"]
        lines.append(script_reading.listing("CATEGORIES", categories))
        lines += [*script_reading.constants(reading), "KNOWN = [*NUMBERS, *TIMES, *LABELS]"]
        return "\n".join(lines)

    def _path_source(self) -> str:
        return os.path.realpath(self.description.source)

    def _encoding_source(self) -> str:
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

    def _split_source(self) -> str:
        validation = self.description.validation
        timed = self.scheme == "time" and bool(self.column)
        unit = DAY if timed and self.info.column(self.column or "").kind == "time" else 1.0
        kinds = np.zeros(0, dtype=np.int64 if self.classifies else np.float64)
        return SplitSource(
            checking.plan_of(self.description, unit),
            folds.keeps(self.scheme, kinds),
            self.description.seed,
            self.trials[0].seed,
            self.imports,
            column=timed,
            together=validation.duplicates == "together",
        ).text()

    def _scoring_source(self) -> str:
        self.imports.add("sklearn.metrics", self.metric.function)
        function = self.metric.function
        words = "".join(f", {name}={literal(value)}" for name, value in self.metric.keywords)
        if self.metric.needs == "labels":
            truth, said = "y", "trained.predict(X)"
            if self.metric.asks_for_class and self.positive is not None:
                truth, said = f"y == {self.positive}", f"{said} == {self.positive}"
            elif self.metric.asks_for_class:
                words = f', average="macro"{words}'
            return f'''def judge(trained, X, y, classes):
    """{self._metric_words()} of a trained model."""
    return float({function}({truth}, {said}{words}))'''
        if self.models.has_probabilities:
            lines = ["    found, worst = trained.predict_proba(X), 0.0"]
        else:
            lines = ["    found, worst = trained.decision_function(X), -np.inf",
                     "    if found.ndim == 1:",
                     "        found = np.column_stack([-found, found])"]  # fmt: skip
        lines += [
            "    predicted = np.full((len(X), classes), worst, dtype=found.dtype)",
            "    predicted[:, trained.classes_] = found",
        ]
        asked = 1 if self.positive is None else self.positive
        if self.metric.needs == "probability":
            lines.append(f"    return float({function}(y, predicted, labels=np.arange(classes){words}))")
        else:
            lines += [
                "    # One class against the rest, averaged over the classes that occur; two classes are one question.",
                f"    questions = [{asked}] if classes == 2 else range(classes)",
                "    present = [k for k in questions if (y == k).any() and (y != k).any()]",
                f"    return float(np.mean([{function}(y == k, predicted[:, k]) for k in present]))",
            ]
        about = f'    """{self._metric_words()} of a trained model."""'
        return "\n".join(["def judge(trained, X, y, classes):", about, *lines])

    def _metric_words(self) -> str:
        if not self.metric.asks_for_class or self.positive is None:
            return self.metric.title
        return prose(f"{self.metric.title} (of the class {self.classes[self.positive]})")

    def _fit_on_all_rows(self) -> str:
        answer = "trained.predict(inputs(rows, levels))"
        if self.classifies:
            answer = f"np.asarray(classes)[{answer}]"
        classes = "\n    classes = classes_of(frame)" if self.classifies else ""
        return f'''def require(frame, names):
    """Raise a sentence where a column is not there."""
    lacking = [name for name in names if name not in frame]
    if lacking:
        raise Unusable(f"The table has no column {{lacking[0]!r}}, which the model learned from.")


def fit_on_all_rows(frame):
    """Train on every row, and return a function from new rows to predictions.

    It takes a path, or a table with the same columns, whatever their order. What it cannot tell it says on the
    standard error output: cells that are no numbers or dates count as missing, and so do labels that training never
    saw where there was no rare one.
    """
    cells = known_frame(frame, KNOWN)
    require(cells, [*INPUTS, TARGET])
    spellings = spellings_in(cells)
    frame = typed(cells, spellings)
    gaps = {{word for words in [*unread_cells(cells, frame).values(), *LABELS.values()] for word in words}}  # as n/a
    frame = frame[frame[TARGET].notna()]
    levels = levels_of(frame){classes}
    with threadpool_limits(limits=1):  # the number of threads would change the last digits
        trained = model().fit(inputs(frame, levels), targets(frame))

    def predict(rows):
        cells = known_frame({self._read_rows()}, KNOWN)
        require(cells, INPUTS)
        rows = typed(cells, spellings, levels)
        for name, words in unread_cells(cells[INPUTS], rows).items():
            new = {{word: count for word, count in words.items() if word not in gaps}}
            if new:
                count = sum(new.values())
                print(f"{{count}} cells of {{name!r}} count as missing, such as {{min(new)!r}}.", file=sys.stderr)
        for name in CATEGORIES:
            unknown = rows[name].notna() & ~rows[name].isin(levels[name])
            rows[name] = rows[name].mask(unknown & rows[name].isin(gaps))
            unknown &= rows[name].notna()
            if unknown.any():
                print(f"{{int(unknown.sum())}} cells of {{name!r}} hold what training never saw.", file=sys.stderr)
        if not len(rows):
            return np.array([])
        with threadpool_limits(limits=1):
            return {answer}

    return predict'''

    def _read_rows(self) -> str:
        """How rows become a table: samples have no files."""
        if samples.is_sample(self.description.source):
            return "rows"
        return "read(rows) if isinstance(rows, str | Path) else rows"

    def _main_source(self, score: float) -> str:
        source = "" if samples.is_sample(self.description.source) else "*sys.argv[1:2]"
        classes = "len(classes_of(frame))" if self.classifies else "0"
        columns = [name for name in ("TIME", "GROUP") if f"frame[{name}]" in self._split_source()]
        return f'''def main():
    """Train on each fold and print the scores; the study's score was {score!r}."""
    cells = known_frame(read({source}), KNOWN)
    require(cells, [*INPUTS, TARGET{"".join(f", {name}" for name in columns)}])
    frame = typed(cells)
    frame = frame[frame[TARGET].notna()]
    X, y = inputs(frame, levels_of(frame)), targets(frame)
    scores = []
    with threadpool_limits(limits=1):  # the number of threads would change the last digits
        for train, validation in split(frame):
            trained = model().fit(X[train], y[train])
            scores.append(judge(trained, X[validation], y[validation], {classes}))
            print(f"fold {{len(scores)}}: {{scores[-1]!r}}")
    if not np.isclose(np.mean(scores), {score!r}, rtol={ROUNDED if self.is_ensemble else 1e-9!r}):
        print("This is not the study's score: the table, or a version of a library, is another one.", file=sys.stderr)
    print(f"score: {{float(np.mean(scores))!r}}")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:  # a table that cannot be used
        sys.exit(f"{{error}}")'''
