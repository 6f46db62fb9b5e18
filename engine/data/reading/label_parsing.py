"""Texts and other cells as labels that can be compared. Exported scripts hold the source of these functions."""

from __future__ import annotations

import numpy as np
import pandas as pd


def label_text(value: object) -> str:
    """A cell as text, the same whether a file holds 2, 2.0 or the number two."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    text = str(value).replace("\u00a0", " ").replace("\u202f", " ").strip()
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text


def parse_labels(values: pd.Series, missing: tuple[str, ...] = ()) -> pd.Series:
    """Cells as texts without blanks at their edges, missing where they are empty or one of the words ``missing``."""
    levels = values.dropna().drop_duplicates().tolist()
    texts = {level: label_text(level) for level in levels}
    gone = {"", *missing}
    return values.astype(object).map({level: text for level, text in texts.items() if text not in gone}).astype("str")


def spellings_of(labels: pd.Series) -> dict[str, str]:
    """The most frequent spelling of each label, by the label in small letters; the first in the alphabet of equals."""
    counts = labels.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    spellings: dict[str, str] = {}
    for label in counts.index:
        spellings.setdefault(label.casefold(), label)
    return spellings


def merge_labels(labels: pd.Series, spellings: dict[str, str]) -> pd.Series:
    """Labels in the spelling that is known for them, as they are where none is."""
    levels = labels.dropna().drop_duplicates().tolist()
    return labels.map({level: spellings.get(level.casefold(), level) for level in levels}).astype("str")
