"""Results of a race as they are noted: who led when, what counts in the end, and the lines over what was spent."""

import numpy as np

from engine.racing.entrants import entrants_of
from engine.racing.messages import Ended, Row
from engine.racing.reading import judged, race_coverage, race_lines
from engine.racing.record import Board
from engine.space import Float, SearchSpace

ENTRANTS = entrants_of(["random", "grid"])


def row(number, score, judged=None, *, place=0, repeat=0, state="complete", fits=1, seconds=1.0):
    params = {"x": number / 10, "y": 0.5}
    return Row(place, repeat, number, params, state, score, judged, "", {}, [], fits, 0.5, seconds)


def board(direction="maximize", repeats=1, trials=3, **more):
    return Board(ENTRANTS, direction, repeats, trials, **more)


def test_who_is_told_to_lead_is_judged_without_the_noise_that_chose_it():
    noted = board()
    for one in (row(0, 0.5, 0.6), row(1, 0.9, 0.4), row(2, 0.7, 0.8)):
        noted.note(one)
    noted.end(Ended(0, 0, None, ""))
    found = noted.race()
    assert found.best_so_far[0, 0].tolist() == [0.6, 0.4, 0.4]
    assert found.scores[0, 0].tolist() == [0.5, 0.9, 0.7]
    assert found.final[0, 0] == 0.4


def test_the_least_leads_where_scores_are_minimized_and_a_failed_or_pruned_trial_never_does():
    noted = board("minimize", trials=4)
    for one in (row(0, None, state="failed"), row(1, 3.0), row(2, 1.0, state="pruned"), row(3, 4.0)):
        noted.note(one)
    best = noted.race().best_so_far[0, 0]
    assert np.isnan(best[0])
    assert best[1:].tolist() == [3.0, 3.0, 3.0]


def test_only_a_search_that_is_over_counts_and_one_that_ended_early_keeps_its_best():
    noted = board(repeats=2)
    noted.note(row(0, 0.5))
    noted.note(row(0, 0.7, place=1))
    assert np.isnan(noted.race().final).all()
    noted.end(Ended(0, 0, None, "all tried"))
    found = noted.race()
    assert found.final[0, 0] == 0.5
    assert found.best_so_far[0, 0].tolist() == [0.5, 0.5, 0.5]
    assert np.isnan(found.best_so_far[1, 0, 1:]).all()
    assert judged(found) is None  # no repeat that both have ended
    noted.end(Ended(1, 0, None, ""))
    assert judged(noted.race()).leaders == (1, 0)
    assert not noted.race().is_whole


def test_rows_set_aside_decide_where_there_are_any_whatever_the_search_had_seen():
    noted = board(is_held_out=True)
    noted.note(row(0, 0.9))
    noted.note(row(0, 0.5, place=1))
    noted.end(Ended(0, 0, 0.3, ""))
    noted.end(Ended(1, 0, 0.4, ""))
    found = noted.race()
    assert found.final.tolist() == [[0.3], [0.4]]
    assert judged(found).order[0] == 1


def test_a_race_that_was_handed_out_does_not_change_any_more():
    noted = board()
    noted.note(row(0, 0.5))
    before = noted.race()
    noted.note(row(1, 0.9))
    noted.end(Ended(0, 0, None, ""))
    assert before.finished_trials == 1
    assert np.isnan(before.best_so_far[0, 0, 1])
    assert not before.done.any()


def test_lines_are_medians_between_quartiles_over_what_was_spent():
    noted = board(repeats=5, trials=2)
    for repeat in range(5):
        noted.note(row(0, float(repeat), repeat=repeat, fits=3, seconds=2.0))
        noted.note(row(1, 10.0, repeat=repeat, fits=2, seconds=1.0))
    trials, seconds, fits = (race_lines(noted.race(), against)[0] for against in ("trials", "seconds", "fits"))
    assert (trials.low[0], trials.median[0], trials.high[0]) == (1.0, 2.0, 3.0)
    assert trials.x.tolist() == [1.0, 2.0]
    assert seconds.x.tolist() == [2.5, 4.0]  # half a second to choose each
    assert fits.x.tolist() == [3.0, 5.0]
    assert np.isnan(race_lines(noted.race(), "trials")[1].median).all()


def test_all_are_seen_in_the_same_repeat_the_middle_one_of_the_leader():
    noted, space = board(repeats=3, trials=1), SearchSpace({"x": Float(0, 1), "y": Float(0, 1)})
    for place in range(2):
        for repeat, score in enumerate((0.3, 0.9, 0.6)):
            noted.note(row(0, score + place, place=place, repeat=repeat))
            noted.end(Ended(place, repeat, None, ""))
    seen = race_coverage(noted.race(), space, 1, ("y", "x"))
    assert [one.names for one in seen] == [("y", "x")] * 2
    assert [one.scores.tolist() for one in seen] == [[0.6], [1.6]]
    assert seen[0].unit.tolist() == [[0.5, 0.0]]
