"""A stack whose members differ in any one setting moves each of them as alone: in single precision to the bit.

In double precision within rounding, since NumPy's powers of arrays differ from Python's in the last digit.
"""

import numpy as np
import pytest

from engine.optimizers import (
    SGD,
    Adadelta,
    Adafactor,
    AdaGrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    Muon,
    NAdam,
    Nesterov,
    RAdam,
    RMSProp,
    Rprop,
)

DIFFERING = {
    "lr": (0.01, 0.02, 0.001),
    "beta1": (0.8, 0.9, 0.85),
    "beta2": (0.99, 0.999, 0.9),
    "alpha": (0.9, 0.99, 0.95),
    "momentum": (0.5, 0.9, 0.2),
    "dampening": (0.1, 0.2, 0.3),
    "epsilon": (1e-8, 1e-6, 1e-4),
    "momentum_decay": (1e-3, 4e-3, 1e-2),
    "lr_decay": (0.1, 0.01, 0.001),
    "weight_decay": (0.1, 0.01, 0.001),
    "adapt": (0.01, 0.02, 0.03),
    "rho": (0.9, 0.8, 0.99),
    "eta_minus": (0.5, 0.6, 0.3),
    "eta_plus": (1.2, 1.1, 1.5),
    "smallest": (1e-6, 1e-3, 1e-2),
    "largest": (0.01, 0.1, 50.0),
    "beta2_decay": (-0.8, -0.5, -0.9),
    "floor": (1e-3, 1e-2, 10.0),
    "clip_threshold": (1.0, 1.2, 2.0),
}
RULES = (Adam, AdamW, AMSGrad, NAdam, RMSProp, AdaGrad, Lion, SGD, Momentum, Nesterov, RAdam, Adamax, Adadelta, Rprop)
WHOLE = (Adafactor, Muon)  # that look at matrices
PAIRS = [(rule, name) for rule in (*RULES, *WHOLE) for name in DIFFERING if name in rule.__dataclass_fields__]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("rule", "name"), PAIRS, ids=lambda value: getattr(value, "__name__", value))
def test_members_move_as_alone(rule, name, dtype):
    usual = {"momentum": 0.9} if rule is SGD else {}
    members = [rule(**{**usual, "lr": 0.01, name: value}) for value in DIFFERING[name]]
    rng = np.random.default_rng(7)
    weights = rng.normal(size=(3, 40)).astype(dtype)
    gradients, each = np.zeros_like(weights), [(row.copy(), np.zeros_like(row)) for row in weights]
    for member in members:
        member.arrange(((4,), (4, 6), (6,), (6, 1)))
    stack = rule.stack(members)
    for _ in range(6):
        gradients[:] = rng.normal(size=gradients.shape)
        stack.step(weights, gradients)
        for member, gradient, (own, room) in zip(members, gradients, each, strict=True):
            room[:] = gradient
            member.step(own, room)
    alone = np.array([own for own, _ in each])
    if dtype is np.float32:
        assert np.array_equal(weights, alone)
    else:
        np.testing.assert_allclose(weights, alone, rtol=1e-13)
