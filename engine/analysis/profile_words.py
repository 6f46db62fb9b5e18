"""The sentences of the profiler: what is predicted at a point, and why a hyperparameter plays no part there."""

from __future__ import annotations

import math

from engine.analysis.interaction_curves import InteractionCurves
from engine.analysis.point_outlook import Outlook
from engine.analysis.profile import Slice
from engine.analysis.score_model import TRUSTED, USABLE
from engine.analysis.title import Title, name_words
from engine.wording import listed, value_text

SURER = 1.2  # times the other point's standard deviation, from which one is less certain, or less than its inverse
REMARK = "Drag a line, or type a value; every other chart follows. Discs are trials, fainter the farther they are."


def profile_title(metric: str, here: Outlook, best: Outlook | None, quality: float, *, minimize: bool) -> Title:
    """What is predicted at the present point, against what is predicted at the best trial's."""
    remark = f"not to be trusted · {REMARK}" if quality < USABLE else REMARK
    if not here.is_known:
        return Title("Nothing is known here:", "no trial is near", remark)
    spread = (here.high - here.low) / 2
    subject = f"Here {metric} {score_words(here.score, spread)}"
    seems = "is predicted" if quality >= TRUSTED else "seems likely"
    if best is None:
        return Title(subject, seems, remark)
    return Title(subject, f"{seems}: {against_words(here, best, minimize=minimize)}", remark)


def against_words(here: Outlook, best: Outlook, *, minimize: bool) -> str:
    """A point against the best trial's: better or worse only by more than a standard deviation."""
    gain = best.score - here.score if minimize else here.score - best.score
    spread = (here.high - here.low) / 2
    if gain > spread and gain > 0.0:
        return "better than the best trial"
    if gain < -spread and gain < 0.0:
        return "worse than the best trial"
    if here.certainty > SURER * best.certainty:
        return "as good as the best trial, and less certain"
    if here.certainty < best.certainty / SURER:
        return "as good as the best trial, and more certain"
    return "as good as the best trial"


def unset_words(one: Slice, params: dict[str, object]) -> str:
    """Why a hyperparameter plays no part at a point, and with what it does."""
    parts = []
    for parent, wanted in one.needs:
        now = params.get(parent)
        needed = listed([str(value) for value in wanted], 4).replace(" and ", " or ")
        if now is None:
            parts.append(f"needs {name_words(parent)} {needed}")
        elif now not in wanted:
            parts.append(f"not set with {now}; needs {needed}")
    return " and ".join(parts) or "not set here"


def score_words(score: float, spread: float) -> str:
    """A predicted score ± its standard deviation, to the decimals that the deviation leaves."""
    if not spread > 0.0:
        return f"{score:.4g}"
    decimals = min(8, max(0, -math.floor(math.log10(spread) + 1e-9)))
    return f"{score:,.{decimals}f} ± {spread:.{decimals}f}".replace("-", "−")


def curves_words(found: InteractionCurves) -> str:
    """Which faded curve is which."""
    strokes = ("dotted", "dashed", "thin") if len(found.values) > 1 else ("thin",)
    parts = [f"{value_text(value)} ({stroke})" for value, stroke in zip(found.values, strokes, strict=False)]
    return f"at {listed(parts)}"
