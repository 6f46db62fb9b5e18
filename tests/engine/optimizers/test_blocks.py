"""Rules that look at matrices: as PyTorch's on matrices and vectors, alone and in a stack; and within a model."""

import numpy as np
import pytest

from engine.errors import UserFault
from engine.learners import MLP, fit_together
from engine.optimizers import Adafactor, AdamW, Muon
from engine.optimizers.muon import orthogonal

SHAPES = ((4,), (7, 4), (4, 3), (3,), (1, 3), (3, 1))
SIZE = 4 + 28 + 12 + 3 + 3 + 3
STEPS = 200


def start():
    return np.random.default_rng(0).normal(size=SIZE)


def slope(weights, step):
    return np.linspace(0.1, 2.0, SIZE) * weights + 0.3 * np.cos(0.7 * step + np.arange(SIZE))


def ours(optimizer):
    optimizer.arrange(SHAPES)
    weights = start()
    for step in range(STEPS):
        optimizer.step(weights, slope(weights, step))
    return weights


def blocks(flat):
    found, at = [], 0
    for shape in SHAPES:
        size = int(np.prod(shape))
        found.append(flat[at : at + size].reshape(shape))
        at += size
    return found


def theirs(torch, make):
    """The same with PyTorch, whose matrices are (out, in)."""
    parameters = [torch.tensor(block.T.copy(), requires_grad=True) for block in blocks(start())]
    optimizer = make(parameters)
    for step in range(STEPS):
        flat = np.concatenate([p.detach().numpy().T.ravel() for p in parameters])
        for p, g in zip(parameters, blocks(slope(flat, step)), strict=True):
            p.grad = torch.tensor(g.T.copy())
        optimizer.step()
    return np.concatenate([p.detach().numpy().T.ravel() for p in parameters])


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        ({}, {}),
        ({"lr": 0.05, "weight_decay": 0.1}, {"lr": 0.05, "weight_decay": 0.1}),
        (
            {"beta2_decay": -0.5, "epsilon": 1e-4, "floor": 0.5, "clip_threshold": 1.1},
            {"beta2_decay": -0.5, "eps": (1e-4, 0.5), "d": 1.1},
        ),
    ],
)
def test_adafactor_follows_pytorch(settings, given):
    torch = pytest.importorskip("torch")
    expected = theirs(torch, lambda parameters: torch.optim.Adafactor(parameters, **given))
    assert np.allclose(ours(Adafactor(**settings)), expected, rtol=0, atol=1e-6)


class Both:
    """PyTorch's Muon for matrices and its AdamW for vectors, since it takes no vectors."""

    def __init__(self, torch, parameters, given, betas=(0.9, 0.95)):
        matrices = [p for p in parameters if p.ndim == 2]
        vectors = [p for p in parameters if p.ndim == 1]
        rest = {"lr": given.get("lr", 1e-3), "weight_decay": given.get("weight_decay", 0.1)}
        self.all = [
            torch.optim.Muon(matrices, **given),
            torch.optim.AdamW(vectors, betas=betas, eps=1e-10, **rest),
        ]

    def step(self):
        for one in self.all:
            one.step()


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        ({}, {}),
        (
            {"lr": 2e-3, "weight_decay": 0.3, "momentum": 0.8, "nesterov": False},
            {"lr": 2e-3, "weight_decay": 0.3, "momentum": 0.8, "nesterov": False},
        ),
        ({"lr": 0.01, "match_adamw": True}, {"lr": 0.01, "adjust_lr_fn": "match_rms_adamw"}),
    ],
)
def test_muon_follows_pytorch(settings, given, monkeypatch):
    torch = pytest.importorskip("torch")
    if not hasattr(torch.optim, "Muon"):
        pytest.skip("this PyTorch has no Muon")
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda tensor: tensor.clone())  # or it rounds to three digits
    expected = theirs(torch, lambda parameters: Both(torch, parameters, given))
    assert np.allclose(ours(Muon(**settings)), expected, rtol=0, atol=1e-6)


def test_muon_turns_a_matrix_nearly_orthogonal():
    X = np.random.default_rng(0).normal(size=(3, 8, 5))
    for one in orthogonal(X / np.linalg.norm(X, axis=(1, 2), keepdims=True)):
        assert np.all(np.abs(np.linalg.svd(one, compute_uv=False) - 0.95) < 0.3)


def test_a_matrix_of_zero_gradient_stays_finite():
    for optimizer in (Muon(), Adafactor()):
        optimizer.arrange(((4, 5),))
        weights = np.ones(20)
        optimizer.step(weights, np.zeros(20))
        assert np.isfinite(weights).all()


def test_vectors_alone_move_by_adamw():
    mine, other = start(), start()
    muon, adamw = Muon(lr=0.02), AdamW(lr=0.02, weight_decay=0.1, beta2=0.95, epsilon=1e-10)
    for step in range(STEPS):
        muon.step(mine, slope(mine, step))
        adamw.step(other, slope(other, step))
    assert np.allclose(mine, other, rtol=0, atol=1e-9)


@pytest.mark.parametrize("rule", [Muon, Adafactor])
def test_a_restored_state_goes_on_where_the_matrices_were(rule):
    first, second, weights = rule(), rule(), start()
    for optimizer in (first, second):
        optimizer.arrange(SHAPES)
    for step in range(5):
        first.step(weights, slope(weights, step))
    second.restore(first.state())
    twin = weights.copy()
    for step in range(5, 9):
        first.step(weights, slope(weights, step))
        second.step(twin, slope(twin, step))
    assert np.array_equal(weights, twin)


def test_shapes_that_do_not_fit_the_weights_are_refused():
    optimizer = Muon()
    optimizer.arrange(((2, 3),))
    with pytest.raises(UserFault, match="6 weights and was given 7"):
        optimizer.step(np.ones(7), np.ones(7))


@pytest.mark.parametrize("rule", ["muon", "adafactor", "radam", "adamax", "adadelta", "rprop"])
def test_a_model_trains_with_it_and_sees_its_matrices(rule):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 6))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    model = MLP(hidden=(16, 8), optimizer=rule, epochs=60, random_state=0).fit(X, y)
    loss = model.history_["train_loss"]
    assert loss[-1] < loss[0]
    again = MLP(hidden=(16, 8), optimizer=rule, epochs=60, random_state=0).fit(X, y)
    assert np.array_equal(model.weights_, again.weights_)


@pytest.mark.parametrize("rule", [Muon, Adafactor])
def test_models_trained_together_see_their_own_matrices(rule):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 6))
    y = (X[:, 0] > 0).astype(int)

    def models():
        return [
            MLP(hidden=(8,), optimizer=rule(lr=0.01 * (1 + k)), epochs=4, dtype="float64", random_state=k)
            for k in range(3)
        ]

    stacked = models()
    fit_together(stacked, X, y)
    for one, other in zip(stacked, [model.fit(X, y) for model in models()], strict=True):
        assert np.allclose(one.weights_, other.weights_, rtol=0, atol=1e-9)
