"""A first row for a hyperparameter of which nothing but its name is known. Every range here is a guess."""

from __future__ import annotations

from collections.abc import Mapping

from engine.space import Float, Hyperparameter, Int

_RATE = Float(1e-5, 1e-1, log=True)
_PENALTY = Float(1e-6, 1.0, log=True)
_COUNT = Int(10, 500, log=True)
_WIDTH = Int(8, 512, log=True)
_LEVELS = Int(1, 10)
_BY_NAME: Mapping[str, Hyperparameter] = {
    **dict.fromkeys(("lr", "learning_rate", "eta", "step_size"), _RATE),
    **dict.fromkeys(("weight_decay", "wd", "l1", "l2", "lambda", "reg", "penalty", "alpha"), _PENALTY),
    **dict.fromkeys(("epochs", "steps", "iterations", "rounds", "trees", "n_estimators", "ntree"), _COUNT),
    **dict.fromkeys(("units", "n_units", "hidden", "hidden_size", "width", "batch_size", "batch"), _WIDTH),
    **dict.fromkeys(("depth", "max_depth", "layers", "n_layers", "num_layers", "degree"), _LEVELS),
    **dict.fromkeys(("dropout", "momentum"), Float(0.0, 0.9)),
    "C": Float(1e-3, 1e3, log=True),
}


def usual_row(name: str) -> Hyperparameter:
    """A usual range for well-known names, else from 0 to 1."""
    return _BY_NAME.get(name) or _BY_NAME.get(name.lower().replace("-", "_"), Float(0.0, 1.0))
