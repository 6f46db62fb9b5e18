"""Analyses: from a study's history and curves to frozen arrays that a plot draws and a terminal prints."""

from engine.analysis.best_summary import BestSummary, best_summary
from engine.analysis.change_words import change_sentences
from engine.analysis.coverage import Coverage, coverage, coverage_pair, coverage_pairs, coverage_words, shown_repeat
from engine.analysis.expected import Expected, expected_best
from engine.analysis.filter_columns import FilterColumns
from engine.analysis.filter_completion import complete_filter
from engine.analysis.filtering import Filter, parse_filter
from engine.analysis.fits import count_fits, fits_by_trial
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
from engine.analysis.pace import seconds_per_trial, spread_of_pace
from engine.analysis.progress import Progress, best_so_far, robust_range, score_progress, step_line
from engine.analysis.pruning import Pruning, pruning_of, pruning_words
from engine.analysis.region import region_of_trials
from engine.analysis.summary import Summary, score_error, standard_error, summarise
from engine.analysis.validation_minimum import ValidationMinimum, validation_minimum
from engine.analysis.verdict import Superiority, Verdict, verdict
from engine.analysis.verdict_words import VerdictWords, verdict_words
from engine.analysis.wish_words import region_words, wish_words
from engine.maths.envelope import envelope

__all__ = [
    "MEASURES",
    "BestSummary",
    "Coverage",
    "Expected",
    "Filter",
    "FilterColumns",
    "Front",
    "LayerQuantiles",
    "Line",
    "Measure",
    "Progress",
    "Pruning",
    "Summary",
    "Superiority",
    "ValidationMinimum",
    "Verdict",
    "VerdictWords",
    "best_so_far",
    "best_summary",
    "change_sentences",
    "complete_filter",
    "count_fits",
    "coverage",
    "coverage_pair",
    "coverage_pairs",
    "coverage_words",
    "envelope",
    "expected_best",
    "fits_by_trial",
    "fold_line",
    "lagging_fold",
    "layer_kinds",
    "layer_quantiles",
    "learning_line",
    "measures_of",
    "pareto_front",
    "parse_filter",
    "pruning_of",
    "pruning_words",
    "region_of_trials",
    "region_words",
    "robust_range",
    "running_line",
    "score_error",
    "score_progress",
    "seconds_per_trial",
    "shown_repeat",
    "spread_of_pace",
    "standard_error",
    "step_line",
    "summarise",
    "validation_and_train",
    "validation_minimum",
    "verdict",
    "verdict_words",
    "wish_words",
]
