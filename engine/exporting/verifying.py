"""A study's trial verified: what the study knows of it, handed to whoever trains it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.applying import Verification, verify_trial
from engine.errors import UserFault
from engine.exporting.base import Content, read_content
from engine.objectives.permissions import PermissionMissing, check_permission
from engine.trials import State


def verify_study(path: str, number: int | None = None, cancelled: Callable[[], bool] = lambda: False) -> Verification:
    """Train trial ``number`` of the study in the file at ``path``, or its best one, again."""
    return verify_content(read_content(Path(path)), number, cancelled)


def verify_content(
    content: Content, number: int | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Verification:
    """Train trial ``number``, or the best one, again. Raises :class:`UserFault` for one that has no score."""
    history = content.history
    if number is None:
        trial = content.best
    elif not 0 <= number < len(history):
        raise UserFault(f"There is no trial {number}.", f"The study has {len(history):,} trials, from 0 on.")
    else:
        trial = history.trial(number)
    if trial.state is not State.COMPLETE or trial.score is None:
        raise UserFault(f"Trial {trial.number} is {trial.state.label}: it has no score to verify.", "Choose another.")
    if content.path is not None:
        access = check_permission(content.setup.objective, content.path)
        if access is not None:
            raise PermissionMissing(access.what, "Allow it with --allow.", place="source")
    folds = trial.details.get("fold_scores", ())
    return verify_trial(
        content.setup.objective,
        trial.number,
        trial.params,
        trial.score,
        content.model_seed(trial.number),
        fold_scores=tuple(folds) if isinstance(folds, list | tuple) else (),
        directions=content.history.directions,
        before=content.environment_of(trial),
        cancelled=cancelled,
    )
