"""Analyses: from a study's history and curves to frozen arrays that a plot draws and a terminal prints."""

from engine.analysis.expected import Expected, expected_best
from engine.analysis.filter_columns import FilterColumns
from engine.analysis.filter_completion import complete_filter
from engine.analysis.filtering import Filter, parse_filter
from engine.analysis.front import Front, front
from engine.analysis.layers import LayerSpread, layer_kinds, layer_spreads
from engine.analysis.learning import (
    MEASURES,
    Line,
    Measure,
    catching_up,
    fold_line,
    learning_line,
    line_between,
    measures_of,
    running_line,
)
from engine.analysis.lowest import Lowest, lowest
from engine.analysis.pace import seconds_per_trial
from engine.analysis.progress import Progress, best_so_far, progress, robust_range, step_line
from engine.analysis.standing import Standing, standing
from engine.analysis.summary import Summary, score_error, standard_error, summarise
from engine.maths.envelope import envelope

__all__ = [
    "MEASURES",
    "Expected",
    "Filter",
    "FilterColumns",
    "Front",
    "LayerSpread",
    "Line",
    "Lowest",
    "Measure",
    "Progress",
    "Standing",
    "Summary",
    "best_so_far",
    "catching_up",
    "complete_filter",
    "envelope",
    "expected_best",
    "fold_line",
    "front",
    "layer_kinds",
    "layer_spreads",
    "learning_line",
    "line_between",
    "lowest",
    "measures_of",
    "parse_filter",
    "progress",
    "robust_range",
    "running_line",
    "score_error",
    "seconds_per_trial",
    "standard_error",
    "standing",
    "step_line",
    "summarise",
]
