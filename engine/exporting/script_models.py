"""The part of a script that makes its model: one configuration, or several whose answers are averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import options
from engine.data import metrics
from engine.data.table import Column
from engine.exporting.script_preparation import preparation_source
from engine.learners import families
from engine.objectives import fitting
from engine.objectives.configured import ConfiguredModel, configured
from engine.objectives.description import TableObjective
from engine.objectives.source_code import Imports, expression, literal

SCRIPTED = ("SGDClassifierByEpochs", "SGDRegressorByEpochs")  # estimators whose source the script holds itself


@dataclass(frozen=True, slots=True)
class ScriptedTrial:
    """A configuration that a script trains, with the ``seed`` of its models; ``weight`` is that in a mean of several.

    The name of its functions ends with ``number`` where there are several.
    """

    params: Mapping[str, Any]
    seed: int
    number: int = 0
    weight: float = 1.0


class ScriptImports(Imports):
    """A script's imports, and the classes that it defines instead of importing them."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: list[str] = []

    def add(self, module: str, *names: str) -> None:
        """Have ``names`` of ``module`` known in the script."""
        if not set(names).intersection(SCRIPTED):
            super().add(module, *names)
            return
        # In here because scikit-learn is slow to load.
        from engine.learners import sgd

        self.classes += [one for one in map(sgd.source, names) if one not in self.classes]
        super().add("sklearn.linear_model", *(name.removesuffix("ByEpochs") for name in names))
        for needed, parts in sgd.IMPORTS.items():
            super().add(needed, *parts)


class ModelSource:
    """Writes the functions ``preprocessing`` and ``model`` of a script, of each trial where there are several.

    ``title`` names what is trained; ``has_probabilities`` says whether the model tells them.
    """

    def __init__(self, description: TableObjective, trials: tuple[ScriptedTrial, ...], imports: ScriptImports) -> None:
        family = families.get(description.family)
        settings: Any = options.make(family.settings, description.settings, f"model {description.family}")
        self._imports = imports
        self._trials = trials
        self._models = [configured(family, trial.params, settings, description.task) for trial in trials]
        self._estimators = [model.make_estimator(trial.seed) for model, trial in zip(self._models, trials, strict=True)]
        if metrics.get(description.metric).needs == "probability":
            self._estimators = [
                one if hasattr(one, "predict_proba") else fitting.calibrated(one) for one in self._estimators
            ]
        self._classifies = description.task == "classification"
        self.has_probabilities = all(hasattr(one, "predict_proba") for one in self._estimators)
        single = len(trials) == 1
        self.title = self._models[0].family.title if single else f"Ensemble of {len(trials)} models"

    def text(self, inputs: tuple[Column, ...], classes: int) -> str:
        """The functions, for columns ``inputs``; ``classes`` is 0 for numbers to predict."""
        is_category = [column.kind == "category" for column in inputs]
        shapes = not all(is_category), any(is_category)
        parts: list[str] = []
        sources = [preparation_source(model.how, *shapes, classes, self._imports) for model in self._models]
        known: dict[str, str] = {}  # the name of the function with this source, so that each is written once
        for place, trial in enumerate(self._trials):
            source = sources[place]
            if source not in known:
                known[source] = "preprocessing" if len(set(sources)) == 1 else f"preprocessing_{trial.number}"
                named = source.replace("def preprocessing(", f"def {known[source]}(")
                parts += [part for part in named.split("\n\n\n") if part not in parts]
            name = "model" if len(self._trials) == 1 else f"model_{trial.number}"
            parts.append(self._model_source(place, known[source], name))
        if len(self._trials) > 1:
            parts.append(self._ensemble_source())
        return "\n\n\n".join([*self._imports.classes, *parts])

    def _model_source(self, place: int, preprocessing: str, name: str) -> str:
        model: ConfiguredModel = self._models[place]
        learner = expression(self._estimators[place], self._imports, "    ", model.params)
        last = "learner"
        if model.scales_target:
            self._imports.add("sklearn.compose", "TransformedTargetRegressor")
            self._imports.add("sklearn.preprocessing", "StandardScaler")
            how = "" if model.family.centred_target else "with_mean=False"
            last = f"TransformedTargetRegressor(learner, transformer=StandardScaler({how}))"
        single = len(self._trials) == 1
        what = "in its best configuration" if single else f"of trial {self._trials[place].number}"
        return f'''def {name}():
    """The untrained model {what}."""
    learner = {learner}
    return make_pipeline({preprocessing}(), {last})'''

    def _ensemble_source(self) -> str:
        listed = "".join(f"    ({literal(one.weight)}, model_{one.number}),\n" for one in self._trials)
        asked = "predict_proba" if self._classifies else "predict"
        answer = f"sum(weight * member.{asked}(X) for weight, member in self.members)"
        answers = f'''    def predict(self, X):
        """The mean of their answers."""
        return {answer}'''
        if self._classifies:
            answers = f'''    def predict_proba(self, X):
        """The mean of their probabilities."""
        return {answer}

    def predict(self, X):
        """The likeliest class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]'''
        classes = "\n        self.classes_ = self.members[0][1].classes_" if self._classifies else ""
        return f'''MEMBERS = [  # how much each counts, and what it is
{listed}]


class Ensemble:
    """Several models, each trained on the same rows; their answers are averaged."""

    def fit(self, X, y):
        """Train every member."""
        self.members = [(weight, make().fit(X, y)) for weight, make in MEMBERS]{classes}
        return self

{answers}


def model():
    """The untrained ensemble."""
    return Ensemble()'''
