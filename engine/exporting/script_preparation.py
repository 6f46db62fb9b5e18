"""The part of a script that prepares columns, as :func:`engine.data.preprocessing.preprocessing` does."""

from __future__ import annotations

from engine.data.preprocessing import MOST_LEVELS, QUANTILES, Preparation, target_type
from engine.objectives.source_code import Imports, literal

_CLIP = '''def smooth_clip(X):
    """What lies far from 0 is drawn towards 3 and -3."""
    return np.asarray(X / np.sqrt(1.0 + (X / 3.0) ** 2))


'''
_ROOM = "sklearn.preprocessing"


def preparation_source(
    how: Preparation, has_numbers: bool, has_categories: bool, classes: int, imports: Imports
) -> str:
    """The function ``preprocessing`` and what it needs; ``classes`` is 0 for numbers to predict."""
    imports.add("sklearn.compose", "ColumnTransformer")
    imports.add(_ROOM, "FunctionTransformer")
    imports.add("sklearn.pipeline", "make_pipeline")
    lines, blocks = [], []
    if has_numbers:
        lines += _number_lines(how, imports)
        blocks.append('("numbers", numbers, [i for i, name in enumerate(INPUTS) if name not in CATEGORIES])')
    if has_categories:
        lines += _category_lines(how, classes, imports)
        blocks.append('("categories", categories, [i for i, name in enumerate(INPUTS) if name in CATEGORIES])')
    listed = "".join(f"            {block},\n" for block in blocks)
    columns = f"    columns = ColumnTransformer(\n        [\n{listed}        ]\n    )"
    last = "columns, FunctionTransformer(np.ascontiguousarray)"
    if how.selected < 1.0:
        judge = "f_classif" if classes else "f_regression"
        imports.add("sklearn.feature_selection", "SelectPercentile", judge)
        last += f", SelectPercentile({judge}, percentile={100.0 * how.selected!r})"
    done = f"    return make_pipeline({last})"
    function = "\n".join(["def preprocessing():", f'    """{_about(how)}"""', *lines, columns, done])
    return (_CLIP if how.scaling == "robust" and has_numbers else "") + function


def _about(how: Preparation) -> str:
    value = {"median": "the median", "mean": "the mean", "most_frequent": "the most frequent one"}[how.imputation]
    marked = " and are marked" if how.missing_indicator else ""
    becomes = {"one_hot": "a column a value", "ordinal": "positions", "target": "the mean target"}[how.encoding]
    return f"Missing numbers become {value}{marked}; categories become {becomes}."


def _number_lines(how: Preparation, imports: Imports) -> list[str]:
    imports.add("sklearn.impute", "SimpleImputer")
    marks = literal(how.missing_indicator)
    made = f'SimpleImputer(strategy="{how.imputation}", add_indicator={marks}, keep_empty_features=True)'
    lines = [f"    numbers = {made}"]
    scalers = {
        "standard": ("StandardScaler", "StandardScaler()"),
        "robust": ("RobustScaler", "RobustScaler(), FunctionTransformer(smooth_clip)"),
        "quantile": (
            "QuantileTransformer",
            f'QuantileTransformer(n_quantiles={QUANTILES}, output_distribution="normal", random_state=0)',
        ),
        "minmax": ("MinMaxScaler", "MinMaxScaler(clip=True)"),
    }
    if how.scaling in scalers:
        name, call = scalers[how.scaling]
        imports.add(_ROOM, name)
        lines.append(f"    numbers = make_pipeline(numbers, {call})")
    return lines


def _category_lines(how: Preparation, classes: int, imports: Imports) -> list[str]:
    if how.encoding == "one_hot":
        imports.add(_ROOM, "OneHotEncoder")
        words = f"min_frequency={how.rare_rows}, max_categories={MOST_LEVELS}, sparse_output=False"
        return [f'    categories = OneHotEncoder(\n        handle_unknown="infrequent_if_exist", {words}\n    )']
    if how.encoding == "ordinal":
        imports.add(_ROOM, "OrdinalEncoder")
        words = f"unknown_value=-1, encoded_missing_value=-1, min_frequency={how.rare_rows}"
        lines = [f'    categories = OrdinalEncoder(\n        handle_unknown="use_encoded_value", {words}\n    )']
    else:
        imports.add(_ROOM, "TargetEncoder")
        lines = [f'    categories = TargetEncoder(target_type="{target_type(classes)}", random_state=0)']
    if how.scaling != "none":
        imports.add(_ROOM, "StandardScaler")
        lines.append("    categories = make_pipeline(categories, StandardScaler())")
    return lines
