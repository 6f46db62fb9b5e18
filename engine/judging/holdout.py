"""The holdout, opened once: its score with an interval, its rows, and what later looks are told."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
import numpy as np

from engine.arrays import Array
from engine.events import FindingRecorded
from engine.inflating import inflate
from engine.judging.confirmation import Plan
from engine.maths.intervals import NORMAL_95, wilson_interval

OPENED = "holdout_opened"
"""The kind of finding."""
_LARGEST = 1 << 28  # bytes of a holdout's rows; only a file made to harm has more


class JudgedHoldout(Protocol):
    """What was found out by who trained."""

    @property
    def scores(self) -> tuple[float | None, ...]: ...
    @property
    def rows(self) -> list[int]: ...
    @property
    def truth(self) -> list[float]: ...
    @property
    def predicted(self) -> list[float]: ...
    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def spread(self) -> float: ...


class _Rows(msgspec.Struct, frozen=True):
    rows: list[int]
    truth: list[float]
    predicted: list[float]
    classes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class HoldoutLook:
    """The opening ``number`` (1 is the first) at ``time``, by the window or the command line.

    ``score`` is that of ``title``, with a 95 % interval: Wilson's for shares of rows, else by the spread over draws of
    rows. ``others`` are the baselines that were scored with it. ``rows`` (n,) are places in the table, ``truth`` and
    ``predicted`` (n,) class positions or numbers. ``reported`` is what the search had said, ``fresh`` what fresh folds.
    """

    number: int
    time: float
    by: str
    title: str
    metric: str
    score: float
    low: float
    high: float
    others: tuple[tuple[str, float | None], ...]
    reported: float | None
    fresh: float | None
    rows: Array
    truth: Array
    predicted: Array
    classes: tuple[str, ...]

    @property
    def right(self) -> int:
        """How many classes were right."""
        return int((self.truth == self.predicted).sum())

    def error_counts(self, bins: int) -> tuple[Array, float]:
        """How many errors (predicted - true) lie in each of ``bins`` from -far to far, and far.

        99 % of the errors are no farther than that; the rest are counted at the ends.
        """
        errors = self.predicted - self.truth
        errors = errors[np.isfinite(errors)]
        far = (float(np.quantile(np.abs(errors), 0.99)) if len(errors) else 0.0) or 1.0
        return np.histogram(np.clip(errors, -far, far), bins=bins, range=(-far, far))[0], far


def holdout_values(
    judged: JudgedHoldout,
    titles: Sequence[str],
    plan: Plan,
    by: str,
    reported: float | None,
    fresh: float | None,
) -> tuple[dict[str, object], bytes]:
    """An opening as plain data for a finding."""
    score, rows = judged.scores[0], len(judged.rows)
    score = math.nan if score is None else score
    if plan.metric == "accuracy":
        low, high = (float(end) for end in wilson_interval(score * rows, rows, NORMAL_95))
    else:
        low, high = score - NORMAL_95 * judged.spread, score + NORMAL_95 * judged.spread
    values = {
        "titles": list(titles),
        "scores": list(judged.scores),
        "low": low,
        "high": high,
        "metric": plan.metric,
        "by": by,
        "reported": reported,
        "fresh": fresh,
    }
    packed = _Rows(judged.rows, judged.truth, judged.predicted, judged.classes)
    return values, zlib.compress(msgspec.msgpack.encode(packed))


def holdout_looks(findings: Sequence[FindingRecorded]) -> list[HoldoutLook]:
    """Every opening, in order; one that a stranger's file spoils is left out."""
    looks: list[HoldoutLook] = []
    for finding in findings:
        if finding.kind == OPENED:
            try:
                looks.append(_read_look(finding, len(looks) + 1))
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, msgspec.MsgspecError):
                continue
    return looks


def _read_look(finding: FindingRecorded, number: int) -> HoldoutLook:
    values = finding.values
    packed = msgspec.msgpack.decode(inflate(finding.data, _LARGEST), type=_Rows)
    if not len(packed.rows) == len(packed.truth) == len(packed.predicted):
        raise ValueError("rows")
    pairs = list(zip(values["titles"], values["scores"], strict=True))
    title, score = pairs[0]
    return HoldoutLook(
        number,
        finding.time,
        str(values["by"]),
        str(title),
        str(values["metric"]),
        float(score),
        float(values["low"]),
        float(values["high"]),
        tuple((str(name), None if one is None else float(one)) for name, one in pairs[1:]),
        None if values["reported"] is None else float(values["reported"]),
        None if values["fresh"] is None else float(values["fresh"]),
        np.array(packed.rows, dtype=np.int64),
        np.array(packed.truth),
        np.array(packed.predicted),
        tuple(packed.classes),
    )
