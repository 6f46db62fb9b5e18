"""What is said of the best configuration: plain sentences from its standing among the other trials."""

from __future__ import annotations

from engine.analysis import BestSummary
from engine.judging.confirmation import Confirmation
from engine.judging.confirmation_words import headline as confirmed
from engine.objectives.description import TableObjective
from engine.setup import StudySetup
from gui.base.formats import count_text, number_text, score_text, value_text
from gui.pages.live import study_words


def best_score(found: BestSummary) -> str:
    """The best score, rounded to what is known."""
    return score_text(found.best.score, found.best.error)


def headline(found: BestSummary, setup: StudySetup) -> str:
    """The winner in one sentence, to follow its score."""
    error = found.best.error
    folds = len(found.best.fold_scores)
    band = f" ± {number_text(error, 2)}" if error else ""
    said = f" (± standard error over {folds} folds)" if error else ""
    name = study_words.metric_name(setup)
    if found.complete == 1:
        return f"{band} {name}: trial {found.best.number}, the only one that is complete so far{said}"
    return f"{band} {name}: trial {found.best.number}, the best of {found.complete:,} complete trials{said}"


def fresh_score(found: Confirmation) -> str:
    """The winner's score on fresh folds, rounded to what is known."""
    return score_text(found.winner.score, found.winner.standard_error)


def fresh_headline(found: Confirmation, setup: StudySetup) -> str:
    """What has been confirmed, to follow its score."""
    return f" ± {number_text(found.winner.standard_error, 2)} {study_words.metric_name(setup)} {confirmed(found)}"


def configuration(found: BestSummary, setup: StudySetup) -> str:
    """The configuration as a sentence."""
    family = study_words.family_of(setup)
    subject = f"{_article(family.title.lower())} {family.title.lower()}" if family is not None else "A configuration"
    parts = [f"{name.replace('_', ' ')} {value_text(value)}" for name, value in found.best.params.items()]
    if not parts:
        return f"{subject}."
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{subject} with {listed}."


def comparison(found: BestSummary, setup: StudySetup) -> str:
    """How the winner compares with where the search began, with the middle, and with its rivals."""
    if found.complete == 1 or found.best.score is None:
        return "There is no other complete trial to compare it with yet."
    better = "above" if setup.direction == "maximize" else "below"
    parts = []
    if found.first != found.best.number:
        gap = abs(found.best.score - found.first_score)
        by = f"{number_text(gap, 2)} {better}" if gap else "no better than"
        parts.append(f"{by} the first trial ({_score(found.first_score, found)})")
    gap = abs(found.best.score - found.median)
    by = f"{number_text(gap, 2)} {better}" if gap else "no better than"
    parts.append(f"{by} the median ({_score(found.median, found)})")
    text = f"It is {' and '.join(parts)}."
    if found.second is not None and found.lead is not None:
        behind = f"{number_text(found.lead, 2)} behind" if found.lead > 0 else "just as good"
        text += f" Trial {found.second} is next, {behind}."
    if found.within_error:
        lie = "lies" if found.within_error == 1 else "lie"
        text += (
            f" {count_text(found.within_error, 'other trial').capitalize()} {lie} within its standard error, "
            "so which of them is best may be luck."
        )
    return text


def caution(setup: StudySetup) -> str:
    """What a search's best score is not."""
    objective = setup.objective
    if not isinstance(objective, TableObjective):
        return "It was chosen because it scored best here: expect a slightly worse score elsewhere."
    text = "It was chosen on the same folds that score it, so expect a slightly worse score on new rows."
    if objective.validation.holdout > 0:
        share = f"{100 * objective.validation.holdout:.0f} %"
        text += f" {share} of the rows are a holdout that the search has never seen."
    return text


def _score(score: float, found: BestSummary) -> str:
    return score_text(score, found.best.error)


def _article(noun: str) -> str:
    return "An" if noun[:1] in "aeiou" else "A"
