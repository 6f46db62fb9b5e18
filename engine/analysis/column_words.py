"""What is said of the importance of a table's columns."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.analysis.title import Title
from engine.wording import counted, listed, number_text


def columns_title(
    names: Sequence[str], loss: Sequence[float], low: Sequence[float], metric: str, folds: int, repeats: int, trial: int
) -> Title:
    """Which column the model relies on most, and how many it may do without; ``low`` are ends of 90 % intervals."""
    remark = (
        f"By how much {metric} is worse once a column is shuffled, on rows that trial {trial} had not seen: "
        f"{counted(folds, 'fold')}, {counted(repeats, 'shuffle')} each."
    )
    if not names:
        return Title("No column", "is learned from", remark)
    if not math.isfinite(low[0]):
        return Title(names[0], f"matters most: {number_text(loss[0], 2)}; of one fold there is no interval", remark)
    sure = [name for name, end in zip(names, low, strict=True) if end > 0]
    if not sure:
        return Title("No column", "is known to matter: every interval holds zero", remark)
    rest = len(names) - len(sure)
    more = f"; {counted(rest, 'column')} cannot be told from noise" if rest else ""
    if names[0] not in sure:
        return Title(listed(sure, 3), f"{'matters' if len(sure) == 1 else 'matter'}{more}", remark)
    if len(names) > 1 and low[0] > loss[1]:
        return Title(names[0], f"matters most: {number_text(loss[0], 2)}{more}", remark)
    return Title(listed(sure, 3), f"{'matters' if len(sure) == 1 else 'matter'}{more}", remark)
