"""Each rule against its paper's equations written out plainly, and against PyTorch where it is installed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.errors import UserFault
from engine.optimizers import (
    CMAES,
    LBFGS,
    SGD,
    Adadelta,
    Adafactor,
    AdaGrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    GradientDescent,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    RAdam,
    RandomSearch,
    RMSProp,
    Rprop,
    get,
    names,
)
from engine.options import describe

SCALE = np.array([0.3, 1.0, 2.5, 0.01, 4.0])
START = np.array([1.0, -2.0, 0.5, 3.0, -0.1])
STEPS = 200


def slope(weights, step):
    return SCALE * weights + 0.3 * np.cos(0.7 * step + np.arange(5.0))


def ours(optimizer):
    weights = START.copy()
    for step in range(STEPS):
        optimizer.step(weights, slope(weights, step))
    return weights


def descend(lr, decay):
    w = START.copy()
    for t in range(STEPS):
        w = w - lr * (slope(w, t) + decay * w)
    return w


def rolling(lr, mu, decay, *, nesterov=False, dampening=0.0):
    w, v = START.copy(), None
    for t in range(STEPS):
        g = slope(w, t) + decay * w
        v = g if v is None else mu * v + (1 - dampening) * g
        w = w - lr * (g + mu * v if nesterov else v)
    return w


def adagrad(lr, rho, decay):
    w, s = START.copy(), np.zeros(5)
    for t in range(1, STEPS + 1):
        g = slope(w, t - 1) + decay * w
        s = s + g * g
        w = w - lr / (1 + (t - 1) * rho) * g / (np.sqrt(s) + 1e-10)
    return w


def rmsprop(lr, alpha, mu, *, centered):
    w, s, m, b = START.copy(), np.zeros(5), np.zeros(5), np.zeros(5)
    for t in range(STEPS):
        g = slope(w, t)
        s = alpha * s + (1 - alpha) * g * g
        m = alpha * m + (1 - alpha) * g
        b = mu * b + g / (np.sqrt(s - m * m if centered else s) + 1e-8)
        w = w - lr * b
    return w


def adam(lr, b1, b2, *, decay=0.0, decoupled=False, amsgrad=False):
    w, m, v, top = START.copy(), np.zeros(5), np.zeros(5), np.zeros(5)
    for t in range(1, STEPS + 1):
        g = slope(w, t - 1)
        if decoupled:
            w = w - lr * decay * w
        else:
            g = g + decay * w
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        top = np.maximum(top, v)
        used = top if amsgrad else v
        w = w - lr / (1 - b1**t) * m / (np.sqrt(used) / math.sqrt(1 - b2**t) + 1e-8)
    return w


def nadam(lr, b1, b2, psi):
    w, m, v, product = START.copy(), np.zeros(5), np.zeros(5), 1.0
    for t in range(1, STEPS + 1):
        g = slope(w, t - 1)
        mu = b1 * (1 - 0.5 * 0.96 ** (t * psi))
        nxt = b1 * (1 - 0.5 * 0.96 ** ((t + 1) * psi))
        product *= mu
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        mean = nxt * m / (1 - product * nxt) + (1 - mu) * g / (1 - product)
        w = w - lr * mean / (np.sqrt(v / (1 - b2**t)) + 1e-8)
    return w


def lion(lr, b1, b2, decay):
    w, m = START.copy(), np.zeros(5)
    for t in range(STEPS):
        g = slope(w, t)
        w = w - lr * (np.sign(b1 * m + (1 - b1) * g) + decay * w)
        m = b2 * m + (1 - b2) * g
    return w


def radam(lr, b1, b2, decay):
    w, m, v = START.copy(), np.zeros(5), np.zeros(5)
    longest = 2 / (1 - b2) - 1
    for t in range(1, STEPS + 1):
        g = slope(w, t - 1) + decay * w
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        mean = m / (1 - b1**t)
        rho = longest - 2 * t * b2**t / (1 - b2**t)
        if rho > 5:
            r = math.sqrt((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho))
            mean = mean * r * math.sqrt(1 - b2**t) / (np.sqrt(v) + 1e-8)
        w = w - lr * mean
    return w


def adamax(lr, b1, b2, decay):
    w, m, u = START.copy(), np.zeros(5), np.zeros(5)
    for t in range(1, STEPS + 1):
        g = slope(w, t - 1) + decay * w
        m = b1 * m + (1 - b1) * g
        u = np.maximum(b2 * u, np.abs(g) + 1e-8)
        w = w - lr / (1 - b1**t) * m / u
    return w


def adadelta(lr, rho, decay):
    w, s, u = START.copy(), np.zeros(5), np.zeros(5)
    for t in range(STEPS):
        g = slope(w, t) + decay * w
        s = rho * s + (1 - rho) * g * g
        move = np.sqrt(u + 1e-6) / np.sqrt(s + 1e-6) * g
        u = rho * u + (1 - rho) * move * move
        w = w - lr * move
    return w


def rprop(lr, minus, plus, largest):
    w, before, sizes = START.copy(), np.zeros(5), np.full(5, lr)
    for t in range(STEPS):
        g = slope(w, t)
        turned, kept = g * before < 0, g * before > 0
        sizes = np.clip(np.where(kept, sizes * plus, np.where(turned, sizes * minus, sizes)), 1e-6, largest)
        g = np.where(turned, 0.0, g)
        w, before = w - np.sign(g) * sizes, g
    return w


def adafactor(lr, decay):
    w, v = START.copy(), np.zeros(5)
    for t in range(1, STEPS + 1):
        g = slope(w, t - 1)
        alpha = max(1e-3, math.sqrt(np.mean(w * w))) * min(lr, 1 / math.sqrt(t))
        w = w * (1 - lr * decay)
        v = v + t**-0.8 * (g * g - v)
        u = g / np.sqrt(np.maximum(v, np.finfo(float).eps ** 2))
        w = w - alpha * u / max(1.0, math.sqrt(np.mean(u * u)))
    return w


PAPER = {
    "gradient descent": (GradientDescent(lr=0.05, weight_decay=0.1), lambda: descend(0.05, 0.1)),
    "sgd": (SGD(lr=0.02), lambda: descend(0.02, 0.0)),
    "sgd with momentum": (SGD(lr=0.02, momentum=0.9, weight_decay=0.01), lambda: rolling(0.02, 0.9, 0.01)),
    "sgd with dampening": (
        SGD(lr=0.02, momentum=0.9, dampening=0.2),
        lambda: rolling(0.02, 0.9, 0.0, dampening=0.2),
    ),
    "sgd with nesterov": (
        SGD(lr=0.02, momentum=0.9, nesterov=True),
        lambda: rolling(0.02, 0.9, 0.0, nesterov=True),
    ),
    "momentum": (Momentum(lr=0.02, weight_decay=0.01), lambda: rolling(0.02, 0.9, 0.01)),
    "nesterov": (Nesterov(lr=0.02, weight_decay=0.01), lambda: rolling(0.02, 0.9, 0.01, nesterov=True)),
    "adagrad": (AdaGrad(lr=0.1, lr_decay=0.01, weight_decay=0.01), lambda: adagrad(0.1, 0.01, 0.01)),
    "rmsprop": (RMSProp(lr=0.01), lambda: rmsprop(0.01, 0.99, 0.0, centered=False)),
    "rmsprop centred with momentum": (
        RMSProp(lr=0.01, momentum=0.7, centered=True),
        lambda: rmsprop(0.01, 0.99, 0.7, centered=True),
    ),
    "adam": (Adam(lr=0.02), lambda: adam(0.02, 0.9, 0.999)),
    "adam with decay": (Adam(lr=0.02, weight_decay=0.1), lambda: adam(0.02, 0.9, 0.999, decay=0.1)),
    "amsgrad": (AMSGrad(lr=0.02, beta2=0.9), lambda: adam(0.02, 0.9, 0.9, amsgrad=True)),
    "adamw": (AdamW(lr=0.02, weight_decay=0.1), lambda: adam(0.02, 0.9, 0.999, decay=0.1, decoupled=True)),
    "nadam": (NAdam(lr=0.02), lambda: nadam(0.02, 0.9, 0.999, 4e-3)),
    "radam": (RAdam(lr=0.02, weight_decay=0.01), lambda: radam(0.02, 0.9, 0.999, 0.01)),
    "radam with short memory": (RAdam(lr=0.02, beta2=0.7), lambda: radam(0.02, 0.9, 0.7, 0.0)),
    "adamax": (Adamax(lr=0.02, weight_decay=0.01), lambda: adamax(0.02, 0.9, 0.999, 0.01)),
    "adadelta": (Adadelta(weight_decay=0.01), lambda: adadelta(1.0, 0.9, 0.01)),
    "rprop": (Rprop(lr=0.02, eta_minus=0.4, eta_plus=1.3, largest=0.5), lambda: rprop(0.02, 0.4, 1.3, 0.5)),
    "adafactor": (Adafactor(lr=0.05, weight_decay=0.1), lambda: adafactor(0.05, 0.1)),
    "lion": (Lion(lr=0.01, weight_decay=0.1), lambda: lion(0.01, 0.9, 0.99, 0.1)),
}


@pytest.mark.parametrize("name", PAPER)
def test_two_hundred_steps_follow_the_paper(name):
    optimizer, reference = PAPER[name]
    assert np.allclose(ours(optimizer.fresh()), reference(), rtol=0, atol=1e-9)


def torch_counterpart(torch, name, parameters):
    make = torch.optim
    return {
        "gradient descent": lambda: make.SGD(parameters, lr=0.05, weight_decay=0.1),
        "sgd": lambda: make.SGD(parameters, lr=0.02),
        "sgd with momentum": lambda: make.SGD(parameters, lr=0.02, momentum=0.9, weight_decay=0.01),
        "sgd with dampening": lambda: make.SGD(parameters, lr=0.02, momentum=0.9, dampening=0.2),
        "sgd with nesterov": lambda: make.SGD(parameters, lr=0.02, momentum=0.9, nesterov=True),
        "momentum": lambda: make.SGD(parameters, lr=0.02, momentum=0.9, weight_decay=0.01),
        "nesterov": lambda: make.SGD(parameters, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.01),
        "adagrad": lambda: make.Adagrad(parameters, lr=0.1, lr_decay=0.01, weight_decay=0.01),
        "rmsprop": lambda: make.RMSprop(parameters, lr=0.01),
        "rmsprop centred with momentum": lambda: make.RMSprop(parameters, lr=0.01, momentum=0.7, centered=True),
        "adam": lambda: make.Adam(parameters, lr=0.02),
        "adam with decay": lambda: make.Adam(parameters, lr=0.02, weight_decay=0.1),
        "amsgrad": lambda: make.Adam(parameters, lr=0.02, betas=(0.9, 0.9), amsgrad=True),
        "adamw": lambda: make.AdamW(parameters, lr=0.02, weight_decay=0.1),
        "nadam": lambda: make.NAdam(parameters, lr=0.02),
        "radam": lambda: make.RAdam(parameters, lr=0.02, weight_decay=0.01),
        "radam with short memory": lambda: make.RAdam(parameters, lr=0.02, betas=(0.9, 0.7)),
        "adamax": lambda: make.Adamax(parameters, lr=0.02, weight_decay=0.01),
        "adadelta": lambda: make.Adadelta(parameters, weight_decay=0.01),
        "rprop": lambda: make.Rprop(parameters, lr=0.02, etas=(0.4, 1.3), step_sizes=(1e-6, 0.5)),
        "adafactor": lambda: make.Adafactor(parameters, lr=0.05, weight_decay=0.1),
    }[name]()


@pytest.mark.parametrize("name", [name for name in PAPER if name != "lion"])  # PyTorch has no Lion
def test_two_hundred_steps_follow_pytorch(name):
    torch = pytest.importorskip("torch")
    weights = torch.tensor(START.copy(), requires_grad=True)
    theirs = torch_counterpart(torch, name, [weights])
    for step in range(STEPS):
        weights.grad = torch.tensor(slope(weights.detach().numpy(), step))
        theirs.step()
    assert np.allclose(ours(PAPER[name][0].fresh()), weights.detach().numpy(), rtol=0, atol=1e-6)


DECAYED = {
    "adam": (Adam(lr=0.02, weight_decay=0.1), "Adam", {"weight_decay": 0.1}),
    "adam with averages of its own": (
        Adam(lr=0.02, beta1=0.8, beta2=0.95, epsilon=1e-3),
        "Adam",
        {"betas": (0.8, 0.95), "eps": 1e-3},
    ),
    "adamw": (AdamW(lr=0.02, weight_decay=0.3), "AdamW", {"weight_decay": 0.3}),
    "amsgrad": (AMSGrad(lr=0.02, weight_decay=0.1), "Adam", {"weight_decay": 0.1, "amsgrad": True}),
    "nadam": (NAdam(lr=0.02, weight_decay=0.1), "NAdam", {"weight_decay": 0.1}),
    "rmsprop": (RMSProp(lr=0.02, weight_decay=0.1), "RMSprop", {"weight_decay": 0.1}),
    "rmsprop, centred, with momentum": (
        RMSProp(lr=0.02, weight_decay=0.1, momentum=0.5, centered=True),
        "RMSprop",
        {"weight_decay": 0.1, "momentum": 0.5, "centered": True},
    ),
    "adagrad": (AdaGrad(lr=0.02, weight_decay=0.1), "Adagrad", {"weight_decay": 0.1}),
    "nesterov": (Nesterov(lr=0.02, weight_decay=0.1), "SGD", {"weight_decay": 0.1, "momentum": 0.9, "nesterov": True}),
    "sgd": (SGD(lr=0.02, weight_decay=0.1), "SGD", {"weight_decay": 0.1}),
}


@pytest.mark.parametrize("name", DECAYED)
def test_weight_decay_and_averages_follow_pytorch_for_two_hundred_steps(name):
    torch = pytest.importorskip("torch")
    mine, rule, settings = DECAYED[name]
    weights = torch.tensor(START.copy(), requires_grad=True)
    theirs = getattr(torch.optim, rule)([weights], lr=0.02, **settings)
    for step in range(STEPS):
        weights.grad = torch.tensor(slope(weights.detach().numpy(), step))
        theirs.step()
    assert np.allclose(ours(mine.fresh()), weights.detach().numpy(), rtol=0, atol=1e-6)


CHANGING = {
    "adam": (Adam, "Adam", {}),
    "adamw": (AdamW, "AdamW", {"weight_decay": 1e-2}),
    "amsgrad": (AMSGrad, "Adam", {"amsgrad": True}),
    "nadam": (NAdam, "NAdam", {}),
}


def betas_of(step):
    return (0.9, 0.999) if step < 50 else (0.5, 0.99) if step < 120 else (0.95, 0.9)


@pytest.mark.parametrize("name", CHANGING)
def test_betas_may_change_between_steps_as_in_pytorch(name):
    torch = pytest.importorskip("torch")
    rule, counterpart, settings = CHANGING[name]
    weights, theirs_weights, optimizer = START.copy(), torch.tensor(START.copy(), requires_grad=True), rule(lr=0.02)
    theirs = getattr(torch.optim, counterpart)([theirs_weights], lr=0.02, **settings)
    for step in range(STEPS):
        optimizer.beta1, optimizer.beta2 = theirs.param_groups[0]["betas"] = betas_of(step)
        optimizer.step(weights, slope(weights, step))
        theirs_weights.grad = torch.tensor(slope(theirs_weights.detach().numpy(), step))
        theirs.step()
    assert np.allclose(weights, theirs_weights.detach().numpy(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", CHANGING)
def test_betas_of_a_stack_may_change_between_steps(name):
    rule = CHANGING[name][0]
    members = [rule(lr=0.02), rule(lr=0.02, beta1=0.7, beta2=0.98)]
    stack, rows = rule.stack(members), np.array([START, -START])
    alone = rows.copy()
    for step in range(40):
        if step == 20:
            stack.beta1, stack.beta2 = np.array([[0.5], [0.8]]), np.array([[0.9], [0.95]])
            members[0].beta1, members[0].beta2 = 0.5, 0.9
            members[1].beta1, members[1].beta2 = 0.8, 0.95
        stack.step(rows, np.array([slope(row, step) for row in rows]))
        for member, row in zip(members, alone, strict=True):
            member.step(row, slope(row, step))
    assert np.allclose(rows, alone, rtol=0, atol=1e-12)


def test_lbfgs_ends_where_pytorchs_does():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    A, b = rng.normal(size=(40, 5)), rng.normal(size=40)

    def squares(w):
        return 0.5 * float((A @ w - b) @ (A @ w - b)), A.T @ (A @ w - b)

    weights, theirs = START.copy(), torch.tensor(START.copy(), requires_grad=True)
    LBFGS().minimize(squares, weights, 200)
    optimizer = torch.optim.LBFGS([theirs], max_iter=200, tolerance_change=1e-14, line_search_fn="strong_wolfe")

    def closure():
        value, gradient = squares(theirs.detach().numpy())
        theirs.grad = torch.tensor(gradient)
        return torch.tensor(value, dtype=torch.float64)

    optimizer.step(closure)
    assert np.allclose(weights, theirs.detach().numpy(), rtol=0, atol=1e-6)


def test_adams_first_step_moves_every_weight_by_the_learning_rate():
    weights = np.zeros(3)
    Adam(lr=0.01).step(weights, np.array([5.0, -0.2, 1e-3]))
    assert np.allclose(weights, [-0.01, 0.01, -0.01], rtol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9, 0.99])
def test_centred_rmsprop_stays_finite_however_long_a_gradient_is_constant(dtype, alpha):
    weights, gradients = np.zeros(5, dtype), np.array([1.0, 0.3, 0.1, 1e-3, 7.0], dtype)
    optimizer = RMSProp(alpha=alpha, centered=True)
    for _ in range(4000):
        optimizer.step(weights, gradients)
    assert np.isfinite(weights).all()


def test_centred_rmsprop_goes_on_from_a_state_that_holds_the_mean_square_itself():
    optimizer, weights = RMSProp(centered=True), START.copy()
    s, m = np.zeros(5), np.zeros(5)
    for step in range(20):
        g = slope(weights, step)
        s, m = 0.99 * s + 0.01 * g * g, 0.99 * m + 0.01 * g
        optimizer.step(weights, g)
    earlier = {"steps": 20, "lr": 0.01, "gain": 1.0, "squares": s, "mean": m, "velocity": np.zeros(5)}
    other, twin = RMSProp(centered=True), weights.copy()
    other.restore(earlier)
    for step in range(20, 40):
        optimizer.step(weights, slope(weights, step))
        other.step(twin, slope(twin, step))
    assert np.allclose(weights, twin, rtol=0, atol=1e-12)


def test_lion_leaves_a_weight_without_gradient_where_it_is():
    weights = np.ones(2)
    Lion(lr=0.1).step(weights, np.array([0.0, 1.0]))
    assert np.array_equal(weights, [1.0, 0.9])


def test_lbfgs_finds_rosenbrocks_minimum():
    def rosenbrock(w):
        value = 100 * (w[1] - w[0] ** 2) ** 2 + (1 - w[0]) ** 2
        return value, np.array([-400 * w[0] * (w[1] - w[0] ** 2) - 2 * (1 - w[0]), 200 * (w[1] - w[0] ** 2)])

    weights = np.array([-1.2, 1.0])
    seen = []
    used = LBFGS().minimize(rosenbrock, weights, 200, report=lambda step, now: seen.append(step))
    assert np.allclose(weights, [1.0, 1.0], atol=1e-5)
    assert seen == list(range(1, used + 1))


def bowl(w):
    scale = 10.0 ** np.linspace(0, 2, len(w))
    return float(scale @ (w - 1.0) ** 2), 2.0 * scale * (w - 1.0)


@pytest.mark.parametrize("optimizer", [RandomSearch(tries=100), CMAES()])
def test_methods_without_gradients_find_the_bottom_of_a_bowl(optimizer):
    weights = np.zeros(6)
    assert optimizer.minimize(bowl, weights, 200) == 200
    assert np.allclose(weights, 1.0, atol=1e-3)


def test_cmaes_follows_a_curved_valley():
    def rosenbrock(w):
        return 100 * (w[1] - w[0] ** 2) ** 2 + (1 - w[0]) ** 2, np.zeros(2)

    weights = np.array([-1.2, 1.0])
    CMAES(seed=1).minimize(rosenbrock, weights, 200)
    assert np.allclose(weights, 1.0, atol=1e-3)


@pytest.mark.parametrize("optimizer", [RandomSearch(), CMAES()])
def test_methods_without_gradients_repeat_themselves_with_the_same_seed(optimizer):
    first, second = np.zeros(4), np.zeros(4)
    optimizer.fresh().minimize(bowl, first, 5)
    optimizer.fresh().minimize(bowl, second, 5)
    assert np.array_equal(first, second)


def test_cmaes_refuses_models_too_large_for_its_matrix():
    with pytest.raises(UserFault, match="at most 600 weights"):
        CMAES().minimize(bowl, np.zeros(601), 1)


@pytest.mark.parametrize("optimizer", [LBFGS(), RandomSearch(), CMAES()])
def test_minimizers_refuse_single_steps(optimizer):
    with pytest.raises(UserFault, match="single steps"):
        optimizer.step(np.ones(3), np.ones(3))


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(UserFault, match="momentum"):
        SGD(nesterov=True)


def test_the_registry_lists_every_optimizer_by_its_file():
    first = "adadelta adafactor adagrad adam adamax adamw amsgrad cmaes gradient_descent lbfgs lion momentum muon nadam"
    assert names() == (*first.split(), "nesterov", "radam", "random_search", "rmsprop", "rprop", "sgd")
    assert get("adam") is Adam
    assert get("amsgrad") is AMSGrad


@pytest.mark.parametrize("name", names())
def test_a_rules_documentation_tells_every_setting_with_its_default(name):
    rule = get(name)
    for setting in describe(rule):
        if setting.name != "adapt":  # told once, where it is
            assert f"``{setting.name}`` = {setting.default!r}" in rule.__doc__


def descend_bowl(optimizer, steps):
    weights = np.array([1.0, -2.0, 0.5])
    for _ in range(steps):
        optimizer.step(weights, 4.0 * weights)  # curvature 4: the best rate is 1/4, above 1/2 it diverges
    return float(np.abs(weights).max()), optimizer


def test_an_adapted_rate_grows_from_far_too_small_towards_the_best():
    plain, _ = descend_bowl(GradientDescent(lr=1e-3), 300)
    adapted, optimizer = descend_bowl(GradientDescent(lr=1e-3, adapt=0.05), 300)
    assert adapted < 1e-6 < plain
    assert 0.1 < optimizer.lr * optimizer.lr_factor < 0.5


def test_an_adapted_rate_shrinks_from_one_that_would_diverge():
    plain, _ = descend_bowl(GradientDescent(lr=0.6), 100)
    adapted, optimizer = descend_bowl(GradientDescent(lr=0.6, adapt=0.05), 100)
    assert plain > 1e6
    assert adapted < 1e-3
    assert optimizer.lr * optimizer.lr_factor < 0.5
