"""Which rows train and which judge: the holdout set aside first, then the folds of the search, through scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from engine import seeds
from engine.data.equal_rows import kept_together
from engine.data.strata import by_rarity
from engine.data.target import Task
from engine.data.time_cuts import cuts_in_time, folds_in_time, past_of
from engine.errors import UserFault
from engine.wording import counted, one_of

Scheme = Literal["kfold", "stratified", "grouped", "stratified_grouped", "time", "repeated", "holdout", "fixed_holdout"]
SCHEMES: tuple[Scheme, ...] = (
    "stratified", "kfold", "grouped", "stratified_grouped", "time", "repeated", "holdout", "fixed_holdout"
)  # fmt: skip
BY_GROUP: frozenset[str] = frozenset({"grouped", "stratified_grouped"})
ONE_SPLIT: frozenset[str] = frozenset({"holdout", "fixed_holdout"})
FOR_CLASSES: frozenset[str] = frozenset({"stratified", "stratified_grouped"})
SINGLE_SHARE = 0.25
"""The share of rows that judges where one fold is asked for: a single split instead of cross-validation."""
MOST_HOLDOUT = 0.5
"""The largest share of the rows that may be kept from the search, or from training in a single split."""
MOST_FOLDS = 1000  # more than anybody trains: a guess
MOST_REPEATS = 100  # more than anybody trains: a guess

Keeps = Literal["", "classes", "groups", "both", "time"]
"""What parts of a split have in common, or what they may not share."""


@dataclass(frozen=True, eq=False)
class Fold:
    """Row indices (int64) that train and that judge."""

    train: np.ndarray
    validation: np.ndarray


@dataclass(frozen=True, eq=False)
class Split:
    """The folds of the search, and the rows it never sees (sorted; empty without a holdout).

    Every row is in one of the two, save by time with a gap, which is in neither.
    """

    folds: tuple[Fold, ...]
    search: np.ndarray
    holdout: np.ndarray


@dataclass(frozen=True, eq=False)
class Rows:
    """What a split looks at, one entry a row.

    ``y`` is class positions (int64) or numbers (float64), ``classes`` the names of the positions. ``groups`` are kept
    together where the scheme is by group, ``times`` are the order where it is by time (the rows count as ordered where
    there are none), and equal numbers in ``same`` are kept together whatever the scheme but time.
    """

    y: np.ndarray
    classes: tuple[str, ...] = ()
    groups: np.ndarray | None = None
    times: np.ndarray | None = None
    same: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to split: ``holdout`` is the share set aside (0 for none), ``share`` that which judges in a single split.

    ``gap`` is a distance in ``times`` that lies between what trains and what judges. With ``by_rarity`` the split of
    two classes does not depend on what they are called (older studies drew in the order of the names).
    """

    scheme: Scheme
    folds: int = 5
    holdout: float = 0.2
    repeats: int = 3
    share: float = SINGLE_SHARE
    gap: float = 0.0
    by_rarity: bool = False


def suggest(task: Task) -> Scheme:
    """The usual scheme where nothing is known of groups or time."""
    return "stratified" if task == "classification" else "kfold"


def split(rows: Rows, plan: Plan, seed: int) -> Split:
    """Set the holdout aside and split the rest into folds; one fold, and the schemes of one split, are a single split.

    By time, a fold trains on the past only, and the holdout is the latest part. The same arguments give the same rows;
    those of the scheme ``holdout`` are drawn anew by :func:`drawn`, and these are the ones for seed 0. Raises
    :class:`UserFault`, with the field of the definition to mend, where the rows do not allow the split.
    """
    _check_plan(rows, plan)
    cutter = _Cutter(rows, plan)
    search, held = cutter.set_aside(cutter.everything, plan.holdout, seeds.integer(seed, "data", "holdout"), "holdout")
    state = seeds.integer(seed, "data", "folds")
    made = Split(cutter.folds(search, state), cutter.sorted_rows(search), cutter.sorted_rows(held))
    _check_training(rows, plan, made)
    return made


def drawn(rows: Rows, plan: Plan, made: Split, seed: int) -> Fold:
    """One split of the search's rows of its own for a trial with this seed, for the scheme ``holdout``."""
    cutter = _Cutter(rows, plan)
    return cutter.folds(cutter.of_rows(made.search), draw_state(seed))[0]


def fresh(rows: Rows, plan: Plan, made: Split, state: int) -> tuple[Fold, ...]:
    """Other folds of the same search rows; by time, which has no others, the same."""
    cutter = _Cutter(rows, plan)
    items = cutter.of_rows(made.search)
    if cutter.kept == "time":
        items = cutter.everything[np.isin(cutter.everything, items)]
    return cutter.folds(items, state)


def draw_state(seed: int) -> int:
    """The random state of a trial's own split."""
    return seeds.integer(seed, "data", "drawn")


def keeps(scheme: Scheme, y: np.ndarray) -> Keeps:
    """What a scheme heeds: single and repeated splits keep the shares of classes where there are classes."""
    if scheme in {"repeated", *ONE_SPLIT}:
        return "" if y.dtype.kind == "f" else "classes"
    kept: dict[str, Keeps] = {
        "stratified": "classes",
        "grouped": "groups",
        "stratified_grouped": "both",
        "time": "time",
    }
    return kept.get(scheme, "")


def splitter(kept: Keeps, plan: Plan, random_state: int) -> Any:
    """scikit-learn's splitter for two folds or more; *None* by time, which :mod:`engine.data.time_cuts` cuts."""
    # In here because scikit-learn is slow to load.
    from sklearn import model_selection

    if kept == "time":
        return None
    if plan.scheme == "repeated":
        kind = model_selection.RepeatedStratifiedKFold if kept else model_selection.RepeatedKFold
        made = kind(n_splits=plan.folds, n_repeats=plan.repeats, random_state=random_state)
        made.n_splits = plan.folds  # which it keeps elsewhere, and the exported script looks for here
        return made
    kinds = {
        "": model_selection.KFold,
        "classes": model_selection.StratifiedKFold,
        "groups": model_selection.GroupKFold,
        "both": model_selection.StratifiedGroupKFold,
    }
    return kinds[kept](n_splits=plan.folds, shuffle=True, random_state=random_state)


def single(kept: Keeps, share: float, random_state: int) -> Any:
    """scikit-learn's splitter that takes ``share`` of the rows once; *None* by time, which takes the latest rows."""
    # In here because scikit-learn is slow to load.
    from sklearn import model_selection

    if kept == "time":
        return None
    kinds = {"": model_selection.ShuffleSplit, "classes": model_selection.StratifiedShuffleSplit}
    kind = kinds.get(kept, model_selection.GroupShuffleSplit)
    return kind(n_splits=1, test_size=share, random_state=random_state)


class _Cutter:
    """Cuts items: rows, or where equal rows are kept together the first row of each content, which the others follow.

    Where there are groups as well, what a group or a content joins is one group.
    """

    def __init__(self, rows: Rows, plan: Plan) -> None:
        self.plan = plan
        self.kept = keeps(plan.scheme, rows.y)
        self._follows: np.ndarray | None = None
        same = None if self.kept == "time" else rows.same
        if same is not None and rows.groups is not None and self.kept in {"groups", "both"}:
            rows, same = replace(rows, groups=kept_together(rows.groups, same)), None
        if same is not None:
            first, self._follows = np.unique(same, return_index=True, return_inverse=True)[1:]
            rows = Rows(rows.y[first], rows.classes)
        self.rows = rows
        self._strata = by_rarity(rows.y) if plan.by_rarity else rows.y
        self.everything = np.arange(len(rows.y))
        self.times = np.arange(len(rows.y), dtype="float64")
        if self.kept == "time" and rows.times is not None:
            self.everything = np.argsort(rows.times, kind="stable")
            self.times = rows.times

    def sorted_rows(self, items: np.ndarray) -> np.ndarray:
        """The rows of items, sorted."""
        if self._follows is None:
            return np.sort(items)
        return np.flatnonzero(np.isin(self._follows, items))

    def of_rows(self, rows: np.ndarray) -> np.ndarray:
        """The items of rows, sorted."""
        return np.unique(rows if self._follows is None else self._follows[rows])

    def set_aside(
        self, items: np.ndarray, share: float, random_state: int, place: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """The items that stay, in their order, and those taken away, sorted."""
        if share == 0.0:
            return items, items[:0]
        taken = max(1, round(share * len(items)))
        self._check_taken(items, taken, place)
        maker = single(self.kept, share, random_state)
        if maker is None:
            times = self.times[items]
            cut = cuts_in_time(times, [len(items) - taken])[0]
            return items[: self._past(times, cut)], np.sort(items[cut:])
        stay, away = next(maker.split(items, *self._arguments(items)))
        return items[np.sort(stay)], np.sort(items[away])

    def folds(self, search: np.ndarray, random_state: int) -> tuple[Fold, ...]:
        """The folds of the search's items."""
        plan = self.plan
        if plan.folds == 1 or plan.scheme in ONE_SPLIT:
            train, validation = self.set_aside(search, plan.share, random_state, "share")
            return (Fold(self.sorted_rows(train), self.sorted_rows(validation)),)
        self._check_folds(search)
        if self.kept == "time":
            parts = folds_in_time(self.times[search], plan.folds, plan.gap)
            self._check_gap(min(len(train) for train, _ in parts))
        else:
            maker = splitter(self.kept, plan, random_state)
            parts = list(maker.split(search, *self._arguments(search)))
        if self._follows is None:  # in the splitter's order, which is that of time
            return tuple(Fold(search[train], search[validation]) for train, validation in parts)
        return tuple(Fold(self.sorted_rows(search[t]), self.sorted_rows(search[v])) for t, v in parts)

    def _past(self, times: np.ndarray, cut: int) -> int:
        past = past_of(times, cut, self.plan.gap)
        self._check_gap(past)
        return past

    def _arguments(self, items: np.ndarray) -> tuple[Any, ...]:
        """What scikit-learn's splitters take after the rows: classes as y, groups as groups."""
        groups = None if self.rows.groups is None else self.rows.groups[items]
        return {
            "": (),
            "classes": (self._strata[items],),
            "groups": (None, groups),
            "both": (self._strata[items], groups),
        }[self.kept]

    # -- what the rows do not allow ------------------------------------------------------------------------------------

    def _units(self, items: np.ndarray) -> tuple[int, str]:
        """How many things can be told apart that a cut may lie between, and what they are called."""
        if self.kept in {"groups", "both"}:
            assert self.rows.groups is not None
            return len(np.unique(self.rows.groups[items])), "group"
        if self.kept == "time":
            return len(np.unique(self.times[items])), "different time" if self.rows.times is not None else "row"
        return len(items), "row" if self._follows is None else "different row"

    def _check_taken(self, items: np.ndarray, taken: int, place: str) -> None:
        units, unit = self._units(items)
        if units < 2:
            raise UserFault(
                f"There {'is' if units == 1 else 'are'} {counted(units, unit)}, too few to set some aside.",
                "Choose another column." if unit in {"group", "different time"} else "Choose a table with more rows.",
                "column" if unit in {"group", "different time"} else place,
            )
        if self.kept == "classes":
            counts = self._class_counts(items)
            if counts.min() < 2:
                raise UserFault(
                    f"{self._name_of(int(counts.argmin()))} has one row only, and a stratified split needs two.",
                    "Choose k-fold.",
                    "scheme",
                )
            if min(taken, len(items) - taken) < np.count_nonzero(counts):
                raise UserFault(
                    f"{len(items):,} rows are too few to set some of each of the {len(counts)} classes aside.",
                    "Choose k-fold, a larger share, or no holdout.",
                    place,
                )

    def _check_folds(self, items: np.ndarray) -> None:
        folds = self.plan.folds
        units, unit = self._units(items)
        needed = folds + 1 if self.kept == "time" else max(2, folds)
        most = units - 1 if self.kept == "time" else units
        if units < needed:
            by_column = unit in {"group", "different time"}
            other = "another column" if by_column else "a table with more rows"
            raise UserFault(
                f"There {'is' if units == 1 else 'are'} {counted(units, unit)} for {counted(folds, 'fold')}.",
                f"Choose {_at_most(most)}, or {other}." if most > 1 else f"Choose {other}.",
                "folds" if most > 1 else "column" if by_column else "source",
            )
        if self.kept in {"classes", "both"}:
            counts = self._class_counts(items)
            least = int(counts.min())
            if least < max(2, folds):
                remedy = f"Choose {_at_most(least)}, or k-fold." if least > 1 else "Choose k-fold."
                raise UserFault(
                    f"{self._name_of(int(counts.argmin()))} has {counted(least, 'row')} for {counted(folds, 'fold')}.",
                    remedy,
                    "folds" if least > 1 else "scheme",
                )

    def _check_gap(self, past: int) -> None:
        if past < 1:
            raise UserFault(
                "With this gap nothing is left to train on before the first rows that judge.",
                "Choose a smaller gap, or fewer folds.",
                "gap",
            )

    def _class_counts(self, items: np.ndarray) -> np.ndarray:
        """How many of the items each class has that occurs in the table."""
        return np.bincount(self.rows.y[items], minlength=int(self.rows.y.max()) + 1)

    def _name_of(self, position: int) -> str:
        names = self.rows.classes
        return f"The class {names[position]!r}" if position < len(names) else "The smallest class of the target"


def most_folds(rows: Rows, plan: Plan, seed: int) -> int:
    """The most stratified folds, up to the plan's, that the smallest class allows; below 2 where there are none."""
    try:
        _check_plan(rows, plan)
        cutter = _Cutter(rows, plan)
        state = seeds.integer(seed, "data", "holdout")
        search, _ = cutter.set_aside(cutter.everything, plan.holdout, state, "holdout")
    except UserFault:
        return 0
    return min(plan.folds, int(np.bincount(cutter.rows.y[search], minlength=len(rows.classes)).min()))


def _at_most(number: int) -> str:
    return f"at most {counted(number, 'fold')}"


def _check_plan(rows: Rows, plan: Plan) -> None:
    if plan.scheme not in SCHEMES:
        raise UserFault(f"There is no validation scheme called {plan.scheme!r}.", one_of(SCHEMES), "scheme")
    if not 0.0 <= plan.holdout <= MOST_HOLDOUT:
        raise UserFault(
            f"The holdout share is {plan.holdout:g}.", f"Give a share from 0 to {MOST_HOLDOUT:g}.", "holdout"
        )
    if not 0.0 < plan.share <= MOST_HOLDOUT:
        raise UserFault(
            f"The share that judges is {plan.share:g}.", f"Give a share above 0 and up to {MOST_HOLDOUT:g}.", "share"
        )
    fewest = 2 if plan.scheme == "repeated" else 1
    if not fewest <= plan.folds <= MOST_FOLDS:
        raise UserFault(f"The number of folds is {plan.folds}.", f"Give {fewest} to {MOST_FOLDS:,}.", "folds")
    if not 1 <= plan.repeats <= MOST_REPEATS:
        raise UserFault(f"The number of repeats is {plan.repeats}.", f"Give 1 to {MOST_REPEATS}.", "repeats")
    if not 0.0 <= plan.gap < np.inf:
        raise UserFault("The gap is not a length of time.", "Give 0 or more.", "gap")
    if plan.gap and plan.scheme != "time":
        raise UserFault("Only a split by time has a gap.", "Choose a time series split, or a gap of 0.", "gap")
    if plan.scheme in FOR_CLASSES and rows.y.dtype.kind == "f":
        other = "grouped k-fold" if plan.scheme in BY_GROUP else "k-fold"
        raise UserFault("Stratified folds need classes.", f"Choose {other} for regression.", "scheme")
    if plan.scheme in BY_GROUP and rows.groups is None:
        raise UserFault("Grouped folds need a group column.", "Choose the column that names the groups.", "column")


def _check_training(rows: Rows, plan: Plan, made: Split) -> None:
    """Refuse folds without rows on either side, or of which a classifier would see one class only."""
    for number, fold in enumerate(made.folds, 1):
        if not len(fold.train) or not len(fold.validation):
            raise UserFault(
                f"Fold {number} of {len(made.folds)} would have no rows.",
                "Choose fewer folds, or another column.",
                "folds",
            )
        if rows.y.dtype.kind == "f":
            continue
        seen = np.unique(rows.y[fold.train])
        if len(seen) < 2:
            which = f" ({rows.classes[seen[0]]!r})" if rows.classes else ""
            remedy = {
                "time": "Choose fewer folds, another time column, or a scheme that is not by time.",
                "grouped": "Choose stratified grouped k-fold, fewer folds, or another column.",
            }.get(plan.scheme, "Choose stratified folds, or fewer folds.")
            raise UserFault(f"Fold {number} would train on one class only{which}.", remedy, "scheme")
