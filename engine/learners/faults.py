"""What a learner says when its input or settings do not fit."""

from __future__ import annotations

from engine.errors import UserFault


class BadInput(UserFault, ValueError):
    """Data or a setting that cannot be trained with; a ``ValueError`` too, as scikit-learn's conventions ask."""
