"""A strategy that races against itself is not said to be better: chances are as wide as they have to be."""

from engine.analysis import verdict
from engine.objectives import functions, preparing
from engine.objectives.description import FunctionObjective
from engine.racing.entrants import entrants_of
from engine.racing.messages import Ended, Row, Search
from engine.racing.record import Board
from engine.racing.searching import ObjectiveArena, search_once

RACES, REPEATS = 200, 12


def test_the_chance_of_a_strategy_against_itself_covers_one_half_in_most_races():
    space = functions.get("branin").space()
    arena = ObjectiveArena(preparing.prepare(FunctionObjective("branin"), None), holdout=False)
    (entrant,) = entrants_of(["random"])
    covered = 0
    for number in range(RACES):
        board = Board((entrant, entrant), "minimize", REPEATS, 1)

        def hear(message, board=board):
            if isinstance(message, Row):
                board.note(message)
            elif isinstance(message, Ended):
                board.end(message)

        for place in range(2):
            for repeat in range(REPEATS):  # own seeds for either: with the same ones all would be ties
                seed = (number * 2 + place) * REPEATS + repeat
                search_once(arena, space, "minimize", Search(place, repeat, entrant, seed, []), 1, hear)
        found = board.race()
        about = found.names, found.final, found.best_so_far, found.search_seconds, found.done
        pair = verdict(*about, is_minimized=True).pair(0, 1)
        covered += pair.low <= 0.5 <= pair.high
    assert covered >= 0.93 * RACES
    assert covered < RACES  # else the intervals would be too wide to tell anything
