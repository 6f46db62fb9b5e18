"""A few lines of Python that load an exported model and predict with it: every text in them is a literal."""

from __future__ import annotations

from collections.abc import Sequence

from engine.applying import FinalModel
from engine.objectives.source_code import literal, prose


def scoring_example(model: FinalModel, name: str, trusted: Sequence[str]) -> str:
    """The source of a script that predicts the rows of a CSV with the model in the file ``name``."""
    texts = [column.name for column in model.inputs if column.kind == "category"]
    times = [column.name for column in model.inputs if column.kind == "time"]
    classes = ""
    if model.classes and not model.names_classes:
        classes = f"\nCLASSES = np.array({literal(list(model.classes))})"
        said = "CLASSES[model.predict(rows[INPUTS])]"
    else:
        said = "model.predict(rows[INPUTS])"
    numpy = "import numpy as np\n" if classes else ""
    read_times = ""
    if times:
        read_times = """
for name in TIMES:  # seconds since 1970
    rows[name] = (pd.to_datetime(rows[name]) - pd.Timestamp(0)) / pd.Timedelta(seconds=1)"""
    return f'''"""Predicts {prose(model.description.target)} for the rows of a CSV that has the model's columns.

    python example.py rows.csv
"""

import sys

{numpy}import pandas as pd
import skops.io

MODEL = {literal(name)}
TRUSTED = {literal(list(trusted))}  # what the file holds besides plain data and scikit-learn's estimators
INPUTS = {literal(list(model.names))}
TEXTS = {literal(texts)}
TIMES = {literal(times)}{classes}

model = skops.io.load(MODEL, trusted=TRUSTED)
rows = pd.read_csv(sys.argv[1], dtype={{name: object for name in TEXTS}}){read_times}
print(pd.Series({said}, name={literal(f"predicted_{model.description.target}")}).to_csv(index=False))
'''
