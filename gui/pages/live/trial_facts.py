"""A trial as facts in words, for the tabs, and as JSON, for the clipboard."""

from __future__ import annotations

import json

from engine.analysis import Summary
from engine.trials import State
from gui.base.formats import duration_text, number_text, score_text, value_text
from gui.pages.live.facts_view import Fact


def as_json(summary: Summary) -> str:
    """A trial as JSON, with every digit."""
    known = {
        "number": summary.number,
        "state": summary.state.label,
        "score": summary.score,
        "params": dict(summary.params),
        "fold_scores": list(summary.fold_scores),
        "seconds": summary.seconds,
        "reason": summary.reason,
    }
    return json.dumps({name: value for name, value in known.items() if value not in (None, [], "")}, indent=2)


def facts_set_before(summary: Summary) -> tuple[Fact, ...]:
    """The hyperparameters."""
    return tuple(
        Fact(name.replace("_", " "), value_text(value), f"{name} = {value!r}") for name, value in summary.params.items()
    )


def facts_learned(summary: Summary, step: str) -> tuple[Fact, ...]:
    """What training made of them; ``step`` is what a step is called."""
    facts = []
    numbers: tuple[tuple[str, float | int | None], ...] = (
        ("parameters", summary.parameters),
        (f"{step}s", (summary.steps if step else 0) or None),
        ("validation loss", summary.val_loss),
        ("training loss", summary.train_loss),
        ("generalisation gap", summary.gap),
        ("gradient norm", summary.gradient_norm),
        ("update to weight", summary.update_ratio),
        (f"converged at {step}", summary.converged if summary.state == State.COMPLETE else None),
        ("training score", summary.train_score),
        ("dead units", summary.dead),
    )
    if summary.score is not None:
        error = summary.error
        band = f" ± {number_text(error, 2)}" if error else ""
        said = f" ± {error!r}, the standard error over {len(summary.fold_scores)} folds" if error else ""
        name = "score ± s.e." if error else "score"
        facts.append(Fact(name, score_text(summary.score, error) + band, f"{summary.score!r}{said}"))
    for name, value in numbers:
        if value is not None:
            facts.append(Fact(name, number_text(value, 3 if isinstance(value, float) else 9), repr(value)))
        if name == "validation loss":
            facts += _turn(summary, step)
    if summary.seconds is not None:
        facts.append(Fact("time", duration_text(summary.seconds), f"{summary.seconds} s"))
    return tuple(facts)


def facts_of_slope(summary: Summary) -> tuple[Fact, ...]:
    """The hypergradients that training told, by the names of the search space."""
    return tuple(
        Fact(f"d validation loss / d {name}", number_text(float(value), 3), repr(float(value)))
        for name, value in summary.hypergradient.items()
    )


def _turn(summary: Summary, step: str) -> list[Fact]:
    """Where the validation loss was lowest and how much it rose since, if by more than noise."""
    found = summary.validation_minimum
    if found is None or not step or not found.is_rising:
        return []
    rise = found.last - found.value
    return [
        Fact(f"lowest, at {step} {found.step}", number_text(found.value, 3), repr(found.value)),
        Fact("rise since then", number_text(rise, 3), repr(rise)),
    ]
