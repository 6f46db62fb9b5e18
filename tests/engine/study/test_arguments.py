"""Every call that takes an argument answers one of the wrong kind with a sentence that names it."""

import pytest

from engine import Float, Study, create_study, create_trial, delete_study, load_study
from engine.errors import UserFault

SPACE = {"x": Float(0, 1)}


def study(**more):
    return Study(SPACE, sampler="random", **more)


def told(limits, **more):
    made = study(**more)
    made.tell(made.ask(), 1.0, constraints=limits)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: study(title=3), "title is 3"),
        (lambda: study(sampler_options="a"), "sampler_options is 'a'"),
        (lambda: study(sampler_options={3: 1}), "sampler_options has 3 for a name"),
        (lambda: study(pruner_options=3), "pruner_options is 3"),
        (lambda: study(constraints=3), "constraints is 3"),
        (lambda: study(pruner=3), "pruner is 3"),
        (lambda: Study(SPACE, sampler=3), "3 is not a strategy"),
        (lambda: study(directions=3), "directions is 3"),
        (lambda: Study.open(None), "None is not a path"),
        (lambda: study().save(3), "3 is not a path"),
        (lambda: study().enqueue(3), "params is 3"),
        (lambda: study().enqueue_trial(3), "3 is not a configuration"),
        (lambda: study().enqueue_trial({"x": 0.5}, user_attrs=3), "user_attrs is 3"),
        (lambda: Study().enqueue_trial({3: 1}), "3 is not the name"),
        (lambda: Study().enqueue_trial({"x": object()}), "is a object, which"),
        (lambda: study().get_trials(states=3), "3 are not states"),
        (lambda: study().get_trials(states=["x"]), "'x' is not a state"),
        (lambda: study().trials_dataframe(attrs=3), "attrs is 3"),
        (lambda: study().set_metric_names(3), "metric_names is 3"),
        (lambda: study().set_metric_names("ab"), "metric_names is 'ab'"),
        (lambda: study().set_metric_names([3]), "one text per direction"),
        (lambda: study().set_user_attr(3, 1), "3 is not the name"),
        (lambda: study().add_trial(3), "3 is not a trial"),
        (lambda: study().add_trials(3), "trials is 3"),
        (lambda: study().ask(3), "fixed_distributions is 3"),
        (lambda: study().ask({"y": 3}), "y is 3"),
        (lambda: study().change_space(3), "3 is not a search space"),
        (lambda: create_trial(params=3, value=1.0), "params is 3"),
        (lambda: create_trial(value="a"), "'a' is not a score"),
        (lambda: create_trial(value=1.0, intermediate_values=3), "intermediate_values is 3"),
        (lambda: create_trial(params={"x": 1}, distributions={"x": 3}, value=1.0), "x is 3"),
        (lambda: told(3), "constraints is 3"),
        (lambda: told({"m": "a"}, constraints=("m",)), "m is 'a', which is not a number"),
        (lambda: told({"m": 10**400}, constraints=("m",)), "which is not a number"),
        (lambda: told({"n": 1.0}, constraints=("m",)), "n is not a constraint"),
        (lambda: study(constraints=("m",)).ask().constrain("m", "a"), "m is 'a'"),
        (lambda: study().ask().set_constraint(3, 1.0), "name of the constraint is 3"),
        (lambda: study().ask().report(1, {"fold": 10**9, "loss": 1.0}), "fold is 1000000000"),
        (lambda: study().ask().report(1.0, 1.5), "1.5 is not a step"),
        (lambda: study().ask().suggest_int("n", 1, 10, step=0), "step is 0"),
        (lambda: study().ask().suggest_int("n", 10, 1), "above high"),
        (lambda: study().ask().suggest_int("n", 1, 9, step=2, log=True), "log scale has no steps"),
        (lambda: study().ask().suggest_float("n", 0, float("inf")), "not finite"),
        (lambda: study().ask().suggest_float(" ", 0, 1), "no name"),
        (lambda: study().ask().suggest_categorical("n", ["a", "a"]), "listed twice"),
        (lambda: create_study(storage=3), "3 is not a place for a study"),
        (lambda: create_study(study_name=3), "title is 3"),
        (lambda: load_study(study_name="a", storage="nothing.study"), "There is no nothing.study"),
        (lambda: delete_study(study_name="a", storage="nothing.study"), "There is no nothing.study"),
    ],
)
def test_a_wrong_argument_is_told_by_its_name(call, words):
    with pytest.raises(UserFault, match=words.replace(".", r"\.")):
        call()
