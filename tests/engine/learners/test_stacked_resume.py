"""Members of a stack keep their own state, go on from it anywhere, and end with the weights of training alone."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from engine.learners import MLP, StopTraining, fit_together
from engine.learners.families import TableShape, get
from engine.learners.faults import BadInput
from engine.learners.training import Diverged
from engine.optimizers import SGD, Adam, AdamW, NAdam, Nesterov


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:600] / 16.0, y[:600]


def network(k, epochs=6, **settings):
    return MLP(
        **{"hidden": (12,), "optimizer": Adam(lr=3e-3 * (1 + k)), "epochs": epochs, "random_state": k} | settings
    )


VARIATIONS = {
    "adam": lambda k: {},
    "adamw": lambda k: {"optimizer": AdamW(lr=2e-3 * (1 + k))},
    "nadam": lambda k: {"optimizer": NAdam(lr=2e-3 * (1 + k))},
    "momenta": lambda k: {"optimizer": Nesterov(lr=0.01, momentum=0.5 + 0.1 * k)},
    "dropout and penalties": lambda k: {"dropout": 0.1 * k, "l2": 10.0**-k},
    "huge outputs of one": lambda k: {"optimizer": SGD(lr=[0.1, 0.2, 8.0, 0.1][k])},
}


@pytest.mark.parametrize("name", VARIATIONS)
@pytest.mark.parametrize("present", [(0, 1, 2, 3), (2, 3), (1,)])
def test_single_precision_weights_are_those_of_training_alone_whoever_else_is_there(digits, name, present):
    stacked = [network(k, **VARIATIONS[name](k)) for k in present]
    fit_together(stacked, *digits)
    for k, model in zip(present, stacked, strict=True):
        assert np.array_equal(model.weights_, network(k, **VARIATIONS[name](k)).fit(*digits).weights_)


def cut_at(models, data, epoch):
    """The states that members had after an epoch of a stack."""
    states = {}

    def keep(place, at, record):
        if at == epoch:
            states[place] = models[place].checkpoint()

    fit_together(models, *data, callback=keep)
    return [states[place] for place in range(len(models))]


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_member_goes_on_alone_or_among_others_as_if_never_cut_off(digits, name):
    def models():
        return [network(k, **VARIATIONS[name](k)) for k in range(4)]

    whole = models()
    early, late = cut_at(models(), digits, 2), cut_at(whole, digits, 4)
    again = models()
    assert fit_together(again, *digits, resume=[early[0], late[1], None, early[3]]) == [None] * 4
    for one, other in zip(again, whole, strict=True):
        assert np.array_equal(one.weights_, other.weights_)
        assert np.allclose(one.history_["train_loss"], other.history_["train_loss"], rtol=1e-12)
    alone = models()[3].fit(*digits, resume=early[3])
    assert np.array_equal(alone.weights_, whole[3].weights_)


def test_a_member_that_had_stopped_early_stays_so(digits):
    def models():
        return [network(k, epochs=60, early_stopping=True, patience=1) for k in range(3)]

    whole, states = models(), {}

    def keep(place, epoch, record):
        states[place] = whole[place].checkpoint()

    fit_together(whole, *digits, callback=keep)
    again, heard = models(), []
    fit_together(again, *digits, resume=[states[k] for k in range(3)], callback=lambda *told: heard.append(told))
    assert heard == []
    for one, other in zip(again, whole, strict=True):
        assert one.history_.stopped == other.history_.stopped != ""
        assert np.array_equal(one.weights_, other.weights_)


def test_a_member_that_diverges_is_told_of_before_the_next_epoch(digits):
    heard = []
    models = [network(0), network(1, optimizer=Adam(lr=1e6)), network(2)]
    fit_together(
        models,
        *digits,
        callback=lambda place, epoch, record: heard.append((place, epoch)),
        failed=lambda place, fault: heard.append((place, "failed")),
    )
    assert heard.index((1, "failed")) < heard.index((2, 2))


def test_a_state_from_the_middle_of_an_epoch_is_refused(digits):
    class Cut(Exception):
        pass

    def cut(step, record):
        raise Cut

    model = network(0)
    with pytest.raises(Cut):
        model.fit(*digits, each=(2, cut))
    with pytest.raises(BadInput, match="middle of an epoch"):
        fit_together([network(0), network(1)], *digits, resume=[model.checkpoint(), None])


def test_every_round_is_over_when_all_have_told_their_epoch(digits):
    heard = []
    fit_together(
        [network(k, epochs=3) for k in range(3)],
        *digits,
        callback=lambda place, epoch, record: heard.append(place),
        after_step=lambda: heard.append("over"),
    )
    assert heard == [0, 1, 2, "over"] * 3


class Halted(Exception):
    pass


@pytest.mark.parametrize("halted", [0, 1, 2])
def test_after_an_exception_in_one_callback_every_member_goes_on_from_where_it_was(digits, halted):
    def halt(place, epoch, record):
        if (place, epoch) == (halted, 2):
            raise Halted

    models = [network(k) for k in range(3)]
    with pytest.raises(Halted):
        fit_together(models, *digits, callback=halt)
    for k, model in enumerate(models):
        resumed = network(k).fit(*digits, resume=model.checkpoint())
        assert np.array_equal(resumed.weights_, network(k).fit(*digits).weights_)
        assert list(resumed.history_["step"]) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("asking", [0, 2])
def test_any_callback_may_ask_for_the_state_of_any_member(digits, asking):
    models, states = [network(k) for k in range(3)], {}

    def ask(place, epoch, record):
        if (place, epoch) == (asking, 3):
            states.update({k: model.checkpoint() for k, model in enumerate(models)})

    fit_together(models, *digits, callback=ask)
    for k, model in enumerate(models):
        assert np.array_equal(network(k).fit(*digits, resume=states[k]).weights_, model.weights_)


def test_a_member_that_has_ended_keeps_its_state_while_others_go_on(digits):
    models, states = [network(k) for k in range(3)], []

    def heard(place, epoch, record):
        if (place, epoch) == (0, 2):
            raise StopTraining
        if (place, epoch) == (1, 5):
            states.append(models[0].checkpoint())

    fit_together(models, *digits, callback=heard)
    assert np.array_equal(states[0]["weights"], models[0].weights_)
    assert np.array_equal(network(0).fit(*digits, resume=states[0]).weights_, network(0).fit(*digits).weights_)


def test_a_member_that_diverged_has_no_state_to_go_on_from(digits):
    models, refused = [network(0), network(1, optimizer=Adam(lr=1e6))], []

    def ask(place, epoch, record):
        try:
            models[1].checkpoint()
        except Diverged as fault:
            refused.append(str(fault))

    failures = fit_together(models, *digits, callback=ask)
    assert refused[-1] == str(failures[1])


class Halting(SGD):
    """Ends in the middle of the second epoch."""

    def step(self, weights, gradients):
        super().step(weights, gradients)
        if self.steps == 25:
            raise Halted


def test_no_member_has_a_state_in_the_middle_of_an_epoch(digits):
    models = [network(k, optimizer=Halting()) for k in range(3)]
    with pytest.raises(Halted):
        fit_together(models, *digits)
    for model in models:
        with pytest.raises(BadInput, match="within an epoch"):
            model.checkpoint()


PARAMS = {"layers": 1, "hidden_units": 32, "activation": "relu", "optimizer": "adam", "batch_size": 32}
SHAPE = TableShape(1400, 64, 10)


@pytest.mark.parametrize(
    ("change", "are_kin"),
    [
        ({"learning_rate": 0.5, "l2": 0.1, "dropout": 0.2}, True),
        ({"batch_size": 64}, False),
        ({"hidden_units": 33}, False),
        ({"activation": "tanh"}, False),
        ({"optimizer": "sgd", "momentum": 0.9}, False),
    ],
)
def test_kin_are_networks_of_one_shape_batch_size_and_optimizer(change, are_kin):
    family, usual = get("mlp"), {**PARAMS, "learning_rate": 0.1, "l2": 0.0, "dropout": 0.0}
    assert (family.stack_key(usual, SHAPE).key == family.stack_key({**usual, **change}, SHAPE).key) is are_kin


def test_large_networks_long_epochs_and_minimizers_train_alone():
    family = get("mlp")
    assert family.stack_key({**PARAMS, "learning_rate": 0.1}, SHAPE).most > 1
    assert family.stack_key({**PARAMS, "hidden_units": 1000, "learning_rate": 0.1}, SHAPE).most == 1
    assert family.stack_key({**PARAMS, "learning_rate": 0.1}, TableShape(400_000, 64, 10)).most == 1
    assert family.stack_key({**PARAMS, "optimizer": "lbfgs"}, SHAPE).most == 1
