"""The section on what the score is worth: without the luck of the choice, on fresh folds, on the holdout."""

from __future__ import annotations

from collections.abc import Iterable

from engine.exporting.report.blocks import Block, Heading, Paragraph
from engine.exporting.report.facts import Facts
from engine.judging.confirmation import confirm_rows
from engine.judging.confirmation_record import plan_of_findings
from engine.judging.confirmation_words import headline, holdout_sentence, paragraph, suggestion, used_up_sentence
from engine.judging.corrected_words import optimism_sentence, worth_sentence
from engine.judging.holdout import holdout_looks
from engine.wording import number_text, score_text


def score_worth(facts: Facts) -> Iterable[Block]:
    """A heading and its sentences; nothing where only the search's own score is known."""
    said = [*_corrected(facts), *_confirmed(facts), *_held_out(facts)]
    if said:
        yield Heading("What the score is worth")
        yield from (Paragraph(one) for one in said)


def _corrected(facts: Facts) -> Iterable[str]:
    if facts.worth is not None:
        yield f"{worth_sentence(facts.worth)} {optimism_sentence(facts.worth)}".strip()


def _confirmed(facts: Facts) -> Iterable[str]:
    """The last confirmation, where the search's best is still the one that it began with."""
    known = plan_of_findings(facts.findings)
    found = None if known is None else confirm_rows(*known)
    if found is None or found.rows[0].candidate.number != facts.search_best_number:
        return
    top = found.winner
    yield f"{score_text(top.score, top.standard_error)} ± {number_text(top.standard_error, 2)} {headline(found)}."
    yield f"{paragraph(found)} {suggestion(found)}"


def _held_out(facts: Facts) -> Iterable[str]:
    looks = holdout_looks(facts.findings)
    if looks:
        yield f"{holdout_sentence(looks[-1])} {used_up_sentence(len(looks), looks[0])}"
