"""The part of an exported script that splits the rows as the study did, to the last one."""

from __future__ import annotations

import inspect

from engine import seeds
from engine.data import equal_rows, folds, strata, time_cuts
from engine.data.folds import Plan
from engine.objectives.source_code import Imports, expression, literal

_ABOUT = '    """The rows that train and the rows that judge, fold by fold; the holdout rows are in none."""'
_LOADING = ("# In here because", "import pandas as pd", "from scipy")  # lines of functions that a script has no use for


class SplitSource:
    """Writes the function ``split(frame)``, and before it the functions that it uses.

    ``kept`` is what :func:`engine.data.folds.keeps` says of the scheme, ``column`` whether times have one, ``together``
    whether equal rows are kept together. ``seed`` is the study's, ``model_seed`` the trial's, which may have its own
    split.
    """

    def __init__(
        self,
        plan: Plan,
        kept: folds.Keeps,
        seed: int,
        model_seed: int,
        imports: Imports,
        *,
        column: bool,
        together: bool,
    ) -> None:
        self._plan, self._kept, self._imports, self._column = plan, kept, imports, column
        self._together = together and kept != "time"
        self._follows = self._together and kept in {"", "classes"}
        self._holdout_state = seeds.integer(seed, "data", "holdout")
        self._folds_state = seeds.integer(seed, "data", "folds")
        if plan.scheme == "holdout":
            self._folds_state = folds.draw_state(model_seed)

    def text(self) -> str:
        """The source."""
        helpers = []
        if self._kept == "time":
            self._imports.add("collections.abc", "Sequence")
            helpers = [time_cuts.cuts_in_time, time_cuts.past_of]
            if not self._is_single:
                helpers.append(time_cuts.folds_in_time)
        if self._kept in {"classes", "both"} and self._plan.by_rarity:
            helpers.append(strata.by_rarity)
        if self._together:
            helpers.append(equal_rows.same_rows)
            if not self._follows:
                self._imports.add("scipy.sparse", "coo_array")
                self._imports.add("scipy.sparse.csgraph", "connected_components")
                helpers.append(equal_rows.kept_together)
        lines = [
            *self._rows_source(),
            *self._take_rows("rows", "search", "holdout", self._plan.holdout, self._holdout_state),
        ]
        lines += self._folds_source()
        return "\n\n\n".join([*map(_source_of, helpers), "\n".join(["def split(frame):", _ABOUT, *lines])])

    @property
    def _is_single(self) -> bool:
        return self._plan.folds == 1 or self._plan.scheme in folds.ONE_SPLIT

    def _rows_source(self) -> list[str]:
        lines = []
        labels = f"    labels = {'by_rarity(targets(frame))' if self._plan.by_rarity else 'targets(frame)'}"
        if self._kept in {"classes", "both"}:
            lines.append(labels)
        if self._kept in {"groups", "both"}:
            lines.append("    groups = np.unique(frame[GROUP].to_numpy(), return_inverse=True)[1]")
        if self._together:
            lines.append("    same = same_rows(inputs(frame, levels_of(frame)), targets(frame))")
        if self._together and not self._follows:
            lines.append("    groups = kept_together(groups, same)  # equal rows stay together as well")
        if self._follows:
            lines = ["    # Equal rows stay on one side: the first of each is split, and the others follow it.", *lines]
            lines += ["    first, follows = np.unique(same, return_index=True, return_inverse=True)[1:]",
                      "    rows = np.arange(len(first))"]  # fmt: skip
            if self._kept == "classes":  # of the rows that are split
                lines.remove(labels)
                lines.append(labels.replace("targets(frame)", "targets(frame)[first]"))
            return lines
        if self._kept == "time":
            times = "frame[TIME].to_numpy()" if self._column else 'np.arange(len(frame), dtype="float64")'
            return [*lines, f"    times = {times}", '    rows = np.argsort(times, kind="stable")']
        return [*lines, "    rows = np.arange(len(frame))"]

    def _folds_source(self) -> list[str]:
        plan = self._plan
        if self._is_single:
            lines = self._take_rows("search", "train", "validation", plan.share, self._folds_state)
            returned = "    return [(np.sort(train), np.sort(validation))]"
            return [*lines, self._follow_equal_rows("[(train, validation)]") if self._follows else returned]
        if self._kept == "time":
            lines = [f"    parts = folds_in_time(times[search], {plan.folds}, {literal(plan.gap)})"]
        else:
            maker = expression(folds.splitter(self._kept, plan, self._folds_state), self._imports)
            lines = [f"    parts = {maker}.split(search{self._split_arguments('search')})"]
        parts = "[(search[train], search[validation]) for train, validation in parts]"
        return [*lines, self._follow_equal_rows(parts) if self._follows else f"    return {parts}"]

    @staticmethod
    def _follow_equal_rows(parts: str) -> str:
        return (
            f"    parts = {parts}\n"
            "    return [tuple(np.flatnonzero(np.isin(follows, side)) for side in part) for part in parts]"
        )

    def _split_arguments(self, rows: str) -> str:
        return {
            "classes": f", labels[{rows}]",
            "groups": f", groups=groups[{rows}]",
            "both": f", labels[{rows}], groups[{rows}]",
        }.get(self._kept, "")

    def _take_rows(self, rows: str, stay: str, away: str, share: float, state: int) -> list[str]:
        """Lines that take rows away once."""
        if share == 0.0:
            return [f"    {stay} = {rows}"]
        maker = folds.single(self._kept, share, state)
        if maker is None:
            return [
                f"    count = max(1, round({literal(share)} * len({rows})))",
                f"    cut = cuts_in_time(times[{rows}], [len({rows}) - count])[0]",
                f"    past = past_of(times[{rows}], cut, {literal(self._plan.gap)})",
                f"    {stay}, {away} = {rows}[:past], np.sort({rows}[cut:])",
            ]
        return [
            f"    parts = {expression(maker, self._imports)}",
            f"    {stay}, {away} = next(parts.split({rows}{self._split_arguments(rows)}))",
            f"    {stay}, {away} = {rows}[np.sort({stay})], np.sort({rows}[{away}])",
        ]


def _source_of(function: object) -> str:
    kept: list[str] = []
    lines = inspect.getsource(function).rstrip().splitlines()  # type: ignore[arg-type]
    for line, before in zip(lines, ["", *lines], strict=False):
        loads, follows = (one.strip().startswith(_LOADING) for one in (line, before))
        if not loads and (line.strip() or not follows):
            kept.append(line)
    return "\n".join(kept)
