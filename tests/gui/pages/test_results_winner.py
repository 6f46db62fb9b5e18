"""Results: what the best score is worth, the winner confirmed, the holdout opened once, a trial trained again."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from engine import store
from engine.applying import Verification
from engine.confirming.candidates import choose_candidates, make_plan
from engine.data.out_of_fold import OutOfFoldRows, Predictions, compact, pack_predictions, pack_rows
from engine.errors import UserFault
from engine.events import FindingRecorded, TrialEnded, TrialStarted
from engine.judging.confirmation import FreshFit, confirm_rows
from engine.judging.confirmation_record import BEGUN, FIT, begun_values, fit_values
from engine.judging.holdout import OPENED, holdout_values
from engine.judging.taken import TAKEN
from engine.study import StudyOpened
from engine.trials import Curves
from gui.pages.results import ResultsPage
from gui.plots.intervals import IntervalsPlot
from gui.session import honest_winner, verifying
from gui.session.document import Document
from gui.session.expected_best import ExpectedBestTracker
from tests.gui.fakes import FakeRunner, Recorder, wine_setup

SCORES = (0.90, 0.95, 0.93)
SECONDS = (0.2, 1.0, 0.1)


@dataclasses.dataclass(frozen=True)
class Judged:
    """Four rows of a holdout, one of them wrong."""

    scores: tuple = (0.75, 0.5)
    rows: tuple = (3, 4, 8, 9)
    truth: tuple = (0.0, 1.0, 1.0, 0.0)
    predicted: tuple = (0.0, 1.0, 0.0, 0.0)
    classes: tuple = ("no", "yes")
    spread: float = 0.2


def predictions_of(number, n=120):
    """Out-of-fold predictions of one trial."""
    rng = np.random.default_rng(number)
    y = np.arange(n) % 2
    key, blob = pack_rows(OutOfFoldRows(np.arange(n), np.arange(n) % 4, y, ("a", "b")))
    second = np.clip(0.8 * y + 0.1 + rng.normal(0, 0.3, n), 0, 1)
    values = np.column_stack([1 - second, second])
    return pack_predictions(compact(Predictions("probability", values, values.argmax(axis=1))), key, blob)


class Bench:
    """A page over a study in a real file, written as trials come; the runner is not real."""

    def __init__(self, path):
        self.setup, self.path = wine_setup(), path
        space = self.setup.search_space()
        events = []
        for number, score in enumerate(SCORES):
            params = space.decode(np.full(len(space), 0.2 + 0.2 * number))
            details = {"fold_scores": [score - 0.01, score + 0.01]}
            more = {"details": details, "predictions": predictions_of(number)}
            events += [TrialStarted(number, params, 1.0), TrialEnded(number, "complete", 2.0, 1.0, (score,), **more)]
        store.create(path, self.setup.to_json(), space, ("maximize",), events=events).close()
        with store.Reader(path) as reader:
            self.history = reader.study().history
        self.plan = dataclasses.replace(
            make_plan(choose_candidates(self.setup.objective, self.history), self.setup.objective, self.setup),
            folds=5,
            ratio=0.25,
        )
        self.fits = [
            FreshFit(row, place // 5, place % 5, self.score(row, place), SECONDS[row % 3], 100 - row)
            for row in range(len(self.plan.candidates))
            for place in range(10)
        ]
        self.runners = []
        self.document = Document(self.make)

    @staticmethod
    def score(row, place):
        """Trials alike, baselines far behind."""
        hard = np.random.default_rng(place).normal(0, 0.01)
        own = np.random.default_rng([row, place]).normal(0, 0.01)
        return (0.92 if row < 3 else 0.6) + hard + own

    def make(self, listener):
        self.runners.append(FakeRunner(listener))
        return self.runners[-1]

    def keep(self, *findings):
        """Have the file hold findings from the start."""
        with store.open_writer(self.path) as writer:
            writer.record(list(findings))

    def confirmed(self):
        """Have the file hold a confirmation."""
        begun = FindingRecorded(BEGUN, 1.0, begun_values(self.plan))
        self.keep(begun, *(FindingRecorded(FIT, 2.0, fit_values(self.plan, fit)) for fit in self.fits))

    def opened(self, by="the command line"):
        """Have the file hold an opening of the holdout."""
        values, data = holdout_values(Judged(), ["trial 1", "guessing"], self.plan, by, 0.95, 0.92)
        self.keep(FindingRecorded(OPENED, 1.7e9, values, data))

    def show(self, qtbot):
        """The page, once it has looked."""
        self.document.create(self.path, self.setup)
        self.hear()
        self.runners[0].say(StudyOpened(self.path, self.setup, self.history, Curves()))
        self.hear()
        self.page = ResultsPage(self.document, ExpectedBestTracker(self.document, self.document), Recorder())
        qtbot.addWidget(self.page)
        self.page.resize(1000, 900)
        self.page.show()
        qtbot.waitUntil(lambda: self.page.winner.has_looked)
        return self.page

    def hear(self):
        self.document._control._inbox.deliver()

    def label(self, name):
        return self.page.findChild(QLabel, f"label_{name}")

    def text(self, name):
        return self.label(name).text()

    def button(self, name):
        return self.page.findChild(QPushButton, f"button_{name}")

    def press(self, qtbot, name):
        button = self.button(name)
        assert not button.isHidden(), name
        assert button.isEnabled(), name
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path / "wine.study")
    yield made
    if hasattr(made, "page"):
        made.page.shutdown()


def test_the_honest_score_stands_beside_the_naive_one(bench, qtbot):
    bench.show(qtbot)
    assert bench.text("worth").startswith("Without the luck of choosing the best of 3 trials it is worth 0.")
    assert "90 % interval" in bench.text("worth")
    names, columns = bench.page.findChild(object, "plot_worth").table()
    assert names == ("name", "score", "low", "high")
    assert columns[0].tolist() == ["as chosen", "without luck"]
    assert columns[2][1] < columns[1][1] < columns[3][1]


def test_a_study_without_predictions_says_why_there_is_no_honest_score(bench, qtbot):
    with store.open_writer(bench.path):
        pass
    import sqlite3

    with sqlite3.connect(bench.path) as connection:
        connection.execute("DELETE FROM prediction")
    connection.close()
    bench.show(qtbot)
    assert bench.text("worth").startswith("This study keeps no predictions.")


def test_confirming_is_offered_with_its_price_and_shows_what_comes(bench, qtbot, monkeypatch):
    asked = []

    def confirm(path, setup, history, findings, keep, options, cancelled, heard):
        asked.append((path, options, len(findings)))
        keep(FindingRecorded(BEGUN, 1.0, begun_values(bench.plan)))
        for fit in bench.fits:
            keep(FindingRecorded(FIT, 2.0, fit_values(bench.plan, fit)))
        heard(confirm_rows(bench.plan, bench.fits))

    monkeypatch.setattr(honest_winner, "confirm_winner", confirm)
    bench.show(qtbot)
    assert bench.button("confirm").text().startswith("Confirm the winner: about ")
    assert bench.page.score.text() == "0.950"
    bench.press(qtbot, "confirm")
    qtbot.waitUntil(lambda: not bench.page.winner.is_training)
    assert asked[0][0] == bench.path
    kept = [intent for intent in bench.runners[0].intents if intent[0] == "keep_finding"]
    assert len(kept) == 1 + len(bench.fits)
    fits = len(bench.fits)
    assert bench.text("title_confirm") == f"Confirmed by {fits} fresh fits"
    assert "2 others cannot be told from it" in bench.page.headline.text()
    assert bench.page.score.text() == f"{confirm_rows(bench.plan, bench.fits).winner.score:.3f}"
    _, columns = bench.page.findChild(object, "plot_decision").table()
    assert columns[0].tolist()[-1] == "guessing"
    bench.press(qtbot, "confirm_more")
    qtbot.waitUntil(lambda: not bench.page.winner.is_training)
    assert asked[1][1].more
    assert asked[1][2] == 1 + fits  # what is known is taken up


def test_stop_keeps_what_is_known(bench, qtbot, monkeypatch):
    def confirm(path, setup, history, findings, keep, options, cancelled, heard):
        keep(FindingRecorded(BEGUN, 1.0, begun_values(bench.plan)))
        for fit in bench.fits:
            keep(FindingRecorded(FIT, 2.0, fit_values(bench.plan, fit)))
        heard(confirm_rows(bench.plan, bench.fits))
        while not cancelled():
            pass

    monkeypatch.setattr(honest_winner, "confirm_winner", confirm)
    bench.show(qtbot)
    bench.press(qtbot, "confirm")
    qtbot.waitUntil(lambda: bench.text("title_confirm").startswith("Confirming: "))
    assert not bench.button("open_holdout").isEnabled()
    bench.press(qtbot, "stop_confirming")
    qtbot.waitUntil(lambda: bench.text("title_confirm").startswith("Confirmed by "))


def test_what_comes_is_drawn_once(bench, qtbot, monkeypatch):
    drawn = []
    bench.confirmed()
    bench.show(qtbot)
    plots = bench.page.findChildren(IntervalsPlot)
    for plot in plots:
        monkeypatch.setattr(plot, "show_rows", drawn.append)
    bench.page.winner.changed.emit()
    assert len(drawn) == 2  # what it is worth, and whether it was confirmed: not the ensemble


def test_a_fault_is_told_in_the_card(bench, qtbot, monkeypatch):
    def confirm(*_):
        raise UserFault("The table is gone.", "Put it back.")

    monkeypatch.setattr(honest_winner, "confirm_winner", confirm)
    bench.show(qtbot)
    bench.press(qtbot, "confirm")
    qtbot.waitUntil(lambda: bench.text("confirm_fault") == "The table is gone. Put it back.")
    assert bench.button("confirm").isEnabled()
    assert bench.label("holdout_fault").isHidden()


def test_one_press_takes_the_quickest_and_the_cards_speak_of_it(bench, qtbot):
    bench.confirmed()
    bench.show(qtbot)
    assert bench.button("keep_best").text() == "Keep trial 1"
    offered = bench.button("take_suggested")
    taken = int(offered.property("trial"))
    assert offered.text() == f"Take trial {taken}, the quickest"
    assert "Trains trial 1 again" in bench.text("verify")
    bench.press(qtbot, "take_suggested")
    assert bench.page.winner.taken == taken
    finding = bench.runners[0].intents[-1][1]
    assert (finding.kind, finding.values) == (TAKEN, {"trial": taken, "instead_of": 1, "by": "the window"})
    assert f"Trains trial {taken} again" in bench.text("verify")
    assert bench.text("title_best") == f"Configuration of trial {taken}, taken"
    assert not offered.isEnabled()
    bench.press(qtbot, "keep_best")
    assert "Trains trial 1 again" in bench.text("verify")


def test_new_leaders_ask_for_a_new_confirmation(bench, qtbot):
    bench.confirmed()
    bench.show(qtbot)
    params = bench.setup.search_space().decode(np.full(len(bench.setup.space), 0.9))
    ended = TrialEnded(3, "complete", 5.0, 1.0, (0.99,), details={"fold_scores": [0.98, 1.0]})
    bench.runners[0].say(TrialStarted(3, params, 4.0), ended)
    bench.hear()
    bench.page.winner.look_now()
    qtbot.waitUntil(lambda: bench.text("confirm").startswith("Other trials lead since this was confirmed."))
    assert bench.button("confirm").text().startswith("Confirm the new winner")
    assert bench.page.score.text() == "0.990"


def test_the_holdout_is_asked_for_in_the_card_and_opened_once(bench, qtbot, monkeypatch):
    asked = []

    def confirm(path, setup, history, findings, keep, options, cancelled, heard):
        asked.append(options)
        values, data = holdout_values(Judged(), ["trial 1", "guessing"], bench.plan, options.by, 0.95, None)
        keep(FindingRecorded(OPENED, 1.7e9, values, data))

    monkeypatch.setattr(honest_winner, "confirm_winner", confirm)
    bench.show(qtbot)
    assert bench.text("holdout").startswith("20 % of the rows were set aside")
    bench.press(qtbot, "open_holdout")
    assert "It can be opened once" in bench.text("holdout_question")
    assert not asked
    bench.press(qtbot, "leave_holdout")
    assert bench.label("holdout_question").isHidden()
    bench.press(qtbot, "open_holdout")
    bench.press(qtbot, "open_holdout_now")
    qtbot.waitUntil(lambda: bench.text("title_holdout") == "Holdout, opened once")
    assert asked[0].opens_holdout
    assert asked[0].fits == 0
    assert "by the window. Later scores on these rows are no longer honest." in bench.text("holdout_foot")
    assert "The search had reported 0.95" in bench.text("holdout")
    bench.press(qtbot, "open_holdout")
    assert bench.text("holdout_question").startswith("It was opened before")


def test_every_wrong_row_can_be_looked_at(bench, qtbot):
    bench.opened()
    bench.show(qtbot)
    plot = bench.page.findChild(object, "plot_holdout")
    assert plot.accessibleDescription() == "Wrong rows: 9."
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert bench.text("holdout_row") == "row 9 of the table · true: yes · predicted: no"
    side = plot._per_line()[1]
    qtbot.waitUntil(lambda: plot.surface.width() > 4 * side and plot.surface.height() >= side)
    QApplication.processEvents()
    qtbot.mouseClick(plot.surface, Qt.MouseButton.LeftButton, pos=QPoint(int(0.4 * side), int(0.4 * side)))
    assert bench.text("holdout_row") == "row 4 of the table · true: no · predicted: no"


def test_a_trial_is_trained_again_and_compared(bench, qtbot, monkeypatch):
    told = []

    class Process:
        def ask(self, question, path, number, cancelled):
            told.append((question.__name__, path, number))
            again = 0.95 if len(told) == 1 else 0.94
            differs = () if len(told) == 1 else ("numpy was 1.0 and is 2.0.",)
            return Verification(number, 0.95, again, 7, differs, (), (), "abcdef0123", {"numpy": "2.0"})

        def close(self):
            pass

    monkeypatch.setattr(verifying, "TableProcess", Process)
    bench.show(qtbot)
    bench.press(qtbot, "verify")
    qtbot.waitUntil(lambda: bench.text("title_verify") == "Verified: the same to the last digit")
    assert told == [("verify_study", str(bench.path), 1)]
    assert bench.text("verify") == "Trial 1, trained again, scored 0.95: the same to the last digit."
    assert bench.text("verify_remark") == "table abcdef01 · seed 7 · numpy 2.0"
    bench.press(qtbot, "verify")
    qtbot.waitUntil(lambda: bench.text("title_verify") == "Verified: another score")
    assert bench.text("verify_details") == "numpy was 1.0 and is 2.0."
