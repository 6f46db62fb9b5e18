"""The two loops side by side, in the study's own numbers: what each sets, how often, at what cost, to what effect."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.analysis.learning import Line, learning_line
from engine.analysis.summary import score_error
from engine.data import metrics
from engine.learners import families
from engine.learners.families import Family
from engine.objectives.description import AnyObjective, TableObjective
from engine.objectives.guess import Guess
from engine.samplers import registry as samplers
from engine.trials import Curves, History, State

MOST_BARS = 120  # of the ring; of more trials the best of equal groups stand for them
MOST_ASKED = 2000  # trials that are looked at one by one; of more, these stand for all
DEFAULT_BATCH = 32  # rows: what our own networks take where the batch size is no hyperparameter


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the comparison: the study's own number first, then the words that go with it."""

    own: str
    words: str

    def __str__(self) -> str:
        """The whole sentence."""
        return f"{self.own} {self.words}".strip()


@dataclass(frozen=True, slots=True)
class Row:
    """One point of comparison: its name, and what it is in either loop."""

    name: str
    outer: Cell
    inner: Cell


@dataclass(frozen=True, eq=False)
class Ring:
    """One bar a trial, or a group of ``group`` trials: ``quality`` (n,) from 0 (worst shown) to 1 (best).

    NaN where there is no score; ``failed`` marks those that failed; ``best`` is the place of the best, *None* without.
    """

    quality: np.ndarray
    failed: np.ndarray
    best: int | None
    group: int


@dataclass(frozen=True, eq=False)
class Loops:
    """The whole comparison. ``title`` is cut into its outer and its inner half; ``line`` is the best trial's loss."""

    title: tuple[str, str, str]
    remark: str
    rows: tuple[Row, ...]
    ring: Ring
    line: Line
    best: int | None
    best_score: float | None
    step_name: str


def compare_loops(
    history: History, curves: Curves, objective: AnyObjective | None, strategy: str, guess: Guess | None = None
) -> Loops:
    """Both loops of a study; true for one without trials, with failed ones, and for models without steps.

    ``strategy`` names the sampler; ``guess`` is the score of a model without features, where it is known.
    """
    facts = _Facts(history, curves, objective, strategy, guess)
    rows = (
        _what(facts),
        Row("Where", Cell("", "Outside the model: they control how it learns"),
            Cell("", "Inside the model: they decide what it predicts")),
        _goal(facts),
        _method(facts),
        _how_often(facts),
        _effect(facts),
        _cost(facts),
        _gain(facts),
    )  # fmt: skip
    best = facts.best
    score = None if best is None else float(history.score[best])
    return Loops(_title(facts), _remark(facts), rows, _ring(history), facts.line, best, score, facts.step_name)


class _Facts:
    """What several rows speak of."""

    def __init__(
        self, history: History, curves: Curves, objective: AnyObjective | None, strategy: str, guess: Guess | None
    ) -> None:
        self.history, self.curves, self.strategy, self.guess = history, curves, strategy, guess
        self.table = objective if isinstance(objective, TableObjective) else None
        self.family: Family | None = None
        if self.table is not None and self.table.family in families.names():
            self.family = families.get(self.table.family)
        self.complete = np.flatnonzero(history.eligible & np.isfinite(history.score))
        self.finished = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
        self.best = history.best_number() if len(history.directions) == 1 else None
        self.line = Line(np.zeros(0), np.zeros(0))
        if self.best is not None:
            curve = curves.get(self.best)
            line = learning_line(curve, "val_loss", is_complete=True)
            self.line = line if len(line) else learning_line(curve, "train_loss", is_complete=True)

    @property
    def step_name(self) -> str:
        """What one step of the model is; empty for a model that is fitted in one."""
        return self.family.step_name if self.family is not None else "step" if len(self.line) else ""

    @property
    def metric(self) -> str:
        """What a score is called."""
        if self.table is None:
            return "score"
        title = metrics.get(self.table.metric).title
        return title[0].lower() + title[1:] if title[1:].islower() else title

    @property
    def parameters(self) -> np.ndarray:
        """How many parameters the trials learned, where that is known."""
        found = [self.details(int(number)).get("parameters") for number in self.complete[:MOST_ASKED]]
        return np.array([one for one in found if one], dtype=float)

    def details(self, number: int) -> Mapping[str, Any]:
        """What is known of a trial besides its score."""
        return self.history.trial(number).details

    def scores(self) -> np.ndarray:
        """Scores of the trials that may be best."""
        return np.asarray(self.history.score[self.complete])

    def steps(self) -> int | None:
        """About how many steps of the optimizer all trainings took: folds x epochs x batches."""
        if self.step_name != "epoch" or self.guess is None or not len(self.finished):
            return None
        total = 0.0
        for number in self.finished[-MOST_ASKED:]:
            curve = self.curves.get(int(number))
            folds = len(np.unique(curve.folds)) if len(curve) else 0
            epochs = len(curve)
            batch = int(self.history.params(int(number)).get("batch_size", DEFAULT_BATCH) or DEFAULT_BATCH)
            total += epochs * math.ceil(self.guess.rows / batch) if folds else 0
        return round(total * len(self.finished) / min(len(self.finished), MOST_ASKED))


def _title(facts: _Facts) -> tuple[str, str, str]:
    names = len(facts.history.space)
    settings = f"{names} hyperparameter{'s' if names != 1 else ''}" if names else "Hyperparameters"
    trials = len(facts.finished)
    if not trials:
        return settings, "will steer how", "parameters are learned"
    most = facts.parameters.max() if len(facts.parameters) else 0
    parameters = f" of up to {most:,.0f} parameters" if most else ""
    steps = facts.steps()
    outer = f"{trials:,} choice{'s' if trials != 1 else ''} of {settings}"
    if steps:
        return outer, "steered", f"about {_rounded(steps)} steps{parameters}"
    return outer, "steered", f"{trials:,} training{'s' if trials != 1 else ''}{parameters}"


def _remark(facts: _Facts) -> str:
    first = "The outer loop chooses settings, the inner loop learns what the model knows."
    if len(facts.history.directions) > 1 and len(facts.history):
        return f"{first} With several objectives no one trial is best."
    if facts.best is None:
        return f"{first} This study's own numbers appear after its first trial."
    best = _number(float(facts.history.score[facts.best]))
    if facts.guess is not None and math.isfinite(facts.guess.score):
        return f"{first} Together they brought {facts.metric} from {_number(facts.guess.score)} by guessing to {best}."
    return f"{first} Together they brought {facts.metric} to {best}."


def _what(facts: _Facts) -> Row:
    names = [name.replace("_", " ") for name in facts.history.space]
    some = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    count = f"{len(names)} setting{'s' if len(names) != 1 else ''}" if names else "Settings"
    outer = Cell(count, f"chosen before training: {some}" if names else "chosen before training")
    found = facts.parameters
    if len(found):
        low, high = int(found.min()), int(found.max())
        own = f"{low:,} parameters" if low == high else f"{low:,} to {high:,} parameters"
        known = facts.details(facts.best).get("parameters") if facts.best is not None else None
        best = f", {int(known):,} in the best trial" if known and low != high else ""
        return Row("What", outer, Cell(own, f"learned during training{best}"))
    learned = facts.family.parameters.rstrip(".") if facts.family is not None else "Whatever training finds"
    return Row("What", outer, Cell("", learned))


def _goal(facts: _Facts) -> Row:
    minimizes = facts.history.directions[0] == "minimize"
    own = f"{'Lowest' if minimizes else 'Highest'} {facts.metric}"
    if facts.table is None:
        return Row("Goal", Cell(own, "of the trials"), Cell("Lowest loss", "where the objective trains a model"))
    splits = facts.table.validation.splits
    judged = f"on rows not trained on, the mean of {splits} folds" if splits > 1 else "on rows not trained on"
    loss = facts.family.loss_titles.get(facts.table.task, "") if facts.family is not None else ""
    if facts.step_name in {"epoch", "round"} and loss:
        inner = Cell("Lowest loss", f"on the training rows: {loss}")
    else:
        inner = Cell("Best fit", "to the training rows")
    return Row("Goal", Cell(own, judged), inner)


def _method(facts: _Facts) -> Row:
    name = facts.strategy
    title = samplers.get(name).title if name in samplers.names() else name
    others = [samplers.get(other).title.lower() for other in ("grid", "random", "bayesian") if other != name]
    outer = Cell(title + ";", f"{others[0]} or {others[1]} would be others")
    used = Counter(str(facts.history.params(int(n)).get("optimizer", "")) for n in facts.complete[:MOST_ASKED])
    used.pop("", None)
    if used:
        (first, count), *rest = used.most_common()
        more = f", {', '.join(other for other, _ in rest[:3])} in others" if rest else ""
        return Row("Method", outer, Cell(f"{first} in {count:,} trial{'s' if count != 1 else ''}{more}", ""))
    step = facts.step_name
    if step == "epoch":
        return Row("Method", outer, Cell("Gradient descent", "in passes over the training rows"))
    if step:
        how = "each on a sample of its own" if step == "tree" else "each correcting those before"
        return Row("Method", outer, Cell(f"One {step} after another,", how))
    return Row("Method", outer, Cell("Fitted in a single step", "without reporting losses on the way"))


def _how_often(facts: _Facts) -> Row:
    trials, seconds = len(facts.finished), _seconds(facts)
    between = f"between trainings, every {_duration(float(np.mean(seconds)))}" if len(seconds) else "between trainings"
    outer = Cell(f"{trials:,} time{'s' if trials != 1 else ''},", between) if trials else Cell("", "Between trainings")
    steps = facts.steps()
    if steps:
        rate = steps / float(seconds.sum()) if len(seconds) and seconds.sum() > 0 else 0
        pace = f", {_rounded(round(rate))} in a second" if rate >= 1 else ""
        return Row("How often", outer, Cell(f"About {_rounded(steps)} times,", f"at each batch of rows{pace}"))
    if facts.step_name and len(facts.line):
        count = int(facts.line.steps[-1])
        return Row("How often", outer, Cell(f"{count:,} {facts.step_name}s", "in each training of the best trial"))
    if facts.step_name:
        return Row("How often", outer, Cell("", f"At each {facts.step_name} of each training"))
    return Row("How often", outer, Cell("Once", "in each training"))


def _effect(facts: _Facts) -> Row:
    scores = facts.scores()
    failed = int(np.count_nonzero(facts.history.state == State.FAILED))
    end = f"; {failed:,} training{'s' if failed != 1 else ''} failed" if failed else ""
    if len(scores) and len(facts.history.directions) == 1:
        worst, best = float(scores[np.argmax(_losses(facts))]), float(scores[np.argmin(_losses(facts))])
        name = facts.metric[0].upper() + facts.metric[1:]
        outer = Cell(f"{name} {_number(worst)} to {_number(best)}", f"by settings alone{end}")
    else:
        outer = Cell("", f"Scores differ by settings alone{end}")
    values = facts.line.values[np.isfinite(facts.line.values)]
    if len(values) > 1 and facts.best is not None:
        inner = Cell(f"Loss {_number(float(values[0]))} to {_number(float(values[-1]))}", f"in trial {facts.best}")
    else:
        inner = Cell("", "The loss falls with each step, where there are steps")
    return Row("Effect", outer, inner)


def _cost(facts: _Facts) -> Row:
    seconds = _seconds(facts)
    if not len(seconds):
        return Row("Cost", Cell("", "As many trainings as there are trials"), Cell("", "One training"))
    trials = f"of training in {len(seconds):,} trial{'s' if len(seconds) != 1 else ''}"
    outer = Cell(_duration(float(seconds.sum())), trials)
    return Row("Cost", outer, Cell(_duration(float(np.median(seconds))), "for one training, the median"))


def _gain(facts: _Facts) -> Row:
    scores = facts.scores()
    if facts.best is None or len(scores) < 2:
        outer = Cell("", "What better settings add to the score")
    else:
        best, middle = float(facts.history.score[facts.best]), float(np.median(scores))
        error = score_error(facts.history, facts.best)
        noise = f"; the best score's standard error is {_number(error, 2)}" if error else ""
        own = _signed(best - middle) if best != middle else "No gain"
        outer = Cell(own, f"over the median trial{noise}")
    if facts.best is None or facts.guess is None or not math.isfinite(facts.guess.score):
        return Row("Gain", outer, Cell("", "What training adds over guessing"))
    gain = float(facts.history.score[facts.best]) - facts.guess.score
    return Row("Gain", outer, Cell(_signed(gain), f"over guessing{_when(facts.line, facts.step_name)}"))


def _when(line: Line, step: str) -> str:
    values = line.values[np.isfinite(line.values)]
    if len(values) < 3 or not step:
        return ""
    fall = float(values[0] - values.min())
    if fall <= 0.0:
        return ""
    at = int(line.steps[np.isfinite(line.values)][np.argmax(values[0] - values >= 0.95 * fall)])
    return f"; 95 % of the loss's fall in the first {at:,} {step}{'s' if at != 1 else ''}"


def _ring(history: History) -> Ring:
    finished = history.where(State.COMPLETE, State.PRUNED, State.FAILED)
    losses = np.where(history.eligible[finished], history.losses[finished], np.nan)
    losses = np.where(np.isfinite(losses), losses, np.nan)
    failed = history.state[finished] == State.FAILED
    group = max(1, math.ceil(len(losses) / MOST_BARS))
    if group > 1:
        padded = np.pad(losses, (0, -len(losses) % group), constant_values=np.nan).reshape(-1, group)
        none = np.isnan(padded).all(axis=1)
        losses = np.where(none, np.nan, np.nanmin(np.where(np.isnan(padded), np.inf, padded), axis=1))
        failed = none
    known = losses[np.isfinite(losses)]
    if not len(known):
        return Ring(np.full(len(losses), np.nan), failed, None, group)
    low = float(known.min())
    high = float(np.quantile(known, 0.9))  # a few hopeless trials must not make all others look alike
    span = high - low or 1.0
    quality = 1.0 - np.clip((losses - low) / span, 0.0, 1.0)
    return Ring(quality, failed, int(np.nanargmin(losses)), group)


def _losses(facts: _Facts) -> np.ndarray:
    return np.asarray(facts.history.losses[facts.complete])


def _seconds(facts: _Facts) -> np.ndarray:
    seconds = facts.history.seconds[facts.finished]
    return np.asarray(seconds[np.isfinite(seconds)])


def _number(value: float, digits: int = 3) -> str:
    return f"{int(value):,}" if float(value).is_integer() and abs(value) < 1e7 else f"{value:.{digits}g}"


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{_number(abs(value), 2)}"


def _rounded(count: int) -> str:
    """A large count to two digits: it is an estimate."""
    if count < 100:
        return f"{count:,}"
    power = 10 ** (len(str(count)) - 2)
    return f"{round(count / power) * power:,}"


def _duration(seconds: float) -> str:
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    return f"{seconds:,.0f} s" if seconds < 600 else f"{seconds / 60:,.0f} min"
