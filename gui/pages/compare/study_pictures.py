"""What the plots of studies side by side draw."""

from __future__ import annotations

import numpy as np

from engine.analysis import step_line
from engine.comparing import ComparedStudy, Comparison
from engine.comparing.comparability import metric_title
from engine.objectives.description import TableObjective
from gui.base.formats import number_text, score_text
from gui.plots import categories
from gui.plots.categories import Category
from gui.plots.lines import LinesData, NamedLine

SHADES = (
    categories.VERMILION,
    categories.SKY,
    categories.GREEN,
    categories.PURPLE,
    categories.OLIVE,
    categories.PINK,
    categories.GREY,
)
DASHES = (categories.SOLID, categories.DASHED, categories.DOTTED, categories.MIXED, categories.LONG)
MOST_LETTERS = 22  # of a name at a line's end
NOTHING = "The best score so far of each study is drawn here as soon as one has a complete trial."


def look_of(place: int) -> Category:
    """How the study at this place is drawn: five dashes and seven colours meet again after 35 studies."""
    return Category(*SHADES[place % len(SHADES)], DASHES[place % len(DASHES)])


def history_lines(found: Comparison | None) -> LinesData:
    """The best score so far by trial, of the studies whose scores belong on one axis."""
    lines = []
    for place, study in enumerate(found.studies) if found is not None else ():
        x, y = step_line(study.progress)
        if not found.on_axis[place] or not len(x):  # type: ignore[union-attr]
            continue
        error = None if study.best is None else study.best.standard_error
        label = f"{_label(found, place)} {score_text(float(y[-1]), error)}"
        lines.append(NamedLine(str(study.path), x + 1.0, y, look_of(place), label, place == _leader(found)))
    metric = _metric(found.studies[0]) if found is not None and found.studies else "score"
    left_out = 0 if found is None else len(found.studies) - sum(found.on_axis)
    others = "study has" if left_out == 1 else "studies have"
    remark = f"{left_out} {others} scores of another kind, which no common axis holds." if left_out else ""
    return LinesData(
        tuple(lines),
        "Best",
        f"{metric} so far",
        remark,
        "trials",
        metric,
        NOTHING,
        loop="outer",
        x_label="trial",
        x_whole=True,
    )


def curve_lines(found: Comparison | None) -> LinesData:
    """Validation loss by step, of each study's best trial; empty where no model has steps."""
    lines = []
    for place, study in enumerate(found.studies) if found is not None else ():
        curve = study.curve
        if not found.on_axis[place] or not np.isfinite(curve.values).any():  # type: ignore[union-attr]
            continue
        label = f"{_label(found, place)} {number_text(curve.last, 3)}"
        lines.append(
            NamedLine(str(study.path), curve.steps, curve.values, look_of(place), label, place == _leader(found))
        )
    subject, sentence = "Validation loss", "of each study's best trial"
    return LinesData(
        tuple(lines), subject, sentence, "", "step", "validation loss", loop="inner", x_label="step", x_whole=True
    )


def _leader(found: Comparison | None) -> int | None:
    return None if found is None else found.leader


def _label(found: Comparison | None, place: int) -> str:
    """A study's name, cut where it would take the plot's room."""
    assert found is not None
    name = found.labels[place]
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"


def _metric(study: ComparedStudy) -> str:
    objective = study.setup.objective
    return metric_title(objective.metric) if isinstance(objective, TableObjective) else "score"
