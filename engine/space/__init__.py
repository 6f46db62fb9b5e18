"""Search spaces: hyperparameters, conditions, grids, and their JSON."""

from engine.space.checking import Problem, problems, require_hyperparameter
from engine.space.choices import Choice
from engine.space.grid import Grid, shuffled
from engine.space.hyperparameters import Categorical, Float, Hyperparameter, Int
from engine.space.space import Params, SearchSpace, describe, hyperparameters_from_json
from engine.space.wishes import Extent, Wish, make_region, narrow_space

__all__ = [
    "Categorical",
    "Choice",
    "Extent",
    "Float",
    "Grid",
    "Hyperparameter",
    "Int",
    "Params",
    "Problem",
    "SearchSpace",
    "Wish",
    "describe",
    "hyperparameters_from_json",
    "make_region",
    "narrow_space",
    "problems",
    "require_hyperparameter",
    "shuffled",
]
