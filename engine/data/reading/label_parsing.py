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


def parse_labels(values: pd.Series, missing: tuple[str, ...] = (), exact: bool = False) -> pd.Series:
    """Cells as texts without blanks at their edges, missing where they are empty or one of the words ``missing``.

    With ``exact`` texts keep the blanks at their edges, which then tell labels apart.
    """
    codes, levels = pd.factorize(values)
    texts = [level if exact and isinstance(level, str) else label_text(level) for level in levels]
    labels = [None if text.strip() == "" or text in missing else text for text in texts]
    return pd.Series(np.array([*labels, None], dtype=object)[codes], index=values.index, dtype="str")


def usual_spellings(counts: dict[str, int]) -> dict[str, str]:
    """The most frequent spelling of each label, by the label in small letters; of equals the first in the alphabet."""
    spellings: dict[str, str] = {}
    for label in sorted(counts, key=lambda label: (-counts[label], label)):
        spellings.setdefault(label.casefold(), label)
    return spellings


def spell_alike(labels: pd.Series, spellings: dict[str, str]) -> pd.Series:
    """Labels in the spelling that is known for them, as they are where none is."""
    codes, levels = pd.factorize(labels)
    known = [spellings.get(str(level).casefold(), level) for level in levels]
    return pd.Series(np.array([*known, None], dtype=object)[codes], index=labels.index, dtype="str")


def with_zeros(labels: pd.Series, known: list[str]) -> pd.Series:
    """Labels of which a program took the zeros in front (01234 as the number 1234), as they were known before."""
    codes = [label for label in known if label.isdecimal()]
    numbers = {str(int(label)): label for label in codes}
    if len(numbers) < len(codes):  # 1 and 01 are two labels
        return labels
    return labels.map(lambda label: numbers.get(label, label), na_action="ignore").astype("str")
