"""What fresh fits tell: known answers, what is told apart and what is not, sentences, and what a file may hold."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import t as student

from engine.events import FindingRecorded
from engine.judging.confirmation import Candidate, FreshFit, Plan, confirm_rows
from engine.judging.confirmation_record import BEGUN, FIT, begun_values, fit_values, plan_of_findings
from engine.judging.confirmation_words import headline, paragraph, remark, suggestion, used_up_sentence
from engine.judging.holdout import OPENED, holdout_looks, holdout_values
from engine.maths.intervals import NORMAL_95, wilson_interval
from engine.maths.overlapping_folds import corrected_error
from tests.campaigns.confirmed_winners import campaign


def trial(number, score=0.9):
    return Candidate(f"trial {number}", "trial", number, "random_forest", {}, {"depth": number}, score)


def made_plan(*rows, direction="maximize"):
    rows = rows or (trial(3), trial(5, 0.89), Candidate("guessing", "baseline", None, "dummy", {}, {}))
    return Plan("made", rows, 5, 0.25, "accuracy", direction)


def fits_of(*scores, seconds=(1.0, 1.0, 0.1), parameters=(10, 20, None)):
    """One fit a score of each row, five folds a repeat."""
    return [
        FreshFit(row, place // 5, place % 5, score, seconds[row], parameters[row])
        for row, mine in enumerate(scores)
        for place, score in enumerate(mine)
    ]


SCORES = np.array([0.90, 0.92, 0.88, 0.91, 0.93, 0.89, 0.90, 0.94, 0.87, 0.92])


def test_the_interval_is_that_of_the_corrected_resampled_t():
    found = confirm_rows(made_plan(), fits_of(SCORES, SCORES - 0.01, SCORES - 0.4))
    # Nadeau and Bengio 2003: s² (1 / J + n_test / n_train) with J - 1 degrees of freedom, typed out by hand.
    variance = sum((one - 0.906) ** 2 for one in SCORES.tolist()) / 9
    error = ((1 / 10 + 0.25) * variance) ** 0.5
    top = found.rows[0]
    assert top.score == pytest.approx(0.906)
    assert top.standard_error == pytest.approx(error)
    assert (top.low, top.high) == pytest.approx((0.906 - 2.2621572 * error, 0.906 + 2.2621572 * error))


def test_differences_are_compared_in_pairs_and_corrected_by_holm():
    rng = np.random.default_rng(1)
    near, far = SCORES + rng.normal(0.012, 0.01, 10), SCORES - rng.normal(0.3, 0.01, 10)
    found = confirm_rows(made_plan(), fits_of(SCORES, near, far))
    raw = []
    for other in (near, far):
        gap = other - SCORES
        raw.append(2 * student.sf(abs(gap.mean()) / (gap.std(ddof=1) * np.sqrt(0.35)), 9))
    assert found.rows[2].p == pytest.approx(2 * raw[1])  # the least p of two
    assert found.rows[1].p == pytest.approx(raw[0])
    assert found.rows[2].verdict == "worse"
    assert found.rows[2].difference < -0.29
    assert found.rows[1].difference > 0


def test_smaller_is_better_where_the_metric_says_so():
    rows = (trial(3), trial(5), Candidate("guessing", "baseline", None, "dummy", {}, {}))
    found = confirm_rows(made_plan(*rows, direction="minimize"), fits_of(SCORES, SCORES - 0.3, SCORES + 0.3))
    assert [row.verdict for row in found.rows] == ["", "better", "worse"]
    assert found.best == 1


@pytest.mark.parametrize("noise", [0.0, 1e-17])
def test_equal_configurations_cannot_be_told_apart(noise):
    found = confirm_rows(made_plan(trial(3), trial(5)), fits_of(SCORES, SCORES + noise))
    assert found.rows[1].verdict == ""
    assert found.best == 0
    assert not found.is_decided
    assert headline(found) == "on fresh folds: trial 3 holds; one other cannot be told from it"


def test_constant_scores_have_no_spread_and_are_told_apart():
    found = confirm_rows(made_plan(trial(3), trial(5)), fits_of([0.626373] * 10, [0.6] * 10))
    assert found.rows[0].standard_error == 0.0
    assert found.rows[1].verdict == "worse"
    assert corrected_error(np.array([0.1 + 0.2] * 3 + [0.3] * 3), 0.25) == 0.0  # one rounding apart


def test_a_rival_that_is_told_apart_as_better_is_confirmed():
    found = confirm_rows(made_plan(), fits_of(SCORES - 0.05, SCORES, SCORES - 0.4))
    assert found.best == 1
    assert headline(found) == "on fresh folds: trial 5 is better than trial 3, the best of the search"
    assert found.optimism == pytest.approx(0.9 - 0.856)
    assert "being the best owed 0.044 to luck" in paragraph(found)


def test_a_baseline_that_is_better_is_named():
    found = confirm_rows(made_plan(), fits_of(SCORES - 0.1, SCORES - 0.11, SCORES))
    assert found.best == 0  # a baseline is no trial that could be taken
    assert headline(found) == "on fresh folds: guessing is better than trial 3"
    assert "which took no search at all" in paragraph(found)


def test_the_quickest_and_the_simplest_are_within_one_standard_error():
    plan = made_plan(trial(3), trial(5), trial(8))
    rng = np.random.default_rng(0)
    near = SCORES + rng.normal(-0.002, 0.02, 10)
    worse = SCORES - 0.03  # simpler and quicker still, but two standard errors behind
    found = confirm_rows(plan, fits_of(SCORES, near, worse, seconds=(1.0, 0.5, 0.1), parameters=(100, 20, 5)))
    assert (found.best, found.quickest, found.simplest, found.suggested) == (0, 1, 1, 1)
    assert "trial 5 is the quickest within one standard error" in suggestion(found).lower()
    alike = confirm_rows(plan, fits_of(SCORES, near, worse, seconds=(1.0, 0.95, 0.9), parameters=(20, 20, 5)))
    assert (alike.quickest, alike.simplest) == (0, 0)  # a twentieth quicker is not known to be quicker


def test_a_failing_row_is_told_and_fewer_than_two_fits_tell_nothing():
    plan = made_plan(trial(3), trial(5))
    assert confirm_rows(plan, fits_of([0.9], [0.8])) is None
    fits = [*fits_of(SCORES, []), FreshFit(1, 0, 0, None, 0.1, None, "Out of memory.")]
    found = confirm_rows(plan, fits)
    assert found.rows[1].failed == 1
    assert "Trial 5 failed: Out of memory." in paragraph(found)


def test_the_remark_says_that_folds_of_time_are_the_same():
    fits = fits_of(SCORES, SCORES, SCORES)
    assert remark(confirm_rows(made_plan(), fits)).startswith("2 times 5 folds · corrected for overlapping folds")
    same = dataclasses.replace(made_plan(), draws_folds=False)
    assert "as time has no others" in remark(confirm_rows(same, fits))


def test_a_file_gives_back_what_was_kept_and_a_spoiled_one_is_passed_over():
    plan, fits = made_plan(), fits_of(SCORES, SCORES - 0.01, SCORES - 0.4)
    findings = [
        FindingRecorded(BEGUN, 1.0, begun_values(plan)),
        *(FindingRecorded(FIT, 2.0, fit_values(plan, fit)) for fit in fits),
    ]
    assert plan_of_findings(findings) == (plan, fits)
    spoiled = [
        FindingRecorded(FIT, 3.0, {"confirmation": "made", "candidate": "x"}),
        FindingRecorded(FIT, 3.0, {**fit_values(plan, fits[0]), "confirmation": "another"}),
        FindingRecorded(BEGUN, 3.0, {**begun_values(plan), "folds": 0}),
        FindingRecorded(BEGUN, 3.0, {"candidates": []}),
    ]
    assert plan_of_findings(findings + spoiled) == (plan, fits)
    assert plan_of_findings([]) is None


def test_wilsons_interval_has_its_published_value():
    published = pytest.approx((0.490162, 0.943318), abs=1e-6)  # Agresti and Coull 1998's formula
    assert wilson_interval(8, 10, NORMAL_95) == published
    assert wilson_interval(10, 10, NORMAL_95)[1] == pytest.approx(1.0)


@dataclasses.dataclass(frozen=True)
class Judged:
    scores: tuple = (0.75, 0.5)
    rows: tuple = (3, 4, 8, 9)
    truth: tuple = (0.0, 1.0, 1.0, 0.0)
    predicted: tuple = (0.0, 1.0, 0.0, 0.0)
    classes: tuple = ("no", "yes")
    spread: float = 0.2


def test_a_look_at_the_holdout_is_kept_and_later_looks_say_used_up():
    values, data = holdout_values(Judged(), ["trial 3", "guessing"], made_plan(), "the window", 0.9, 0.88)
    finding = FindingRecorded(OPENED, 1.7e9, values, data)
    (look,) = holdout_looks([finding])
    assert (look.score, look.right, look.rows.tolist()) == (0.75, 3, [3, 4, 8, 9])
    assert (look.low, look.high) == pytest.approx(wilson_interval(3, 4, NORMAL_95))
    assert look.others == (("guessing", 0.5),)
    once = used_up_sentence(1, look)
    assert once.startswith("Opened on 2023-11-")
    assert once.endswith("by the window. Later scores on these rows are no longer honest.")
    assert used_up_sentence(2, look).startswith("Opened 2 times, first on 2023-11-")


@pytest.mark.parametrize("data", [b"", b"no zlib", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_spoiled_look_is_passed_over(data):
    values, _ = holdout_values(Judged(), ["trial 3", "guessing"], made_plan(), "the window", 0.9, 0.88)
    assert holdout_looks([FindingRecorded(OPENED, 1.0, values, data)]) == []


def test_a_slice_of_the_campaign_finds_no_false_winner():
    found = campaign(studies=8)
    assert found.winner_holds == 1.0
    assert found.false_verdicts == 0.0
    assert found.coverage >= 0.6
    assert found.fits <= 100
