"""Several trials trained on every row of the study's table, as one scikit-learn model that averages their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from engine.applying.final_model import FinalModel, train_final
from engine.errors import UserFault
from engine.objectives.description import TableObjective


def train_final_ensemble(
    description: TableObjective, members: Sequence[tuple[float, Mapping[str, object], int]]
) -> FinalModel:
    """Train ``members`` (weight, params, seed of the models) on every row; raises as :func:`train_final`.

    The pipeline is a :class:`sklearn.ensemble.VotingClassifier` of probabilities, or a ``VotingRegressor``.
    """
    models = [train_final(description, params, seed) for _, params, seed in members]
    weights = [weight for weight, _, _ in members]
    first = models[0]
    if first.classes and not all(model.has_probabilities for model in models):
        raise UserFault("A member of the ensemble tells no probabilities.", "Export the best trial alone.")
    return replace(first, pipeline=_voting(models, weights), names_classes=bool(first.classes))


def _voting(models: Sequence[FinalModel], weights: Sequence[float]) -> object:
    # In here because scikit-learn is slow to load.
    from sklearn.ensemble import VotingClassifier, VotingRegressor
    from sklearn.preprocessing import LabelEncoder
    from sklearn.utils import Bunch

    named = [(f"member_{place}", model.pipeline) for place, model in enumerate(models)]
    classes = np.asarray(models[0].classes)
    if len(classes):
        made = VotingClassifier(named, voting="soft", weights=list(weights))
        made.le_ = LabelEncoder()
        made.le_.classes_ = made.classes_ = classes
    else:
        made = VotingRegressor(named, weights=list(weights))
    made.estimators_ = [model.pipeline for model in models]
    made.named_estimators_ = Bunch(**dict(named))
    return made
