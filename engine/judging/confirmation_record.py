"""A confirmation as it is kept in a study's file: what was begun, and every fit, as findings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from engine.events import FindingRecorded
from engine.judging.confirmation import Candidate, FreshFit, Plan

BEGUN, FIT = "confirmation_begun", "fresh_fit"
"""Kinds of findings: what is to be confirmed, and one fit of it."""


def plan_of_findings(findings: Sequence[FindingRecorded]) -> tuple[Plan, list[FreshFit]] | None:
    """The last confirmation that was begun, with its fits; *None* where there is none that can be read."""
    plan: Plan | None = None
    fits: list[FreshFit] = []
    for finding in findings:
        try:
            if finding.kind == BEGUN:
                begun = _read_plan(finding.values)
                if plan is None or begun.key != plan.key:
                    plan, fits = begun, []
            elif finding.kind == FIT and plan is not None and finding.values.get("confirmation") == plan.key:
                fits.append(_read_fit(finding.values))
        except (KeyError, TypeError, ValueError, AttributeError):  # of a stranger's file
            continue
    return None if plan is None else (plan, fits)


def begun_values(plan: Plan) -> dict[str, object]:
    """A plan as plain data for a finding."""
    rows = [{name: getattr(one, name) for name in Candidate.__slots__} for one in plan.candidates]
    names = ("key", "folds", "ratio", "metric", "direction", "draws_folds")
    return {**{name: getattr(plan, name) for name in names}, "candidates": rows}


def fit_values(plan: Plan, fit: FreshFit) -> dict[str, object]:
    """A fit as plain data for a finding."""
    return {"confirmation": plan.key, **{name: getattr(fit, name) for name in FreshFit.__slots__}}


def _read_plan(values: Mapping[str, Any]) -> Plan:
    rows = tuple(
        Candidate(
            str(one["title"]),
            "trial" if one["kind"] == "trial" else "baseline",
            None if one["number"] is None else int(one["number"]),
            str(one["family"]),
            dict(one["settings"]),
            dict(one["params"]),
            None if one["search_score"] is None else float(one["search_score"]),
        )
        for one in values["candidates"]
    )
    if not rows:
        raise ValueError("no rows")
    direction: Literal["minimize", "maximize"] = "minimize" if values["direction"] == "minimize" else "maximize"
    folds, ratio = int(values["folds"]), float(values["ratio"])
    if folds < 1 or not 0.0 <= ratio < math.inf:
        raise ValueError("folds")
    about = str(values["metric"]), direction, bool(values.get("draws_folds", True))
    return Plan(str(values["key"]), rows, folds, ratio, *about)


def _read_fit(values: Mapping[str, Any]) -> FreshFit:
    score, parameters = values["score"], values["parameters"]
    return FreshFit(
        int(values["candidate"]),
        int(values["repeat"]),
        int(values["fold"]),
        None if score is None else float(score),
        float(values["seconds"]),
        None if parameters is None else int(parameters),
        str(values["reason"]),
    )
