"""A study's history of changes in words: one sentence a change, such as *space 2 since trial 14: relu6 added*."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from engine.analysis.wish_words import wish_words
from engine.events import StudyChanged
from engine.space import Categorical, Float, Hyperparameter, Int, Wish, describe
from engine.wording import counted, listed

_BUDGET = {
    "trials": "trials",
    "seconds": "time limit",
    "target": "target score",
    "trial_seconds": "time limit per trial",
    "trial_megabytes": "memory limit per trial",
    "patience": "patience",
    "workers": "workers",
}
_UNITS = {"seconds": " s", "trial_seconds": " s", "trial_megabytes": " MB"}
_STRATEGY = {
    "sampler": "strategy",
    "options": "settings of the strategy",
    "pruner": "pruner",
    "pruner_options": "settings of the pruner",
    "seed": "seed",
}
_MARKS = {"excluded": ("excluded", "included again"), "starred": ("starred", "no longer starred")}
_SOURCES = {"queue": "queued", "retry": "queued as a retry"}


def change_sentences(changes: Sequence[StudyChanged]) -> tuple[str, ...]:
    """One sentence a change, in order; spaces are counted from 1, the one that the study began with."""
    sentences, spaces = [], 1
    for change in changes:
        parts = _grouped_names(change)
        if "space" in parts:
            spaces += 1
        said = [_WORDS[group](names, change, spaces) for group, names in parts.items()]
        sentence = "; ".join(filter(None, said))
        sentences.append(sentence[:1].upper() + sentence[1:])
    return tuple(sentences)


def _grouped_names(change: StudyChanged) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in change.after:
        group, _, key = name.partition(".")
        groups.setdefault(group if group in _WORDS else "other", []).append(key or group)
    return groups


def _space_words(names: list[str], change: StudyChanged, spaces: int) -> str:
    said = [_hyperparameter_words(name, change) for name in names if name != "order"]
    what = "; ".join(said) or "in another order"
    return f"space {spaces} since trial {change.first_trial}: {what}"


def _hyperparameter_words(name: str, change: StudyChanged) -> str:
    before, after = (_hyperparameter_of(side.get(f"space.{name}")) for side in (change.before, change.after))
    shown = name.replace("_", " ")
    if after is None or before is None:
        return f"{shown} {'removed' if after is None else 'added'}"
    if isinstance(before, Categorical) and isinstance(after, Categorical):
        added = [str(choice) for choice in after.choices if choice not in before.choices]
        gone = [str(choice) for choice in before.choices if choice not in after.choices]
        said = [f"{listed(words, 4)} {verb}" for words, verb in ((added, "added"), (gone, "removed")) if words]
        return f"{shown}: {', '.join(said)}" if said else f"{shown} edited"
    if before.when != after.when and msgspec.structs.replace(before, when=after.when) == after:
        return f"{shown}: another condition"
    if _range_words(before) == _range_words(after):
        return f"{shown}: {describe(after)}{_scale_words(after)} (was {describe(before)}{_scale_words(before)})"
    return f"{shown} {_range_words(after)} (was {_range_words(before)})"


def _range_words(hyperparameter: Hyperparameter) -> str:
    if isinstance(hyperparameter, Categorical):
        return f"one of {counted(hyperparameter.levels, 'choice')}"
    return f"{hyperparameter.low:g} to {hyperparameter.high:g}"


def _scale_words(hyperparameter: Hyperparameter) -> str:
    return " on a log scale" if isinstance(hyperparameter, Float | Int) and hyperparameter.log else ""


def _hyperparameter_of(value: object) -> Hyperparameter | None:
    try:
        known: Hyperparameter | None = msgspec.convert(value, Float | Int | Categorical | None)
    except (msgspec.ValidationError, ValueError, TypeError):
        return None  # a stranger's file may say anything
    return known


def _budget_words(names: list[str], change: StudyChanged, _: int) -> str:
    said = []
    for name in names:
        before, after = (_limit(name, side.get(f"budget.{name}")) for side in (change.before, change.after))
        said.append(f"{_BUDGET.get(name, name)} {after} (was {before})")
    return "budget: " + ", ".join(said)


def _limit(name: str, value: object) -> str:
    if value is None:
        return "no limit"
    shown = f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
    return shown + _UNITS.get(name, "")


def _strategy_words(names: list[str], change: StudyChanged, _: int) -> str:
    said = []
    for name in names:
        before, after = change.before.get(f"strategy.{name}"), change.after.get(f"strategy.{name}")
        if name in ("options", "pruner_options"):
            if f"strategy.{'sampler' if name == 'options' else 'pruner'}" in change.after:
                continue  # another strategy has other settings
            said.append(f"{_STRATEGY[name]}: {_option_words(before, after)}")
        else:
            said.append(f"{_STRATEGY.get(name, name)} {_named(after)} (was {_named(before)})")
    return ", ".join(said)


def _named(value: object) -> str:
    return str(value).replace("_", " ")


def _option_words(before: object, after: object) -> str:
    old, new = (side if isinstance(side, Mapping) else {} for side in (before, after))
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(f"{_named(name)} {new.get(name, 'automatic')}" for name in changed) or "as before"


def _mark_words(mark: str) -> Callable[[list[str], StudyChanged, int], str]:
    def words(names: list[str], change: StudyChanged, _: int) -> str:
        said = []
        for is_on, verb in zip((True, False), _MARKS[mark], strict=True):
            numbers = [name for name in names if bool(change.after.get(f"{mark}.{name}")) is is_on]
            if numbers:
                said.append(f"{_trials(numbers)} {verb}")
        return ", ".join(said)

    return words


def _note_words(names: list[str], change: StudyChanged, _: int) -> str:
    gone = all(change.after.get(f"notes.{name}") is None for name in names)
    return f"note of {_trials(names)} {'removed' if gone else 'written'}"


def _wish_words(names: list[str], change: StudyChanged, _: int) -> str:
    said = []
    for name in names:
        before, after = (_wish_of(side.get(f"wishes.{name}")) for side in (change.before, change.after))
        if after is not None:
            said.append(f"wish: {wish_words(after)}")
        elif before is not None:
            said.append(f"wish removed: {wish_words(before)}")
    return "; ".join(said) or "wishes changed"


def _wish_of(value: object) -> Wish | None:
    try:
        wish: Wish | None = msgspec.convert(value, Wish | None)
    except (msgspec.ValidationError, ValueError, TypeError):
        return None  # a stranger's file may say anything
    return wish


def _view_note_words(names: list[str], change: StudyChanged, _: int) -> str:
    kept = [name for name in names if change.after.get(f"view_notes.{name}")]
    gone = [name for name in names if name not in kept]
    said = [f"the view {listed(kept, 4)} was given a note"] if kept else []
    return ", ".join([*said, f"the note of the view {listed(gone, 4)} was removed"] if gone else said)


def _trials(numbers: Sequence[str]) -> str:
    return f"trial {numbers[0]}" if len(numbers) == 1 else f"trials {listed(list(numbers), 6)}"


def _act_words(names: list[str], change: StudyChanged, _: int) -> str:
    said = []
    for name in names:
        act = change.after.get(f"trial.{name}")
        known = act if isinstance(act, Mapping) else {}
        verb = _SOURCES.get(str(known.get("done")), str(known.get("done", "changed")))
        of = known.get("of")
        said.append(f"trial {name} {verb}" + ("" if of is None else f" of trial {of}"))
    return ", ".join(said)


def _objective_words(names: list[str], change: StudyChanged, _: int) -> str:
    if names == ["source"]:
        return "the table is read from another place"
    return f"objective: {listed([_named(name) for name in names], 4)} changed"


def _other_words(names: list[str], change: StudyChanged, _: int) -> str:
    return ", ".join(f"{_named(name)}: {change.after.get(name)} (was {change.before.get(name)})" for name in names)


_WORDS: dict[str, Callable[[list[str], StudyChanged, int], str]] = {
    "space": _space_words,
    "budget": _budget_words,
    "strategy": _strategy_words,
    "objective": _objective_words,
    "excluded": _mark_words("excluded"),
    "starred": _mark_words("starred"),
    "notes": _note_words,
    "wishes": _wish_words,
    "view_notes": _view_note_words,
    "trial": _act_words,
    "other": _other_words,
}
