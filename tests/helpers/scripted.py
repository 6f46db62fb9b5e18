"""A backend without processes: its workers are ready at once, and a test says what becomes of their trials."""

from engine.execution.messages import MachineLost, Prepare, Prepared, RunTrial, TrialFailed, TrialScored, TrialsPaused


class ScriptedWorker:
    """Keeps the trials that it was given; :meth:`score` and the like say what becomes of the last one."""

    def __init__(self, number, receive):
        self.number, self._receive, self.given = number, receive, []
        self.computer = f"lab{number}"

    def send(self, message):
        if isinstance(message, Prepare):
            self._receive(self.number, Prepared())
        elif isinstance(message, RunTrial):
            self.given.append(message)

    def score(self, score=0.0):
        self._receive(self.number, TrialScored(self.given[-1].number, score, 1.0))

    def pause(self):
        """Its trial waits at a step."""
        self._receive(self.number, TrialsPaused(self.given[-1].number))

    def stopped(self):
        """Its trial ends as it was told to."""
        self._receive(self.number, TrialFailed(self.given[-1].number, "Stopped.", 1.0, stopped=True))

    def lose(self):
        self._receive(self.number, MachineLost("The computer lab was lost."))

    def megabytes(self):
        return 1.0

    def kill(self):
        self.lose()

    def ask_to_end(self):
        return

    def end(self, grace):
        return


class ScriptedBackend:
    """Room for ``room`` workers, which may change; all that were ever started are in ``workers``."""

    def __init__(self, room=1):
        self.room, self.workers = room, []

    def start_worker(self, number, receive):
        self.workers.append(ScriptedWorker(number, receive))
        return self.workers[-1]

    def cache_folder(self, objective):
        return ""

    def places(self, wanted):
        return max(1, min(wanted, self.room))

    def most_workers(self, wanted, needed, present):
        return self.places(wanted) if needed is None else min(self.places(wanted), needed)

    def close(self):
        return
