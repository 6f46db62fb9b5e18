"""What one trial's training has shown, in a title: when it had learned, and what remains between the losses."""

from __future__ import annotations

from engine.analysis.summary import Summary
from engine.analysis.title import Title
from engine.wording import counted, number_text


def training_title(found: Summary, step_name: str) -> Title:
    """When most of the fall of the loss was done, and the gap at the end."""
    if not found.steps:
        return Title("This trial", "told no steps", "", "text")
    gap = ""
    if found.gap is not None:
        gap = f"the gap ends at {number_text(float(f'{found.gap:.2g}'))}"
    minimum = found.validation_minimum
    if minimum is not None and minimum.is_rising:
        rest = f"then validation loss rose{f'; {gap}' if gap else ''}"
        return Title(f"Learned until {step_name} {minimum.step},", rest, "", "inner")
    if found.converged is None or found.converged >= found.steps:
        subject = f"Still learning after {counted(found.steps, step_name)}"
        return Title(f"{subject};" if gap else subject, gap, "", "inner")
    rest = f"then polished for {found.steps - found.converged}"
    return Title(
        f"Learned in {counted(found.converged, step_name)},", f"{rest}{f'; {gap}' if gap else ''}", "", "inner"
    )
