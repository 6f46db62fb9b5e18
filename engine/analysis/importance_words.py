"""The sentences about importance: the window, the command line and reports say the same ones."""

from __future__ import annotations

from engine.analysis.importance import Importance
from engine.analysis.score_model import TRUSTED, USABLE
from engine.analysis.title import Title, first_up, name_words

LEADS = 0.9  # of the refits in which the first hyperparameter must stay first to be said to lead (pages.md 0.2)
ALIKE = 0.5  # of the refits: the first of two that takes its place in fewer cannot be told from the second; a guess
HALF = 0.5  # of the variance, which the lower end of an interval must pass for *decides* (pages.md 0.2)
TOGETHER = 0.05  # of the variance, from which a pair is worth a sentence: a guess
ACTS = 0.05  # total from which a hyperparameter counts as acting at all (pages.md 1.1)
UNTRUSTED = "not to be trusted"


def importance_title(found: Importance) -> Title:
    """Which hyperparameter matters most, as certainly as the trials allow."""
    if not found.names or found.total[0] < ACTS:
        return Title("No hyperparameter", "changes the score by much", _remark(found), "text")
    subject = first_up(name_words(found.names[0]))
    share = f"{found.total[0]:.0%}".replace("%", " %")
    half = f"{100 * (found.high[0] - found.low[0]) / 2:.0f}"
    of = f"{share} ± {half} {of_what(found)}"
    if found.quality < TRUSTED:
        verb = "seems to matter most"
    elif found.low[0] > HALF:
        verb = "decides"
    elif found.leads >= LEADS:
        verb = "leads"
    elif len(found.names) > 1 and found.leads < ALIKE:
        other = f"{found.total[1]:.0%}".replace("%", " %")
        both = f"{subject} and {name_words(found.names[1])}"
        return Title(both, f"cannot be told apart: {share} and {other} {of_what(found)}", _remark(found))
    else:
        verb = "seems to matter most"
    return Title(subject, f"{verb}: {of}", _remark(found))


def of_what(found: Importance) -> str:
    """What the shares are parts of."""
    whole = {"ped_anova": "of what sets the best tenth apart", "permutation": "of all changes"}
    words = whole.get(found.method, "of the differences")
    return f"{words} among good trials" if found.good_only else words


def pair_title(found: Importance) -> Title | None:
    """Which two act together, *None* where none do."""
    if not found.pairs or found.pairs[0][1] < TOGETHER:
        return None
    return named_pair_title(found, found.pairs[0][0])


def named_pair_title(found: Importance, names: tuple[str, str]) -> Title:
    """How much two hyperparameters act together."""
    share = dict(found.pairs).get(names, dict(found.pairs).get(names[::-1], 0.0))
    both = f"{first_up(name_words(names[0]))} and {name_words(names[1])}"
    if share < TOGETHER:
        return Title(both, "act each for itself")
    verb = "act" if found.quality >= TRUSTED else "seem to act"
    return Title(both, f"{verb} together: {share:.0%}".replace("%", " %"))


def share_words(total: float, low: float, high: float) -> str:
    """A share with its uncertainty: ``91 % ± 15``, and of what hardly acts its upper end: ``under 8 %``."""
    if total < ACTS:
        return f"under {max(1, round(100 * high))} %"
    return f"{100 * total:.0f} % ± {100 * (high - low) / 2:.0f}"


def said_whole(title: Title) -> str:
    """A title as a sentence by itself."""
    return f"{title.sentence}{' of the differences' if 'together' in title.rest else ''}."


def _remark(found: Importance) -> str:
    remark = "line: 90 % interval"
    if found.method == "sobol":
        remark = f"strong: alone · pale: together with others · {remark}"
    return f"{UNTRUSTED} · {remark}" if found.quality < USABLE else remark
