"""Events, edits and pages in any order: the window never makes a mistake, warns of nothing, and never stands still.

``python -m tests.campaigns.orders [SECONDS SEED]``. Rounds take turns: one runs trials in worker processes, the next
is told what an earlier run said, cut into other batches.
Stands still: longer than ``STILL`` seconds in one turn by the clock of the thread's own work.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import random
import sys
import tempfile
import threading
import time
import traceback
import weakref
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QSettings, QStandardPaths, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from engine import Float, Int, Study
from engine.errors import UserFault
from engine.events import Event
from engine.setup import Budget, replace
from engine.study import StudyOpened, suggest_setup
from engine.trials import Curves, History
from gui.app import create_application, windows
from gui.windows import study_window
from tests.campaigns.orders_hand import Hand
from tests.gui.fakes import FakeRunner

STILL = 2.0
STUCK = 600  # looks of 0.2 s at one turn: where the machine has no time for this process, it has none to look either
LEAVING = 60.0  # until a study must be open or its window gone, behind everything else on a machine that others use
SOURCES = ("sample:wine", "sample:breast_cancer", "sample:diabetes", "sample:wages", "function")
FAMILIES = (None, "softmax", "mlp", "elastic_net", "random_forest", "neighbours", "boosting")
IGNORED = ("This plugin does not support",)
THEMES = ("light", "dark", "system")


class Watch:
    """What went wrong, with the moves before it."""

    def __init__(self) -> None:
        self.trail: list[str] = []
        self.wrong: list[str] = []
        self.warnings: list[str] = []
        self._lock = threading.Lock()
        self._began: tuple[float, float] | None = None
        self._is_over = False
        self.stack = ""
        qInstallMessageHandler(self._on_qt)
        sys.unraisablehook = lambda found: self.say(f"unraisable {found.exc_value!r} in {found.object!r}")
        threading.Thread(target=self._look, daemon=True, name="tables watch").start()

    def say(self, what: str) -> None:
        """Note a fault with the last moves."""
        self.wrong.append("\n".join((what, "   after: " + " | ".join(self.trail[-12:]))))
        print(self.wrong[-1], flush=True)

    @contextlib.contextmanager
    def turn(self, what: str):
        """One turn: its own work may last ``STILL`` seconds."""
        self.stack = ""
        began = time.thread_time()
        with self._lock:
            self._began = (time.monotonic(), began)
        yield
        with self._lock:
            self._began = None
        if time.thread_time() - began > STILL:
            self.say(f"{time.thread_time() - began:.1f} s in one turn ({what})\n{self.stack}")

    def _look(self) -> None:
        looks, seen = 0, None
        while not self._is_over:
            time.sleep(0.2)
            with self._lock:
                began = self._began
            if began is not None and time.monotonic() - began[0] > STILL:
                self.stack = self._where_it_is()
            looks = 0 if began is None or began != seen else looks + 1
            seen = began
            if looks > STUCK:
                self.say(f"stands still\n{self.stack}")
                os._exit(3)

    def _where_it_is(self) -> str:
        """The stacks of all threads, without a hold on their frames: what a frame let go of here would die here."""
        with tempfile.TemporaryFile("w+") as file:
            faulthandler.dump_traceback(file)
            file.seek(0)
            return file.read()

    def _on_qt(self, kind: QtMsgType, _context, message: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not message.startswith(IGNORED):
            self.say(f"Qt: {message}\n" + "".join(traceback.format_stack(limit=6)))


class Replayed(FakeRunner):
    """Says again, in batches of any size, what an earlier run said."""

    def __init__(self, listener, setup, said: list[Event], rng: random.Random) -> None:
        super().__init__(listener)
        self._made, self._said, self._rng = setup, list(said), rng

    def open(self, path: Path) -> None:
        if self._note("open", path):
            self._opened(path, self._made)

    def _opened(self, path: Path, setup) -> None:
        self.setup = self._made
        history = History(
            self._made.search_space(), self._made.directions((self._made.direction,)), self._made.constraints
        )
        self.say(StudyOpened(Path(path), self._made, history, Curves()))

    def go_on(self) -> None:
        """The next batch."""
        count = self._rng.choice((1, 1, 2, 5, 50, 500))
        batch, self._said = self._said[:count], self._said[count:]
        if batch:
            self.say(*batch)

    def enqueue(self, params) -> None:
        self._note("enqueue", dict(params))


class Orders:
    """Rounds in one application."""

    def __init__(self, folder: Path, seed: int) -> None:
        QStandardPaths.setTestModeEnabled(True)
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "settings"))
        self.folder, self.seed = folder, seed
        self.watch = Watch()
        self.application = create_application(["twinloop"])
        self.windows = windows(self.application)
        self.windows.exception_reporter.noticed.connect(self._on_mistake)
        self.captured: list[tuple[object, list[Event]]] = []
        self.moves = self.rounds = 0
        self._is_moving = False
        self._closer = QTimer(self.application, interval=500)
        self._closer.timeout.connect(self._close_menu)
        self._closer.start()

    def _close_menu(self) -> None:
        """The menu of a button keeps whoever pressed it until it is closed: the hand, which could close it."""
        popup = QApplication.activePopupWidget()
        if self._is_moving and popup is not None:
            popup.close()

    def _on_mistake(self, sentence: str) -> None:
        log = (
            Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)) / "mistakes.log"
        )
        text = log.read_text(encoding="utf-8")[-4000:] if log.exists() else ""
        self.watch.say(f"{sentence}\n{text}")

    def round(self, number: int) -> None:
        """One study from its opening to the closing of all windows."""
        rng = random.Random(f"{self.seed}.{number}")
        hand = Hand(rng, self.folder)
        self.watch.trail = [f"seed {self.seed}.{number}"]
        path = self.folder / f"{number}.study"
        replayed: list[Replayed] = []
        if self.captured and number % 3 == 2:
            setup, said = rng.choice(self.captured)

            def make(listener):
                replayed.append(Replayed(listener, setup, said, rng))
                return replayed[-1]

            window = study_window.StudyWindow(self.windows.settings, make)
            window.gone.connect(self.windows._on_gone)
            self.windows._open.append(window)
            window.show()
            path.write_bytes(b"")
            window.take(path)
        else:
            window = self.windows.make()
            if rng.random() < 0.3:
                window.take(rng.choice(SOURCES[:-1]))
            else:
                self._make(path, rng)
                window.take(path)
        said = self._listen(window)
        window.messages.spoken.connect(self._on_spoken)
        self._until(lambda: window.study.is_open, LEAVING, "opening")
        others = []
        for _ in range(rng.randrange(40, 220)):
            if replayed and rng.random() < 0.6:
                replayed[0].go_on()
            self.step(hand, rng.choice([window, *others]) if others else window, rng)
            if rng.random() < 0.01 and len(others) < 2 and not replayed:
                others.append(self.windows.make())
                others[-1].take(rng.choice([path, *SOURCES[:-1]]))
            others = [one for one in others if one in self.windows.open_windows]
            if window not in self.windows.open_windows:
                break
        setup = window.study.setup
        if not replayed and len(said) > 20 and setup is not None:
            self.captured = [*self.captured[-5:], (said[0], said[1:])]
        self._leave(window, rng)
        self._compare(path, window)
        self.rounds += 1

    def _on_spoken(self, line) -> None:
        self.watch.trail.append(f"[{line}]")

    def step(self, hand: Hand, window, rng: random.Random) -> None:
        """One move, and some turns of the loop."""
        if not window.isVisible():
            return
        with self.watch.turn("a move"):
            self._is_moving = True
            try:
                words = hand.move(window)
            except RuntimeError as error:  # the widget went with the move
                if "already deleted" not in str(error):
                    raise
                words = "gone"
            finally:
                self._is_moving = False
        if words:
            self.watch.trail.append(words)
            del self.watch.trail[:-60]
        self.moves += 1
        for _ in range(rng.choice((1, 1, 2, 4, 10))):
            self._turn("the loop")
            time.sleep(rng.choice((0, 0, 0.002, 0.02)))

    @staticmethod
    def _listen(window) -> list:
        """What the engine says of this window's study: its definition first."""
        said: list = []
        study = weakref.ref(window.study)  # a slot that holds its window would keep it after it has closed

        def on_trials(events) -> None:
            if not said and study().setup is not None:
                said.append(study().setup)
            said.extend(events)

        window.study.trials_changed.connect(on_trials)
        return said

    def _make(self, path: Path, rng: random.Random) -> None:
        for _ in range(20):
            source = rng.choice(SOURCES)
            try:
                if source == "function":
                    study = Study({"x": Float(0.0, 1.0), "y": Int(1, 9)}, sampler=rng.choice(("random", "tpe")), seed=1)
                    study.optimize(lambda trial: trial.params["x"] + trial.params["y"], trials=rng.randrange(1, 60))
                    study.save(path)
                    study.close()
                    return
                setup = suggest_setup(source, family=rng.choice(FAMILIES))
                setup = replace(setup, budget=Budget(trials=rng.randrange(1, 40)))
            except UserFault:
                continue  # a model for the other task
            with contextlib.closing(study_of(setup, path)):
                return
        raise AssertionError("no study could be made")

    def _leave(self, window, rng: random.Random) -> None:
        while popups := [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.parent() is not None]:
            popups[0].close()  # the others may go with it
        for one in self.windows.open_windows:
            if rng.random() < 0.5:
                one.close()
            one.close_without_asking()
        self._until(lambda: not self.windows.open_windows, LEAVING, "closing")

    def _compare(self, path: Path, window) -> None:
        """What the window showed last is what the file holds."""
        if window.study.path != path or window.study.history is None or not path.stat().st_size:
            return
        shown = window.study.history
        with Study.open(path) as study:
            kept = study.history
            if len(kept) < len(shown):
                self.watch.say(f"the window showed {len(shown)} trials, the file holds {len(kept)}")
            for number in range(min(len(kept), len(shown))):
                one, other = shown.trial(number), kept.trial(number)
                if one.state == "complete" and (one.score, one.params) != (other.score, other.params):
                    self.watch.say(f"trial {number} was shown as {one.score} {one.params}, kept as {other}")

    def _turn(self, what: str) -> None:
        with self.watch.turn(what):
            self.application.processEvents()
            self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # which the line above leaves

    def _until(self, holds, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                self.watch.say(f"no end of {what}")
                raise TimeoutError(what)
            self._turn(what)
            time.sleep(0.002)


def study_of(setup, path: Path) -> Study:
    """A study file of a definition."""
    from engine.runner.blank_copy import save_without_trials

    save_without_trials(setup, path)
    return Study.open(path)


def run_orders(folder: Path, seconds: float, seed: int, rounds: int | None = None) -> Orders:
    """Rounds until the time is over."""
    orders, end, number = Orders(folder, seed), time.monotonic() + seconds, 0
    while time.monotonic() < end and (rounds is None or number < rounds):
        try:
            orders.round(number)
        except Exception:  # noqa: BLE001 - whatever ends a round is a finding
            orders.watch.say(f"round {number} broke off\n{traceback.format_exc()}")
            orders.windows.close_without_asking()
            with contextlib.suppress(TimeoutError):
                orders._until(lambda: not orders.windows.open_windows, LEAVING, "closing")
        number += 1
    return orders


def main(seconds: int = 3600, seed: int | None = None) -> None:
    """Print what went wrong."""
    seed = random.randrange(10**6) if seed is None else seed
    os.environ["TWINLOOP_HOME"] = tempfile.mkdtemp()
    with tempfile.TemporaryDirectory() as folder:
        orders = run_orders(Path(folder), seconds, seed)
    wrong = orders.watch.wrong
    print(f"seed {seed}, {orders.rounds} rounds, {orders.moves} moves: {len(wrong)} wrong (limit 0)", flush=True)
    os._exit(1 if wrong else 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
