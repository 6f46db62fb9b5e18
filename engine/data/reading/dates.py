"""Dates, times of day and durations among the texts of a table: how each column writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.reading.date_words import Found, format_words, iso_text

if TYPE_CHECKING:  # pandas is too slow to load for a module that the window imports
    import pandas as pd

__all__ = ["Found", "find", "format_words", "iso_text"]


def find(texts: pd.Series, name: str, chosen: str = "", day_first: bool | None = None) -> Found | None:
    """How the texts of a column, none missing and none with blanks around, are dates or times; None if they are not.

    ``chosen`` is what a person says of them: ``day first``, ``month first`` or a format; ``day_first`` what another
    column of the table proves. Raises :class:`UserFault` where ``chosen`` is no format or reads nothing.
    """
    # In here because pandas is slow to load.
    from engine.data.reading.date_columns import find_dates

    return find_dates(texts, name, chosen, day_first)
