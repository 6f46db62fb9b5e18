"""The best configuration with what it takes to use it, as plain values."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from engine.analysis import score_error
from engine.exporting.base import ENSEMBLE, Content

CONFIGURATION_PARTS = ("best", "space", ENSEMBLE)
"""What a file of settings can hold, the usual one first."""


def plain_part(content: Content) -> dict[str, object]:
    """The best configuration, the search space as ``twinloop new --space`` takes it, or the ensemble, by ``what``."""
    if content.what == "space":
        return dict(msgspec.to_builtins(dict(content.history.space)))
    return ensemble_configurations(content) if content.what == ENSEMBLE else best_configuration(content)


def ensemble_configurations(content: Content) -> dict[str, object]:
    """What the ensemble gains, and the weight, configuration and seed of each member."""
    found = asdict(content.ensemble)
    members = [
        {"trial": one, "weight": weight, "params": content.history.params(one), "seed": content.model_seed(one)}
        for one, weight in content.ensemble.members
    ]
    objective = msgspec.to_builtins(content.setup.objective)
    return {"study": content.setup.title, **found, "members": members, "objective": objective}


def best_configuration(content: Content) -> dict[str, object]:
    """Number, score and configuration of the best trial, and the objective it was found for."""
    best = content.best
    setup = content.setup
    return {
        "study": setup.title,
        "direction": setup.direction,
        "trial": best.number,
        "score": best.score,
        "standard_error": score_error(content.history, best.number),
        "params": best.params,
        **({"constraints": best.constraints} if content.history.constraint_names else {}),
        "seed": content.model_seed(best.number),
        "details": best.details,
        "objective": msgspec.to_builtins(setup.objective) if setup.objective is not None else None,
    }
