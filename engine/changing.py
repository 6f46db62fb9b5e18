"""The difference of two definitions as plain values by dotted names, put on and taken back.

``budget.trials``, ``strategy.sampler``, ``space.lr`` (one hyperparameter as JSON holds it), ``excluded.3`` (whether
trial 3 is), ``notes.3``, ``wishes.1``. What is not there on one side is *None* there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from engine.errors import UserFault
from engine.events import Author, StudyChanged
from engine.setup import StudySetup, replace
from engine.space import Extent, Wish

GROUPS = ("strategy", "budget", "objective")  # structs, each of whose fields is a name
TABLES = ("space", "notes", "view_notes", "wishes")  # dictionaries, each of whose entries is a name
MARKS = ("starred", "excluded")  # trials that are marked, one name a trial
PLAIN = ("title", "direction", "repeats")
ORDER = "space.order"  # names in their order, where that is another
ACTS = "trial."  # names of what was done to a trial by hand, which is no part of the definition


def changes_between(before: StudySetup, after: StudySetup) -> tuple[dict[str, object], dict[str, object]]:
    """What one definition has otherwise than another: the values of both, by dotted name; empty where nothing."""
    old, new = _flat_values(before), _flat_values(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def change_event(
    before: StudySetup, after: StudySetup, first_trial: int, time: float, author: Author
) -> StudyChanged | None:
    """The event of an edit of a study that has trials; *None* where it has none, or nothing changed."""
    sides = changes_between(before, after)
    return StudyChanged(first_trial, time, author, *sides) if first_trial and sides[0] else None


def apply_changes(setup: StudySetup, values: Mapping[str, Any]) -> StudySetup:
    """The definition with other values by dotted name; raises :class:`UserFault` where they are of no definition."""
    whole = msgspec.to_builtins(setup, str_keys=True)
    for name, value in values.items():
        group, _, key = name.partition(".")
        if name == ORDER:
            continue
        if group in TABLES:
            _put_entry(whole[group], key, value)
        elif group in MARKS:
            whole[group] = sorted({*whole[group], int(key)} if value else set(whole[group]) - {int(key)})
        elif group in GROUPS and key and whole[group] is not None:
            whole[group][key] = value
        elif group in PLAIN:
            whole[group] = value
        else:
            raise UserFault(f"{name} is not part of a study's definition.", "Change it by hand.")
    order = values.get(ORDER)
    if order:
        whole["space"] = {name: whole["space"][name] for name in [*order, *whole["space"]] if name in whole["space"]}
    try:
        changed: StudySetup = msgspec.convert(whole, StudySetup, str_keys=True)
    except msgspec.ValidationError as error:
        raise UserFault(f"That is not the definition of a study: {error}.", "Change it by hand.") from error
    return changed


def undo_change(setup: StudySetup, change: StudyChanged) -> StudySetup:
    """The definition as it was before a change, with whatever else was changed since.

    Raises :class:`UserFault` where something that it changed was changed again, or where it was no edit.
    """
    if is_act(change):
        raise UserFault("What was done to a trial cannot be undone.", "Queue another trial, or exclude this one.")
    now = _flat_values(setup)
    again = [name for name, value in change.after.items() if now.get(name) != value]
    if again:
        raise UserFault(f"{again[0]} was changed again since.", "Undo the later change first.")
    return apply_changes(setup, change.before)


def definition_at(setup: StudySetup, changes: Sequence[StudyChanged], number: int) -> StudySetup:
    """The definition under which trial ``number`` was chosen: every edit since then put back."""
    for change in reversed(changes):
        if change.first_trial > number and not is_act(change):
            setup = apply_changes(setup, change.before)
    return setup


def with_wish(
    setup: StudySetup, kind: Literal["focus", "avoid"], region: Mapping[str, Extent], since: int
) -> tuple[StudySetup, str]:
    """The definition with one more wish, and the name it has: a number that none had, as far as is known."""
    name = str(max((int(one) for one in setup.wishes if one.isdecimal()), default=0) + 1)
    changed: StudySetup = replace(setup, wishes={**setup.wishes, name: Wish(kind, dict(region), since)})
    return changed, name


def is_act(change: StudyChanged) -> bool:
    """Whether a change was of a trial by hand, such as queueing one, and not of the definition."""
    return any(name.startswith(ACTS) for name in change.after)


def standing_changes(changes: Sequence[StudyChanged]) -> tuple[bool, ...]:
    """For every change, whether it still stands: neither undone by a later one, nor the undoing of an earlier one.

    What puts a change back belongs to the latest such that still stands.
    """
    stands = [True] * len(changes)
    open_ones: dict[bytes, list[int]] = {}
    for number, change in enumerate(changes):
        undone = open_ones.get(_key_of(change.after, change.before))
        if undone:
            stands[undone.pop()] = stands[number] = False
        else:
            open_ones.setdefault(_key_of(change.before, change.after), []).append(number)
    return tuple(stands)


def _key_of(before: Mapping[str, object], after: Mapping[str, object]) -> bytes:
    return msgspec.json.encode((sorted(before.items()), sorted(after.items())))


def _flat_values(setup: StudySetup) -> dict[str, object]:
    whole = msgspec.json.decode(setup.to_json())  # as a file gives it back
    flat: dict[str, Any] = {name: whole[name] for name in PLAIN}
    for group in (*GROUPS, *TABLES):
        flat |= {f"{group}.{name}": value for name, value in (whole[group] or {}).items()}
    for mark in MARKS:
        flat |= _marked_names(mark, whole[mark])
    flat[ORDER] = list(whole["space"])
    return flat


def _marked_names(mark: str, numbers: Iterable[int]) -> dict[str, object]:
    return {f"{mark}.{number}": True for number in numbers}


def _put_entry(table: dict[str, object], key: str, value: object) -> None:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value
