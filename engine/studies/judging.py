"""What a study can tell from the predictions that its file keeps."""

from __future__ import annotations

from dataclasses import dataclass

from engine import store
from engine.confirming.confirm import confirm_winner
from engine.confirming.rounds import ConfirmOptions
from engine.errors import WrongMoment, WrongType
from engine.events import FindingRecorded
from engine.judging.best_corrected import corrected_best
from engine.judging.confirmation import Confirmation
from engine.judging.corrected import CorrectedScore
from engine.judging.ensemble import Ensemble, study_ensemble
from engine.judging.rescoring import Rescored, rescore_trials
from engine.judging.stored import Stored
from engine.studies.core import Core


@dataclass(frozen=True, slots=True)
class JudgedStudy:
    """The history under another metric, and what its best score is worth (*None* where that cannot be told)."""

    rescored: Rescored
    corrected: CorrectedScore | None

    @property
    def scores(self) -> dict[int, float]:
        """The new score by trial."""
        return self.rescored.scores

    @property
    def best(self) -> int | None:
        """The number of the trial that is best now."""
        return self.rescored.best


class Judging(Core):
    """The part of a study that judges its trials again."""

    def rescore(self, metric: str) -> JudgedStudy:
        """Every complete trial under another ``metric``, from stored predictions: nothing is trained.

        ``metric`` is a name of ``twinloop metrics``, one of a class (``"f1:yes"``), ``"pinball:0.9"``, a cost matrix
        (``'cost:{"no": {"yes": 1}, "yes": {"no": 5}}'``) or a formula (``"minimize:mean(abs(y - p))"``). The study
        itself stays as it is. Raises :class:`engine.errors.UserFault` where there is no such metric, or where the study
        keeps no predictions.
        """
        if not isinstance(metric, str):
            raise WrongType(f"The metric is {metric!r}.", 'Give a name, such as "log_loss".')
        with self._lock:
            stored = self._stored_predictions()
            history, objective = self.history.copy(), self._setup.objective
        rescored = rescore_trials(metric, stored, objective, history)
        return JudgedStudy(rescored, corrected_best(stored, objective, history, metric))

    def ensemble(self) -> Ensemble:
        """The mean of several trials that has the best score on stored predictions, and what it gains: no training.

        ``ensemble().helps`` says whether it is known to beat the best trial alone. Raises
        :class:`engine.errors.UserFault` where the study keeps no predictions that could be averaged.
        """
        with self._lock:
            stored = self._stored_predictions()
            history, objective = self.history.copy(), self._setup.objective
        return study_ensemble(stored, objective, history)

    def confirm(self, fits: int | None = None, *, open_holdout: bool = False, workers: int = 2) -> Confirmation:
        """The winner, its rivals and baselines trained again on fresh folds and seeds, ``fits`` of them at most.

        Without ``fits`` as few as decide, at most 100 or twice the time of ten trials. Every fit is kept in the file,
        and taken up by the next call; ``open_holdout`` also judges the winner on the rows set aside, which is recorded.
        Raises :class:`engine.errors.UserFault` where nothing is complete, or the table cannot be read.
        """
        with self._lock:
            path = self._outbox.path
            if path is None:
                raise WrongMoment("Only a study in a file can be confirmed.", "Save it, and run it on a table.")
            history, setup = self.history.copy(), self._setup
        with store.Reader(path) as reader:
            findings = reader.findings()

        def keep(finding: FindingRecorded) -> None:
            with self._lock:
                self._outbox.add(finding)
                self._outbox.write()

        options = ConfirmOptions(fits, opens_holdout=open_holdout, by="Python", workers=workers)
        found = confirm_winner(path, setup, history, findings, keep, options)
        if found is None:
            raise WrongMoment("Too few fits to tell anything.", "Allow more of them: fits=20.")
        return found

    def _stored_predictions(self) -> Stored:
        path = self._outbox.path
        if path is None:
            raise WrongMoment("Only a study in a file keeps predictions.", "Save it, and run it on a table.")
        with store.Reader(path) as reader:
            return reader.predictions()
