"""What is found of a table before a run, as plain data: hints, and what single columns tell of the target."""

from __future__ import annotations

from typing import Any, Literal, get_type_hints

import msgspec

from engine.data.telling import Telling
from engine.objectives.description import TableObjective

MOST = 3
"""More hints at once are not read."""

Kind = Literal["leak", "group", "time", "small"]


class Hint(msgspec.Struct, frozen=True):
    """One thing to know of the data: ``what``, then what follows in ``remedy``; ``verb`` names the change that helps.

    ``columns`` are those it is about, and ``changes`` the fields of the table objective as they would be afterwards.
    """

    kind: Kind
    columns: tuple[str, ...]
    what: str
    remedy: str
    verb: str
    changes: dict[str, Any]

    def __post_init__(self) -> None:
        """Fields have their own types, also where the hint comes from another process."""
        types = get_type_hints(TableObjective)
        made = {name: msgspec.convert(value, types[name]) for name, value in self.changes.items()}
        msgspec.structs.force_setattr(self, "changes", made)


class Hints(msgspec.Struct, frozen=True):
    """``told`` in the order of their weight, :data:`MOST` at most, and what each column tells of the target."""

    told: tuple[Hint, ...] = ()
    tellings: dict[str, Telling] = {}
