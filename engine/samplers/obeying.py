"""How every strategy obeys a person's wishes: those that take them as a prior are told, the others see a part of space.

A focus is the only space that a strategy sees, in turn where there are several (one that takes it as a prior sees the
whole space again after a few trials); what it gives in a region that is to be avoided is asked for anew. A strategy
that has a space of its own (an object from Python) has its answer moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine import seeds
from engine.errors import UserFault
from engine.samplers.base import Sampler, SpaceExhausted, Suggestion, SuggestRequest
from engine.space import Float, Grid, Int, Params, SearchSpace, Wish, narrow_space, shuffled
from engine.trials import History

HELD = 8  # trials that look at a new focus alone, so that it has its chance whatever a model expects: a guess
ATTEMPTS = 24  # questions to a strategy whose answers are to be avoided: a guess
DRAWS = 256  # points drawn then before every cell of a finite space is looked at: a guess
MOST_CELLS = 100_000  # of a finite space that are looked at: a guess


class WishObeyer:
    """Keeps the parts of spaces that it made, so that strategies know them again."""

    def __init__(self) -> None:
        self._spaces: dict[tuple[int, str], tuple[SearchSpace, SearchSpace]] = {}

    def suggest(
        self, sampler: Sampler, history: History, request: SuggestRequest, wishes: Sequence[Wish]
    ) -> Suggestion:
        """What the strategy gives under these wishes.

        Raises :class:`SpaceExhausted` where everything that is left has been tried.
        """
        avoided = tuple(wish for wish in wishes if wish.kind == "avoid")
        seen, focus = self.seen_part(history, request, wishes)
        if not sampler.draws_from_space:
            suggestion = sampler.suggest(history, request)
            params = suggestion.params if focus is None else _moved_inside(history, focus, suggestion.params, request)
            if _is_in(avoided, params):
                params = _draw_allowed(seen, avoided, request)
            return suggestion if params == suggestion.params else Suggestion(params, {"phase": "wish"})
        told = replace(request, wishes=tuple(wishes))
        is_new = any(wish.kind == "focus" and request.number - wish.since < HELD for wish in wishes)
        if not is_new and sampler.takes_wishes(history, told):
            seen = history
        for attempt in range(ATTEMPTS):
            seed = request.seed if not attempt else seeds.integer(request.seed, "wish", attempt)
            suggestion = sampler.suggest(seen, replace(told, seed=seed))
            if not _is_in(avoided, suggestion.params):
                return suggestion
        return Suggestion(_draw_allowed(seen, avoided, request), {"phase": "wish"})

    def seen_part(
        self, history: History, request: SuggestRequest, wishes: Sequence[Wish]
    ) -> tuple[History, Wish | None]:
        """The history as a strategy sees it that looks at one focus at a time, and that focus, if there is any."""
        focused = [wish for wish in wishes if wish.kind == "focus"]
        if not focused:
            return history, None
        wish = focused[request.number % len(focused)]
        space = self._part_of(history.space, wish)
        return (history if space == history.space else history.read_through(space)), wish

    def _part_of(self, space: SearchSpace, wish: Wish) -> SearchSpace:
        key = id(space), repr(wish.region)
        known = self._spaces.get(key)
        if known is None or known[0] is not space:
            if len(self._spaces) > 64:  # of spaces that are gone
                self._spaces.clear()
            known = self._spaces[key] = space, narrow_space(space, wish.region)
        return known[1]


def _is_in(avoided: Sequence[Wish], params: Params) -> bool:
    return any(wish.holds(params) for wish in avoided)


def _draw_allowed(seen: History, avoided: Sequence[Wish], request: SuggestRequest) -> Params:
    """A configuration at random that is not to be avoided and has not been tried."""
    rng, space = request.generator("wish"), seen.space
    seen_keys = {_key_of(seen.params(number)) for number in range(len(seen))}
    allowed = (params for params in (space.sample(rng) for _ in range(DRAWS)) if not _is_in(avoided, params))
    known = None
    for params in allowed:
        if _key_of(params) not in seen_keys:
            return params
        known = params
    levels = [hyperparameter.levels for hyperparameter in space.values()]
    if all(level is not None for level in levels):
        try:
            grid = Grid(space, levels=max(2, *(level or 1 for level in levels)))
        except UserFault:
            grid = None
        for place in range(min(grid.count, MOST_CELLS) if grid is not None else 0):
            assert grid is not None
            cell = grid.cell(shuffled(place, grid.count, seeds.integer(request.seed, "wish", request.number)))
            if not _is_in(avoided, cell) and _key_of(cell) not in seen_keys:
                return cell
        known = None
    if known is not None:
        return known
    what = "Everything outside of what is to be avoided has been tried."
    raise SpaceExhausted(what, "Remove a wish, or widen the space.")


def _key_of(params: Params) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((name, repr(value)) for name, value in params.items()))


def _moved_inside(history: History, wish: Wish, params: Params, request: SuggestRequest) -> Params:
    """The nearest configuration inside a focus: numbers at its ends, other choices drawn."""
    part = narrow_space(history.space, wish.region)
    given = {}
    for name, value in params.items():
        row = part.get(name)
        if row is None:
            continue
        try:
            given[name] = row.to_value(row.to_number(value))
        except (ValueError, TypeError, ArithmeticError):
            if isinstance(row, Float | Int) and isinstance(value, int | float) and not isinstance(value, bool):
                given[name] = row.low if value < row.low else row.high
    rng = request.generator("wish")
    return part.validate(part.filled(given, {}, rng)) if len(part) else params
