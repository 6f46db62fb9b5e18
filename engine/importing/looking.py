"""What a file of trials holds, before it is imported: its studies, or its columns and what they seem to be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserFault
from engine.importing.columns import find_columns
from engine.importing.records import Wishes
from engine.importing.trials_table import TrialsTable, read_frame


@dataclass(frozen=True, slots=True)
class TrialsLook:
    """``kind`` is what the file is called; ``studies`` are the names in a storage. ``columns`` are those of a table.

    ``scores`` and ``params`` are the columns that were recognised, ``direction`` which scores are better; ``question``
    says what has to be told before it can be imported, empty where nothing has.
    """

    kind: str
    studies: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    direction: str = ""
    question: str = ""


def look_at_trials(path: str | Path) -> TrialsLook:
    """What there is to import; raises :class:`UserFault` where no kind of trials is recognised or can be read."""
    # In here because the room's list of sources imports this module's neighbours when it is asked.
    from engine.importing import find_source

    path = Path(path)
    source = find_source(path)
    if source is None:
        raise UserFault(
            f"{path.name} is not a file with trials that Twinloop knows.",
            "Give an Optuna storage (SQLite or journal), a CSV of trials, or cv_results_ as CSV or JSON.",
        )
    if not isinstance(source, TrialsTable):
        studies = source.study_names(path)
        if not studies:
            raise UserFault(f"{path.name} holds no study.", "Choose another storage.")
        question = f"{path.name} holds {len(studies):,} studies." if len(studies) > 1 else ""
        return TrialsLook(source.title, studies, question=question)
    names = tuple(read_frame(path).columns)
    try:
        found = find_columns(names, Wishes(), path.name)
    except UserFault as fault:
        return TrialsLook(source.title, columns=names, question=fault.what)
    params = tuple(found.params.values())
    return TrialsLook(source.title, (), names, found.scores, params, found.directions[0])
