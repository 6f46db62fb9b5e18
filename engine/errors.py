"""Two kinds of failure: a person's to mend (``UserFault``) and ours (``Bug``)."""

from __future__ import annotations


class TwinloopError(Exception):
    """Root of every error that Twinloop raises on purpose."""


class UserFault(TwinloopError):
    """Something a person can mend: what happened, and what to do about it.

    Both parts are full sentences that are shown as they are. ``place`` names the field of a study's definition that
    mends it, where there is one (``folds``, ``target`` ...).
    """

    def __init__(self, what: str, remedy: str = "", place: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy
        self.place = place

    def __reduce__(self) -> tuple[type[UserFault], tuple[str, str, str]]:
        return type(self), (self.what, self.remedy, self.place)


class WrongValue(UserFault, ValueError):
    """An argument of the right kind with a value that does not do; also a ``ValueError`` for whoever expects that."""


class WrongType(UserFault, TypeError):
    """An argument of the wrong kind; also a ``TypeError`` for whoever expects that."""


class AlreadyThere(UserFault):
    """A study of that name is there."""


class NotThere(UserFault, KeyError):
    """There is no study of that name; also a ``KeyError`` for whoever expects that."""

    __str__ = Exception.__str__  # a KeyError shows its text in quotes


class WrongMoment(UserFault, RuntimeError):
    """A call that does not fit what goes on; also a ``RuntimeError`` for whoever expects that."""


class Bug(TwinloopError):
    """A state that our own code should have made impossible."""
