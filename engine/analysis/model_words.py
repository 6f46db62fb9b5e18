"""What is said where the model of the scores cannot be shown, or only with care."""

from __future__ import annotations

from engine.analysis.score_model import FEWEST, TRUSTED, USABLE
from engine.analysis.title import Title
from engine.wording import counted

NEEDS = (
    ("timeline, slices, quality, rank", "1 trial", "outer"),
    ("replay", "2 trials", "outer"),
    ("importance, profiler", f"{FEWEST} scored trials and quality {USABLE:g}", "outer"),
    ("failure rule", "3 failed trials and others", "outer"),
)
"""What each part of Explore needs: what it is, what it needs, the colour of its loop."""


def refusal_title(quality: float, why: str = "") -> Title:
    """Why no view that rests on the model is shown; ``why`` where it is not the model's quality."""
    if why:
        instead = "Between the trials the model says the same everywhere. So only the scores themselves are shown."
        return Title(why.removesuffix("."), "", instead, "text")
    return Title(
        "No model can be trusted yet:",
        f"quality {quality:.2f} of 1",
        "From the other trials it predicts each one hardly better than chance. So what it says is not shown; the scores"
        " themselves are.",
        "text",
    )


def few_title(scored: int, score: str = "") -> Title:
    """What is said of a study with too few scored trials for a model; ``score`` is the only one, written out."""
    missing = max(0, FEWEST - scored)
    remark = f"Importance and profiler need {counted(missing, 'more trial')} with a score."
    if scored == 0:
        return Title("No scored trial yet", "", remark, "text")
    if scored == 1:
        return Title(f"One trial, {score}:", "nothing to compare it with", remark)
    return Title(f"{scored} scored trials:", "too few for a model", remark)


def quality_words(quality: float) -> str:
    """The quality of the model, to stand beside whatever rests on it."""
    if quality < USABLE:
        return f"Model quality {quality:.2f}: not to be trusted"
    if quality < TRUSTED:
        return f"Model quality {quality:.2f}: rough"
    return f"Model quality {quality:.2f}"
