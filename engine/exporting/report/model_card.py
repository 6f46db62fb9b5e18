"""The model card: what the model is for, what it learned from, what its score is worth, and where its limits are."""

from __future__ import annotations

from collections.abc import Iterable

from engine.exporting.report.blocks import Block, Heading, Paragraph, Table
from engine.exporting.report.facts import Facts
from engine.objectives.description import TableObjective
from engine.wording import counted

_UNSEEN = (
    "Categories that training never saw, and numbers outside of its ranges, are answered without warning by the "
    "exported model; twinloop predict tells of them."
)


def model_card(facts: Facts) -> Iterable[Block]:
    """A heading and its rows; nothing for a study without a model."""
    objective, best = facts.objective, facts.best
    if objective is None or best is None:
        return
    yield Heading("Model card")
    yield Table((), tuple(_rows(facts, objective)))
    limits = _limits(facts, objective)
    yield Heading("Limits", level=3)
    yield from (Paragraph(one) for one in limits)


def _rows(facts: Facts, objective: TableObjective) -> Iterable[tuple[str, str]]:
    best = facts.best
    assert best is not None, "a card is of a complete trial"
    yield "model", f"{facts.model}, trial {best.best.number} of {facts.content.setup.title}"
    yield "predicts", f"{objective.target} ({objective.task})"
    yield "data", f"{objective.source.rpartition('/')[2]}, fingerprint {objective.fingerprint or 'not recorded'}"
    if objective.ignored:
        yield "left out by choice", ", ".join(objective.ignored)
    yield "score", f"{facts.metric} {facts.score}, in the search"
    if best.best.train_score is not None:
        yield "on its training rows", f"{best.best.train_score:.4g}"
    if best.best.parameters is not None:
        yield "parameters", f"{best.best.parameters:,}"
    validation = objective.validation
    held = f"; {100 * validation.holdout:.0f} % of the rows were never seen" if validation.holdout else ""
    yield "validation", f"{validation.scheme}, {counted(validation.splits, 'split')}{held}"


def _limits(facts: Facts, objective: TableObjective) -> list[str]:
    best = facts.best
    assert best is not None
    said = [
        f"The score is the best of {counted(best.complete, 'complete trial')} on the same folds: part of it is luck.",
        "It holds for rows drawn as those of the table were; other times, places or ways of measuring are not covered.",
        _UNSEEN,
    ]
    if objective.validation.scheme not in {"time"}:
        said.append("Rows were split without regard to time: for forecasts the score is too good.")
    said += [f"Of the table: {one}" for one in objective.cautions[:8]]
    return said
