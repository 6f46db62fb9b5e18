"""Analyses: from a study's history and curves to frozen arrays that a plot draws and a terminal prints."""

from engine.analysis.best_summary import BestSummary, best_summary
from engine.analysis.expected import Expected, expected_best
from engine.analysis.filter_columns import FilterColumns
from engine.analysis.filter_completion import complete_filter
from engine.analysis.filtering import Filter, parse_filter
from engine.analysis.front import Front, pareto_front
from engine.analysis.layers import LayerQuantiles, layer_kinds, layer_quantiles
from engine.analysis.learning import (
    MEASURES,
    Line,
    Measure,
    fold_line,
    lagging_fold,
    learning_line,
    measures_of,
    running_line,
    validation_and_train,
)
from engine.analysis.pace import seconds_per_trial
from engine.analysis.progress import Progress, best_so_far, robust_range, score_progress, step_line
from engine.analysis.summary import Summary, score_error, standard_error, summarise
from engine.analysis.validation_minimum import ValidationMinimum, validation_minimum
from engine.maths.envelope import envelope

__all__ = [
    "MEASURES",
    "BestSummary",
    "Expected",
    "Filter",
    "FilterColumns",
    "Front",
    "LayerQuantiles",
    "Line",
    "Measure",
    "Progress",
    "Summary",
    "ValidationMinimum",
    "best_so_far",
    "best_summary",
    "complete_filter",
    "envelope",
    "expected_best",
    "fold_line",
    "lagging_fold",
    "layer_kinds",
    "layer_quantiles",
    "learning_line",
    "measures_of",
    "pareto_front",
    "parse_filter",
    "robust_range",
    "running_line",
    "score_error",
    "score_progress",
    "seconds_per_trial",
    "standard_error",
    "step_line",
    "summarise",
    "validation_and_train",
    "validation_minimum",
]
