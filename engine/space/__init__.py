"""Search spaces: hyperparameters, conditions, grids, and their JSON."""

from engine.space.checking import Problem, problems, require_parameter
from engine.space.choices import Choice
from engine.space.grid import Grid, shuffled
from engine.space.parameters import Categorical, Float, Int, Parameter
from engine.space.space import Params, SearchSpace, describe, parameters_from_json

__all__ = [
    "Categorical",
    "Choice",
    "Float",
    "Grid",
    "Int",
    "Parameter",
    "Params",
    "Problem",
    "SearchSpace",
    "describe",
    "parameters_from_json",
    "problems",
    "require_parameter",
    "shuffled",
]
