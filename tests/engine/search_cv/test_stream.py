"""Two workers: the next candidates are chosen while others are fitted, and nothing else is another way for it."""

import pickle

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

from engine import SearchCV, Study
from tests.engine.search_cv.moody import Fussy, Interrupts, Moody
from tests.engine.search_cv.test_search import TIMES

X, Y = load_iris(return_X_y=True)
LEVELS = {"level": (0.0, 1.0)}


def pending(search):
    """How many trials ran when each was chosen."""
    return [len(trial.why.get("known", {}).get("pending", [])) for trial in search.study_.trials]


def assert_same_results(ours, theirs):
    for name, column in theirs.cv_results_.items():
        if name not in TIMES:
            np.testing.assert_array_equal(ours.cv_results_[name], column, err_msg=name)


def test_each_is_chosen_with_the_same_knowledge_and_fitted_as_scikit_learn_does():
    space = {"C": (0.1, 10.0, "log-uniform"), "gamma": (0.01, 1.0, "log-uniform")}
    usual = {"n_jobs": 2, "cv": 5, "return_train_score": True}
    ours = SearchCV(SVC(), space, n_trials=9, random_state=0, **usual).fit(X, Y)
    assert pending(ours)[-4:] == [1, 1, 1, 1]  # all before it but one: that runs
    same = [{name: [value] for name, value in params.items()} for params in ours.cv_results_["params"]]
    theirs = GridSearchCV(SVC(), same, **usual).fit(X, Y)
    assert_same_results(ours, theirs)
    assert ours.best_params_ == theirs.best_params_
    again = SearchCV(SVC(), space, n_trials=9, random_state=0, **usual).fit(X, Y)
    assert again.cv_results_["params"] == ours.cv_results_["params"]
    few = SearchCV(Moody(), LEVELS, n_trials=9, n_jobs=2, cv=2, random_state=0).fit(X, Y)
    assert pending(few)[-2:] == [2, 2]  # two folds are no work for two workers while one is waited for


@pytest.mark.filterwarnings("ignore:One or more of the test scores")
@pytest.mark.parametrize("scoring", [None, lambda model, X, y: {"level": model.level, "other": 1.0}])
def test_failures_are_told_as_without_it(scoring):
    usual = {"n_trials": 12, "cv": 3, "random_state": 0, "sampler": "random", "scoring": scoring}
    refit = {"refit": False if scoring is None else "level"}
    found = []
    # With an end in time no more are asked for at once than there are workers, so that most go through the stream.
    for jobs in (1, 2):
        with pytest.warns(FitFailedWarning):
            found.append(SearchCV(Fussy(), LEVELS, n_jobs=jobs, timeout=1e6, **usual, **refit).fit(X, Y))
    assert_same_results(found[1], found[0])
    states = [[(trial.state, trial.reason) for trial in one.study_.trials] for one in found]
    assert states[0] == states[1]
    assert {state.label for state, _ in states[0]} == {"complete", "failed"}


def test_a_space_that_is_used_up_ends_the_search():
    space = {"level": [0.1, 0.2, 0.3, 0.4, 0.5]}
    with pytest.warns(UserWarning, match="tried in 5 of 9 trials"):
        search = SearchCV(Moody(), space, n_trials=9, n_jobs=2, timeout=1e6, random_state=0).fit(X, Y)
    assert sorted(search.cv_results_["mean_test_score"]) == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_search_is_not_sent_along_with_its_fits():
    sent = []

    def scoring(model, X, y):
        sent.append(pickle.loads(pickle.dumps(search)))
        return 1.0

    search = SearchCV(Moody(), LEVELS, n_trials=1, cv=2, scoring=scoring, random_state=0)
    search.fit(X, Y)
    assert [type(one) for one in sent] == [object, object]  # workers would load the engine for it


def test_threads_have_no_stream_and_the_same_results():
    with parallel_config(backend="threading"):
        search = SearchCV(SVC(), {"C": (0.1, 10.0)}, n_trials=6, n_jobs=2, random_state=0).fit(X, Y)
    assert len(search.cv_results_["params"]) == 6


# -- ends that workers do not outlive: they take seconds to start again, so these come last ----------------------------


def test_the_first_error_is_raised_where_that_is_asked_for():
    search = SearchCV(Fussy(), LEVELS, n_trials=12, n_jobs=2, sampler="random", timeout=1e6, random_state=0)
    with pytest.raises(RuntimeError, match="moody at"):
        search.set_params(error_score="raise").fit(X, Y)


def test_an_interrupt_lets_the_running_trials_wait(tmp_path):
    path = tmp_path / "search.study"
    search = SearchCV(Interrupts(), LEVELS, n_trials=20, n_jobs=2, sampler="random", study_file=path, random_state=3)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X, Y)
    with Study.open(path) as study:
        assert {trial.state.label for trial in study.trials} == {"complete", "waiting"}
