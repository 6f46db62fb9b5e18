"""Any estimator by its name: what it declares, its space, its training, and what may be imported."""

import json
import sys

import numpy as np
import pytest

from engine.errors import UserFault
from engine.learners import families
from engine.learners.estimators import imports
from engine.learners.estimators.constraints import UNTUNED
from engine.learners.estimators.family import EstimatorFamily
from engine.learners.estimators.listing import listed_estimators
from engine.learners.families import TableShape
from engine.objectives import table
from engine.objectives.description import TableObjective, Validation
from engine.objectives.fitting import one_thread
from engine.objectives.space_check import checked_space
from engine.space import Categorical, Float, Int, SearchSpace
from engine.study import suggest_setup
from tests.campaigns import estimators as campaign
from tests.making import estimators as making

USABLE = tuple(one for one in listed_estimators() if not one.reason)
SLICE = ("ExtraTreesClassifier", "LogisticRegression", "MLPClassifier", "ComplementNB", "OneVsRestClassifier",
         "GammaRegressor", "HistGradientBoostingRegressor")  # fmt: skip
SHAPE = TableShape(400, 13, 3)


def objective(name, task):
    sample, target, metric = (
        ("wine", "target", "accuracy") if task == "classification" else ("diabetes", "target", "rmse")
    )
    return TableObjective(
        f"sample:{sample}", target, task, families.full_name(name), metric, validation=Validation(folds=2)
    )


def ignore(step, records):
    pass


def test_the_list_is_that_of_the_installed_scikit_learn():
    assert json.loads(making.PLACE.read_text(encoding="utf-8")) == making.listed(), "python -m tests.making.estimators"


@pytest.mark.parametrize("one", USABLE, ids=lambda one: one.name)
def test_every_class_has_a_space_that_it_takes(one):
    family = families.get(one.name)
    assert family.tasks == (one.task,)
    space = family.suggest_space(one.task, SHAPE)
    assert 1 <= len(space) <= 9
    further = family.additional_hyperparameters(space)
    assert family.problems({**space, **further}) == ()
    assert not UNTUNED & set(family.declared_options())
    params = space.sample(np.random.default_rng(0))
    estimator = family.configure_estimator(params, family.settings(), one.task, 5)
    assert {name: estimator.get_params()[name] for name in params} == params


@pytest.mark.parametrize("name", [one.name for one in listed_estimators() if one.reason])
def test_what_cannot_be_tuned_says_why(name):
    with pytest.raises(UserFault, match="cannot be tuned here: it "):
        families.get(name)


@pytest.mark.filterwarnings("ignore")  # that ranges reach beyond what converges
@pytest.mark.parametrize("name", SLICE)
def test_a_watched_training_ends_as_a_plain_one(name):
    family = families.get(name)
    task = family.tasks[0]
    with one_thread():  # threads that wait for each other cost minutes where cores are few
        watch_a_training(family, task, table.prepare(objective(name, task)))


def watch_a_training(family, task, prepared):
    space = checked_space(prepared, family.suggest_space(task, SHAPE))
    params = space.sample(np.random.default_rng(3))
    data = prepared.fold(0, table.configured(family, params, prepared.settings, task).how)
    reports = []
    watched = family.configure_estimator(params, prepared.settings, task, 1)
    family.fit(watched, data.X, data.y, (data.X_validation, data.y_validation), lambda *one: reports.append(one))
    plain = family.configure_estimator(params, prepared.settings, task, 1).fit(data.X, data.y)
    assert np.array_equal(watched.predict(data.X_validation), plain.predict(data.X_validation))
    steps = [step for step, _ in reports]
    assert steps == sorted(set(steps))
    assert bool(steps) == bool(family.step_name)
    assert all(np.isfinite(records["val_loss"]) for _, records in reports)
    assert np.isfinite(prepared.evaluate(params, 1, ignore).score)


def test_nothing_but_numbers_truth_values_and_listed_words_reaches_an_estimator():
    family = families.get("SVC")
    for params in ({"kernel": "precomputed"}, {"random_state": 3}, {"cache_size": 1.0}, {"verbose": True},
                   {"kernel": "__import__"}, {"class_weight": {"a": 1}}, {"nonsense": 1}):  # fmt: skip
        with pytest.raises(UserFault):
            family.configure_estimator(params, family.settings(), "classification", 0)
    names = {name for one in USABLE for name in families.get(one.name).declared_options()}
    assert not names & {
        "memory",
        "estimator",
        "estimators",
        "cv",
        "scoring",
        "callback",
        "kernel_params",
        "metric_params",
    }


def test_ranges_follow_the_constraints():
    space = families.get("ExtraTreesClassifier").suggest_space("classification", SHAPE)
    assert space["max_features"] == Float(0.1, 1.0)
    assert space["max_samples"].when == {"bootstrap": (True,)}
    assert space["min_samples_leaf"] == Int(1, 20, log=True)
    assert families.get("SVC").suggest_space("classification", SHAPE)["degree"].when == {"kernel": ("poly",)}
    with pytest.raises(UserFault, match="does not support regression"):
        families.get("SVC").make_estimator({}, None, "regression", 0)


@pytest.mark.parametrize("name", SLICE)
def test_a_class_on_a_random_table_is_scored_and_its_script_prints_the_score(name):
    seed = 3 + SLICE.index(name)
    (verdict,) = campaign.judged([one for one in USABLE if one.name == name], seed, 1)
    assert (verdict.wrong, verdict.scored) == ("", 1)


def test_a_choice_that_the_table_refuses_is_taken_out():
    prepared = table.prepare(objective("GradientBoostingClassifier", "classification"))  # three classes
    space = families.get("GradientBoostingClassifier").suggest_space("classification", SHAPE)
    assert "exponential" in space["loss"].choices
    assert checked_space(prepared, space)["loss"].choices == ("log_loss",)


def test_a_choice_that_never_works_beside_another_is_taken_out():
    prepared = table.prepare(objective("LogisticRegression", "classification"))
    space = SearchSpace({"solver": Categorical(("lbfgs", "saga")), "l1_ratio": Categorical((0.0, 1.0))})
    checked = checked_space(prepared, space)
    rng = np.random.default_rng(0)
    assert all(np.isfinite(prepared.evaluate(checked.sample(rng), 0, ignore).score) for _ in range(8))


def test_where_no_configuration_can_be_fitted_the_model_says_why(monkeypatch):
    prepared = table.prepare(objective("SVC", "classification"))
    monkeypatch.setattr(EstimatorFamily, "make_estimator", lambda *given: (_ for _ in ()).throw(ValueError("no rows")))
    with pytest.raises(UserFault, match="no rows"):
        checked_space(prepared, families.get("SVC").suggest_space("classification", SHAPE))


@pytest.mark.parametrize(
    ("name", "said"), [("GammaRegressor", "wants targets above 0"), ("PoissonRegressor", "takes no negative targets")]
)
def test_an_estimator_that_refuses_the_target_says_so_before_the_run(tmp_path, name, said):
    path = tmp_path / "below zero.csv"
    path.write_text("x,y\n" + "".join(f"{row % 7},{row % 11 - 5.5}\n" for row in range(60)), encoding="utf-8")
    with pytest.raises(UserFault) as fault:
        suggest_setup(str(path), "y", "regression", name)
    assert said in str(fault.value)


def test_a_mistyped_name_has_its_neighbours():
    with pytest.raises(UserFault) as fault:
        families.get("ExtraTreeClasifier")
    assert "ExtraTreeClassifier" in fault.value.remedy


# -- other packages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that notes when it is imported."""
    (tmp_path / "strange_models.py").write_text(
        "import builtins\n"
        "from sklearn.base import BaseEstimator, ClassifierMixin\n"
        "from sklearn.dummy import DummyClassifier\n"
        "builtins.strange_models_ran = True\n"
        "class Strange(ClassifierMixin, BaseEstimator):\n"
        "    def __init__(self, depth=4, rate=0.1, path='x', deep=True):\n"
        "        self.depth, self.rate, self.path, self.deep = depth, rate, path, deep\n"
        "    def fit(self, X, y):\n"
        "        self.inner_ = DummyClassifier().fit(X, y)\n"
        "        self.classes_ = self.inner_.classes_\n"
        "        return self\n"
        "    def predict(self, X):\n"
        "        return self.inner_.predict(X)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "strange_models.Strange"
    sys.modules.pop("strange_models", None)
    imports.forbid_import("strange_models.Strange")
    families._of_class.cache_clear()


def test_a_package_that_nobody_allowed_is_not_imported(package):
    with pytest.raises(UserFault, match="runs code of the package strange_models"):
        families.get(package)
    assert "strange_models" not in sys.modules


def test_an_allowed_class_is_tuned_by_its_defaults(package):
    imports.allow_import(package)
    family = families.get(package)
    space = family.suggest_space("classification", SHAPE)
    assert set(space) | set(family.additional_hyperparameters(space)) == {"depth", "rate", "deep"}
    assert "path" not in family.declared_options()  # a text may be anything


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("os.system", "no estimator"), ("sklearn.svm._classes.SVC", "not the path"),
        ("sklearn.svm.Nothing", "no class"),
        ("no_such_package.Model", "no_such_package is not installed"), ("sklearn.tests.test_base.Tree", "no estimator"),
        ("sklearn.preprocessing.StandardScaler", "no estimator with fit and predict"), ("a b.C", "not the path"),
        ("sklearn.cluster.KMeans", "neither a classifier nor a regressor"), ("." * 500, "not the path"),
    ],
)  # fmt: skip
def test_what_is_no_estimator_is_a_sentence(path, said):
    imports.allow_import(path)
    with pytest.raises(UserFault, match=said):
        families.get(path)


def test_a_missing_boosting_library_is_offered_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "catboost", None)
    imports.allow_import("catboost.CatBoostClassifier")
    families._of_class.cache_clear()
    with pytest.raises(UserFault) as fault:
        families.get("catboost.CatBoostClassifier")
    assert "pip install 'twinloop[boosting]'" in fault.value.remedy
