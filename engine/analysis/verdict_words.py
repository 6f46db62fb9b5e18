"""A verdict in words, the same for command line, window and report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.analysis.verdict import CONFIDENCE, Verdict
from engine.wording import counted, listed


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """A title, whose ``subject`` stands first and in colour, and a ``remark`` with the numbers behind it."""

    subject: str
    rest: str
    remark: str

    @property
    def sentence(self) -> str:
        """The title as one sentence."""
        return f"{self.subject} {self.rest}".strip() + "."


def verdict_words(found: Verdict, titles: Sequence[str], *, is_held_out: bool = False) -> VerdictWords:
    """The verdict on strategies called ``titles`` (k,) for people."""
    remark = _remark(found, titles, is_held_out=is_held_out)
    if not found.is_trusted:
        text = f"the model of these trials is too poor to tell (quality {_signed(found.quality or 0.0)})"
        return VerdictWords("No winner is named:", text, remark)
    leaders = [titles[place] for place in found.leaders]
    if len(titles) == 1:
        return VerdictWords(titles[0], "raced alone", remark)
    if not found.has_winner:
        if len(leaders) == len(titles):
            return VerdictWords(listed(leaders), f"cannot be told apart after {_repeats(found)}", remark)
        return VerdictWords(f"{listed(leaders)} lead", f"and cannot be told apart{_beaten(found, titles)}", remark)
    second = found.order[1]
    beats = found.pair(found.order[0], second)
    share = f"{'all' if beats.probability == 1.0 else _percent(beats.probability)} of {_repeats(found)}"
    return VerdictWords(f"{leaders[0]} leads:", f"it beats {titles[second]}, the next, in {share}", remark)


def _beaten(found: Verdict, titles: Sequence[str]) -> str:
    """Whom every leader beats in at least nine of ten repeats."""
    others = [place for place in found.order if place not in found.leaders]
    sure = [
        place
        for place in others
        if all((pair := found.pair(one, place)).probability >= CONFIDENCE and pair.low > 0.5 for one in found.leaders)
    ]
    if not sure:
        return ""
    who = "both beat" if len(found.leaders) == 2 else "all of them beat"
    return f"; {who} {listed([titles[place] for place in sure])} in at least nine of ten repeats"


def _remark(found: Verdict, titles: Sequence[str], *, is_held_out: bool) -> str:
    rests = " Scores are on rows that no strategy saw." if is_held_out else ""
    if len(titles) == 1:
        return f"{_repeats(found)}.{rests}"
    first, parts = found.order[0], []
    for place in found.order[1:3]:
        pair = found.pair(first, place)
        parts.append(f"than {titles[place]} with {pair.probability:.2f} ({pair.low:.2f} to {pair.high:.2f})")
    said = f"{titles[first]} is better {', '.join(parts)}, 90 % intervals; a tie counts half."
    return f"{_repeats(found)} with the same seeds for all. {said}{rests}"


def _repeats(found: Verdict) -> str:
    return counted(found.repeats, "repeat")


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")
