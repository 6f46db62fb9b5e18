"""A search in the place of scikit-learn's: results, failures, limits, metrics, nesting, and the study's file."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_iris, make_regression
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from engine import Float, SearchCV, Study
from engine.errors import UserFault
from tests.engine.search_cv.moody import Moody

X, Y = load_iris(return_X_y=True)
TIMES = ("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time")


@pytest.mark.filterwarnings("ignore")  # the checks provoke failing fits and scores, of which scikit-learn warns
@parametrize_with_checks(
    [
        SearchCV(RidgeClassifier(), {"alpha": (0.1, 1.0)}, n_trials=2, cv=2, random_state=0),
        SearchCV(Ridge(), {"alpha": [0.1, 1.0]}, n_trials=2, cv=2, random_state=0, pruner="median"),
    ]
)
def test_scikit_learns_check_passes(estimator, check):
    check(estimator)


def test_results_are_those_of_a_grid_search_over_the_same_candidates():
    ours = SearchCV(SVC(), {"C": (0.1, 10.0, "log-uniform"), "kernel": ["rbf", "linear"]}, n_trials=6, random_state=0)
    ours.set_params(return_train_score=True).fit(X, Y)
    grid = [{name: [value] for name, value in params.items()} for params in ours.cv_results_["params"]]
    theirs = GridSearchCV(SVC(), grid, return_train_score=True).fit(X, Y)
    assert list(ours.cv_results_) == list(theirs.cv_results_)
    for name, column in theirs.cv_results_.items():
        if name not in TIMES:
            np.testing.assert_array_equal(ours.cv_results_[name], column, err_msg=name)
    assert (ours.best_index_, ours.best_score_) == (theirs.best_index_, theirs.best_score_)
    assert ours.best_params_ == theirs.best_params_
    assert ours.n_splits_ == 5
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_array_equal(ours.decision_function(X), theirs.decision_function(X))


@pytest.mark.parametrize("sampler", ["bayesian", "random", "tpe", "quasirandom"])
def test_a_seed_decides_the_candidates(sampler):
    search = SearchCV(SVC(), {"C": (0.1, 10.0), "gamma": Float(1e-3, 1.0, log=True)}, n_trials=6, sampler=sampler)
    first, second = (clone(search).set_params(random_state=3).fit(X, Y).cv_results_["params"] for _ in range(2))
    other = clone(search).set_params(random_state=4).fit(X, Y).cv_results_["params"]
    assert first == second != other


def test_random_search_is_the_same_however_many_run_in_parallel():
    search = SearchCV(SVC(), {"C": (0.1, 10.0)}, n_trials=5, sampler="random", random_state=1, cv=2)
    alone = search.fit(X, Y).cv_results_["params"]
    assert search.set_params(n_jobs=2).fit(X, Y).cv_results_["params"] == alone


def test_a_random_state_object_goes_on():
    state = np.random.RandomState(0)
    search = SearchCV(SVC(), {"C": (0.1, 10.0)}, n_trials=2, sampler="random", random_state=state)
    assert search.fit(X, Y).cv_results_["params"] != search.fit(X, Y).cv_results_["params"]


def test_the_model_learns_from_scores():
    search = SearchCV(Moody(), {"level": (0.0, 1.0)}, n_trials=20, random_state=0, cv=2).fit(X, Y)
    assert search.best_score_ > 0.99


def test_random_search_over_lists_repeats_nothing_and_ends_with_the_list():
    search = SearchCV(SVC(), {"C": [1, 2, 3], "kernel": ["rbf", "linear"]}, n_trials=9, sampler="random")
    with pytest.warns(UserWarning, match="6 of 9 trials"):
        search.fit(X, Y)
    found = search.cv_results_["params"]
    assert len({tuple(sorted(params.items())) for params in found}) == len(found) == 6


def test_estimators_and_none_are_choices():
    pipe = make_pipeline(StandardScaler(), SVC())
    steps = [None, "passthrough", StandardScaler(with_mean=False)]
    search = SearchCV(pipe, {"standardscaler": steps, "svc__C": [1.0]}, n_trials=3, sampler="grid").fit(X, Y)
    assert {id(params["standardscaler"]) for params in search.cv_results_["params"]} == {id(step) for step in steps}


def test_an_empty_space_is_one_trial_of_the_estimator_as_it_is():
    search = SearchCV(SVC(), {}).fit(X, Y)
    assert search.cv_results_["params"] == [{}]
    assert search.best_score_ == pytest.approx(cross_val_score(SVC(), X, Y).mean())


# -- failures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [[True, False, True, False], [False, True, True, False], [True, False, False, True]])
def test_a_candidate_that_always_fails_ends_nothing(order):
    space = {"fails": order[:2], "level": [0.25, 0.75]}
    search = SearchCV(Moody(), space, n_trials=4, sampler="random", random_state=0, timeout=1e6, cv=3)
    with pytest.warns() as caught:
        search.fit(X, Y)
    assert any(one.category is FitFailedWarning and "2 of 4" in str(one.message) for one in caught)
    table = search.cv_results_
    failed = np.array([params["fails"] for params in table["params"]])
    assert np.isnan(table["mean_test_score"][failed]).all()
    assert sorted(table["mean_test_score"][~failed]) == [0.25, 0.75]
    assert search.best_params_ == {"fails": False, "level": 0.75}
    states = [trial.state.label for trial in search.study_.trials]
    assert states == ["failed" if one else "complete" for one in failed]
    assert all("moody at" in trial.reason for trial in search.study_.trials if trial.state.label == "failed")


def test_failed_candidates_score_what_error_score_says():
    search = SearchCV(Moody(), {"fails": [True, False]}, n_trials=2, sampler="grid", error_score=-1.0, timeout=1e6)
    with pytest.warns(FitFailedWarning):
        search.fit(X, Y)
    assert sorted(search.cv_results_["mean_test_score"]) == [-1.0, 0.5]


def test_error_score_raise_raises_what_the_estimator_raised():
    search = SearchCV(Moody(), {"fails": [True]}, error_score="raise")
    with pytest.raises(RuntimeError, match="moody"):
        search.fit(X, Y)


@pytest.mark.parametrize("timeout", [None, 1e6])
def test_where_everything_fails_the_search_does(timeout):
    search = SearchCV(Moody(fails=True), {"level": (0.0, 1.0)}, n_trials=4, cv=3, timeout=timeout, random_state=0)
    with pytest.raises(ValueError, match=r"(?s)All the 12 fits failed.*moody"):
        search.fit(X, Y)


def test_a_candidate_that_fails_in_some_folds_is_failed_with_the_reason():
    space = {"fails": [False, "some"], "level": [0.5]}
    search = SearchCV(Moody(), space, n_trials=2, sampler="grid", cv=KFold(3), random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, Y)
    states = {trial.params["fails"]: trial for trial in search.study_.trials}
    assert states["some"].state.label == "failed"
    assert "moody" in states["some"].reason
    assert search.best_params_["fails"] is False


def test_a_misspelt_name_is_an_error():
    with pytest.raises(ValueError, match="Invalid parameter 'c'"):
        SearchCV(SVC(), {"c": (0.1, 1.0)}).fit(X, Y)


@pytest.mark.parametrize(
    "wrong", [{"n_trials": 0}, {"n_trials": 2.5}, {"timeout": 0}, {"sampler": 3}, {"pruner": 1}, {"study_file": 1}]
)
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SearchCV(SVC(), {"C": (0.1, 1.0)}, **wrong).fit(X, Y)


@pytest.mark.parametrize("wrong", [{"sampler": "bayes"}, {"pruner": "mean"}])
def test_an_unknown_strategy_is_answered_with_the_known_ones(wrong):
    with pytest.raises(UserFault, match=r"median|random"):
        SearchCV(SVC(), {"C": (0.1, 1.0)}, **wrong).fit(X, Y)


# -- what scikit-learn's searches do -----------------------------------------------------------------------------------


def test_several_metrics_and_the_one_that_counts():
    scoring = {"loss": "neg_log_loss", "hits": "accuracy"}
    search = SearchCV(LogisticRegression(max_iter=500), {"C": (1e-3, 1.0, "log-uniform")}, n_trials=3, random_state=0)
    search.set_params(scoring=scoring, refit="hits").fit(X, Y)
    assert search.multimetric_
    assert {"mean_test_loss", "mean_test_hits", "rank_test_hits"} <= search.cv_results_.keys()
    scores = [trial.scores[0] for trial in search.study_.trials]
    np.testing.assert_allclose(scores, search.cv_results_["mean_test_hits"])
    first = search.set_params(refit=False).fit(X, Y).study_.trials
    np.testing.assert_allclose([trial.scores[0] for trial in first], search.cv_results_["mean_test_loss"])


def test_groups_are_kept_together_and_splits_stay_the_same():
    groups = np.repeat(np.arange(10), 15)
    search = SearchCV(SVC(), {"C": (0.1, 1.0)}, n_trials=2, cv=GroupKFold(5), random_state=0)
    assert search.fit(X, Y, groups=groups).n_splits_ == 5
    # A splitter that draws anew each time it is asked: equal candidates have equal scores nonetheless.
    search = SearchCV(SVC(), {"cache_size": [100, 200]}, n_trials=2, cv=KFold(3, shuffle=True), timeout=1e6)
    table = search.fit(X, Y).cv_results_
    for fold in range(3):
        assert len(set(table[f"split{fold}_test_score"])) == 1


def test_sample_weights_reach_fit_and_are_routed():
    w = np.where(Y == 2, 0.0, 1.0)
    search = SearchCV(LogisticRegression(max_iter=500), {"C": (0.1, 1.0)}, n_trials=2, scoring="accuracy")
    search.fit(X, Y, sample_weight=w)
    assert 2 not in search.predict(X)
    with config_context(enable_metadata_routing=True):
        routed = clone(search).set_params(
            estimator=LogisticRegression(max_iter=500).set_fit_request(sample_weight=True)
        )
        routed.set_params(scoring=None).estimator.set_score_request(sample_weight=True)
        assert 2 not in routed.fit(X, Y, sample_weight=w).predict(X)


def test_a_search_within_a_pipeline_within_cross_validation():
    inner = SearchCV(SVC(), {"C": (0.1, 10.0)}, n_trials=3, cv=2, random_state=0)
    assert cross_val_score(make_pipeline(StandardScaler(), inner), X, Y, cv=3).mean() > 0.9


def test_copies_and_pickles_predict_alike():
    search = SearchCV(SVC(), {"C": (0.1, 10.0)}, n_trials=3, random_state=0).fit(X, Y)
    again = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(again.predict(X), search.predict(X))
    assert again.get_params()["space"] == search.space
    assert search.study_.best.score == search.best_score_


def test_losses_are_maximised_as_scikit_learn_names_them():
    X, y = make_regression(60, 5, noise=5.0, random_state=0)
    search = SearchCV(Ridge(), {"alpha": (1e-3, 1e3, "log-uniform")}, n_trials=6, random_state=0)
    search.set_params(scoring="neg_mean_squared_error").fit(X, y)
    assert search.best_score_ == search.cv_results_["mean_test_score"].max() == search.study_.best.score < 0


# -- limits, pruning, the file -----------------------------------------------------------------------------------------


def test_a_timeout_ends_the_search_after_a_first_batch():
    search = SearchCV(SVC(), {"C": (0.1, 10.0)}, n_trials=50, timeout=1e-9, random_state=0).fit(X, Y)
    assert len(search.cv_results_["params"]) == 1


class Levels:
    """A strategy of one's own: good levels first, then bad ones."""

    def __init__(self):
        self.left = iter([0.9] * 6 + [0.1, 0.2])
        self.told = []

    def ask(self):
        return {"level": next(self.left)}

    def tell(self, params, score):
        self.told.append((params["level"], score))


def test_hopeless_trials_miss_their_last_folds():
    strategy = Levels()
    search = SearchCV(Moody(), {"level": (0.0, 1.0)}, n_trials=8, sampler=strategy, pruner="median", cv=6)
    search.fit(X, Y)
    states = [trial.state.label for trial in search.study_.trials]
    assert states == ["complete"] * 6 + ["pruned"] * 2
    assert search.n_splits_ == 6
    missing = np.array([np.isnan(search.cv_results_[f"split{fold}_test_score"]) for fold in range(6)])
    assert not missing[:, :6].any()
    assert missing[-1, 6:].all()
    assert not missing[0].any()
    assert search.best_params_ == {"level": 0.9}
    assert strategy.told == []  # every fit takes a copy


def test_folds_one_by_one_give_the_same_results():
    search = SearchCV(SVC(), {"C": (0.1, 10.0)}, n_trials=4, sampler="random", random_state=0, return_train_score=True)
    plain = search.fit(X, Y).cv_results_
    with_pruner = search.set_params(pruner="none").fit(X, Y).cv_results_
    assert list(plain) == list(with_pruner)
    for name, column in plain.items():
        if name not in TIMES:
            np.testing.assert_array_equal(column, with_pruner[name], err_msg=name)


@pytest.mark.filterwarnings("ignore:search.study is open in")
def test_the_file_holds_every_trial_as_soon_as_it_is_scored(tmp_path):
    path, seen = tmp_path / "search.study", []

    class Looks(Moody):
        def fit(self, X, y):
            if path.exists():
                with Study.open(path) as study:
                    seen.append(sum(trial.state.label == "complete" for trial in study.trials))
            return super().fit(X, y)

    search = SearchCV(Looks(), {"level": (0.0, 1.0)}, n_trials=3, cv=2, random_state=0, study_file=path, refit=False)
    search.fit(X, Y)
    assert seen == [0, 0, 1, 1, 2, 2]
    with Study.open(path) as study:
        assert [trial.scores[0] for trial in study.trials] == search.cv_results_["mean_test_score"].tolist()
        assert study.history.directions == ("maximize",)


def test_an_interrupted_search_leaves_no_running_trial(tmp_path):
    class Stops(Moody):
        def fit(self, X, y):
            raise KeyboardInterrupt

    path = tmp_path / "search.study"
    with pytest.raises(KeyboardInterrupt):
        SearchCV(Stops(), {"level": (0.0, 1.0)}, study_file=path).fit(X, Y)
    with Study.open(path) as study:
        assert [trial.state.label for trial in study.trials] == ["waiting"]


# -- the words of other searches ---------------------------------------------------------------------------------------


def test_the_arguments_of_other_searches_are_taken():
    space = {"C": (0.1, 10.0, "log-uniform")}
    usual = {"cv": 2, "random_state": 0}
    same = SearchCV(SVC(), space, n_trials=4, **usual).fit(X, Y).cv_results_["param_C"].tolist()
    for words in ({"param_distributions": space, "n_iter": 4}, {"search_spaces": [(space, 4)]}):
        assert SearchCV(SVC(), **words, **usual).fit(X, Y).cv_results_["param_C"].tolist() == same


@pytest.mark.parametrize(
    ("words", "told"), [({}, "No space is given"), ({"param_distributions": {"C": [2]}}, "given twice")]
)
def test_a_space_is_given_once(words, told):
    space = {"C": [1]} if words else None
    with pytest.raises(UserFault, match=told):
        SearchCV(SVC(), space, **words).fit(X, Y)
