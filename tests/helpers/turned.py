"""Studies whose file contradicts their definition, as an older Twinloop left them behind."""

import json
import sqlite3
from contextlib import closing

from engine import store
from engine.events import TrialEnded, TrialStarted
from engine.objectives.description import TableObjective
from engine.setup import Budget, Strategy, StudySetup
from engine.space import Int

SCORES = (0.8, 0.95, 0.6, 0.9)
BEST, WORST = 1, 2


def neighbours_setup(metric="accuracy", task="classification", source="sample:wine", target="target", **more):
    objective = TableObjective(source, target, task, "neighbours", metric)
    strategy, budget = Strategy("random"), Budget(trials=len(SCORES), workers=1)
    return StudySetup("turned", objective, {"n_neighbors": Int(1, 30)}, strategy=strategy, budget=budget, **more)


def with_trials(path, setup=None, scores=SCORES):
    """A finished study whose trials have these scores."""
    setup = setup or neighbours_setup()
    with store.create(path, setup.to_json(), setup.search_space()) as writer:
        for number, score in enumerate(scores):
            writer.record([TrialStarted(number, {"n_neighbors": number + 1}, 1e9 + number)])
            writer.record([TrialEnded(number, "complete", 1e9 + number + 1, 1.0, (score,))])
    return path


def changed(path, **entries):
    """The file with other entries beside its definition, put there by any SQLite client."""
    with closing(sqlite3.connect(path)) as connection:
        for key, value in entries.items():
            connection.execute("UPDATE study SET value = ? WHERE key = ?", (json.dumps(value), key))
        connection.commit()
    return path


def entry(path, key):
    with closing(sqlite3.connect(path)) as connection:
        (text,) = connection.execute("SELECT value FROM study WHERE key = ?", (key,)).fetchone()
    return json.loads(text)
