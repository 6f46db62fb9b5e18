"""The methods of a study in a paragraph that can be pasted into a paper; every number comes from the study."""

from __future__ import annotations

from collections import Counter

from engine.errors import UserFault
from engine.exporting.report.facts import Facts, in_sentence
from engine.learners import families
from engine.learners.preparing import PREFIX, own_params, preparation_of
from engine.objectives.checking import scheme_of
from engine.objectives.description import TableObjective
from engine.wording import counted, listed, value_text

_SCHEMES = {
    "kfold": "k-fold cross-validation",
    "stratified": "stratified k-fold cross-validation",
    "grouped": "grouped k-fold cross-validation",
    "stratified_grouped": "stratified grouped k-fold cross-validation",
    "time": "forward-chaining time-series splits",
    "repeated": "repeated k-fold cross-validation",
    "holdout": "one random split for each trial",
    "fixed_holdout": "one fixed split",
}
_SPREAD = {"start", "initial", "initial_design"}  # phases in which no model was asked


def methods_paragraph(facts: Facts, version: str) -> str:
    """How it was searched, how scored, with which seed and versions."""
    setup, history = facts.content.setup, facts.content.history
    said = [f"Hyperparameters were tuned with Twinloop {version}."]
    if facts.objective is not None:
        said.append(_scoring(facts, facts.objective))
    counts = history.counts()
    evaluated = counts["complete"] + counts["pruned"] + counts["failed"]
    phases = Counter(str(history.notes(number).get("why", {}).get("phase", "")) for number in range(len(history)))
    spread = sum(count for phase, count in phases.items() if phase in _SPREAD)
    how = f"chosen by {in_sentence(facts.strategy)}"
    if 0 < spread < evaluated:
        how += f", the first {spread} spread over the space"
    names, tried = counted(len(history.space), "hyperparameter"), counted(evaluated, "configuration")
    said.append(f"{tried} of {names} {_were(evaluated)} evaluated, {how} (seed {setup.strategy.seed}).")
    if setup.strategy.pruner != "none" or counts["pruned"]:
        pruned = f"{counted(counts['pruned'], 'trial')} {_were(counts['pruned'])}"
        said.append(f"{pruned} ended early ({setup.strategy.pruner} pruner).")
    if counts["failed"]:
        said.append(f"{counted(counts['failed'], 'trial')} failed.")
    if facts.best is not None and facts.best.best.error:
        folds = len(facts.best.best.fold_scores)
        said.append(f"± is the standard error over {folds} folds.")
    return " ".join(said)


def _scoring(facts: Facts, objective: TableObjective) -> str:
    validation = objective.validation
    scheme = _SCHEMES.get(scheme_of(objective), validation.scheme)
    folds = f" ({validation.folds} folds)" if validation.splits > 1 else ""
    repeats = f", {validation.repeats} times" if validation.scheme == "repeated" else ""
    model, metric = in_sentence(facts.model), in_sentence(facts.metric)
    text = f"Each configuration of {_with_article(model)} was scored by {metric} in {scheme}{folds}{repeats}"
    if validation.holdout > 0:
        text += f"; {100 * validation.holdout:.0f} % of the rows were set aside before the search"
    return f"{text}. Preprocessing was fitted on training folds alone{_preparation(facts, objective)}."


_IMPUTED = {"median": "the median", "mean": "the mean", "most_frequent": "the most frequent value"}
_ENCODED = {"one_hot": "one-hot encoded", "ordinal": "encoded as positions", "target": "encoded by the mean target"}
_TUNED = {
    "scaling": "scaling",
    "imputation": "imputation",
    "missing_indicator": "marking of missing numbers",
    "encoding": "encoding of categories",
    "rare_rows": "grouping of rare categories",
    "selected": "share of columns kept",
}


def _preparation(facts: Facts, objective: TableObjective) -> str:
    """What was done to columns in every trial, and what of it was tuned; empty where the model is not known here."""
    space = facts.content.history.space
    tuned = [name for name in _TUNED if f"{PREFIX}{name}" in space]
    params = {} if facts.best is None else facts.best.best.params
    try:
        family, _ = families.get(objective.family).resolved(own_params(params))
        how = preparation_of(family, params)
    except UserFault:
        return ""
    fixed = []
    if "imputation" not in tuned:
        marked = " and marked" if how.missing_indicator and "missing_indicator" not in tuned else ""
        fixed.append(f"missing numbers were imputed by {_IMPUTED[how.imputation]} of training rows{marked}")
    if "encoding" not in tuned:
        fixed.append(f"categories {'' if fixed else 'were '}{_ENCODED[how.encoding]}")
    said = f": {', '.join(fixed)}" if fixed else ""
    if not tuned:
        return said
    chosen = [f"{_TUNED[name]} {value_text(getattr(how, name)).replace('_', ' ')}" for name in tuned]
    best = "" if facts.best is None else f" (trial {facts.best.best.number}: {', '.join(chosen)})"
    names = listed([_TUNED[name] for name in tuned])
    return f"{said}. Tuned along with the model {'was' if len(tuned) == 1 else 'were'} the {names}{best}"


def _with_article(noun: str) -> str:
    if noun.startswith("several "):
        return noun
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
