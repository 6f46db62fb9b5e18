"""The sample tables that come with Twinloop, by name; their sources are written ``sample:NAME``."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

import resources
from engine.errors import UserFault

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

PREFIX = "sample:"
RESOURCE = "samples/wages.csv"


class Sample(msgspec.Struct, frozen=True):
    """One sample: what it is, its size, its target and the function of scikit-learn that loads it (or empty)."""

    name: str
    title: str
    about: str
    rows: int
    columns: int
    target: str
    task: str
    loader: str = ""


_SAMPLES = (
    Sample(
        "breast_cancer",
        "Breast cancer",
        "Tell malignant from benign tumours by 30 measurements of cell nuclei (Wisconsin, from scikit-learn).",
        569,
        31,
        "target",
        "classification",
        "load_breast_cancer",
    ),
    Sample(
        "diabetes",
        "Diabetes",
        "Predict disease progression after one year from ten measurements (from scikit-learn).",
        442,
        11,
        "target",
        "regression",
        "load_diabetes",
    ),
    Sample(
        "digits",
        "Digits",
        "Read handwritten digits from 8 × 8 pixels (from scikit-learn).",
        1797,
        65,
        "target",
        "classification",
        "load_digits",
    ),
    Sample(
        "wages",
        "Wages",
        "Predict a monthly wage from numbers, categories and a date, some missing (synthetic, no real people).",
        1500,
        9,
        "monthly_wage",
        "regression",
    ),
    Sample(
        "wine",
        "Wine",
        "Tell three wine cultivars apart by thirteen chemical measurements (from scikit-learn).",
        178,
        14,
        "target",
        "classification",
        "load_wine",
    ),
)


def names() -> tuple[str, ...]:
    """The names of the samples, sorted."""
    return tuple(sample.name for sample in _SAMPLES)


def describe(name: str) -> Sample:
    """What there is to say of one sample; raises :class:`UserFault` for an unknown name."""
    for sample in _SAMPLES:
        if sample.name == name.removeprefix(PREFIX):
            return sample
    raise UserFault(f"There is no sample called {name!r}.", f"Choose one of: {', '.join(names())}.")


def is_sample(source: str) -> bool:
    """Whether a source names a sample rather than a file."""
    return source.startswith(PREFIX)


def frame(name: str) -> pd.DataFrame:
    """The rows of a sample as pandas reads them, the classes of scikit-learn's tables by their names."""
    # In here because pandas and scikit-learn are slow to load.
    import pandas as pd
    from sklearn import datasets

    sample = describe(name)
    if not sample.loader:
        with files(resources).joinpath(RESOURCE).open("rb") as file:
            return pd.read_csv(file)
    data = getattr(datasets, sample.loader)(as_frame=True)
    rows: pd.DataFrame = data.frame
    if sample.task == "classification":
        rows["target"] = data.target_names[data.target]
    return rows
