"""Optimizers: one file each, listed by :func:`names`; schedules and clipping beside them."""

from engine.optimizers.base import Optimizer
from engine.registry import Registry

registry: Registry[Optimizer] = Registry(
    __name__,
    "optimizer",
    Optimizer,
    skip=("base", "blocks", "clipping", "minimizer", "schedules"),
)
names = registry.names
get = registry.get

# The members register themselves, so the registry must exist before they load.
from engine.optimizers.adadelta import Adadelta  # noqa: E402
from engine.optimizers.adafactor import Adafactor  # noqa: E402
from engine.optimizers.adagrad import AdaGrad  # noqa: E402
from engine.optimizers.adam import Adam  # noqa: E402
from engine.optimizers.adamax import Adamax  # noqa: E402
from engine.optimizers.adamw import AdamW  # noqa: E402
from engine.optimizers.amsgrad import AMSGrad  # noqa: E402
from engine.optimizers.cmaes import CMAES  # noqa: E402
from engine.optimizers.gradient_descent import GradientDescent  # noqa: E402
from engine.optimizers.lbfgs import LBFGS  # noqa: E402
from engine.optimizers.lion import Lion  # noqa: E402
from engine.optimizers.minimizer import Minimizer  # noqa: E402
from engine.optimizers.momentum import Momentum  # noqa: E402
from engine.optimizers.muon import Muon  # noqa: E402
from engine.optimizers.nadam import NAdam  # noqa: E402
from engine.optimizers.nesterov import Nesterov  # noqa: E402
from engine.optimizers.radam import RAdam  # noqa: E402
from engine.optimizers.random_search import RandomSearch  # noqa: E402
from engine.optimizers.rmsprop import RMSProp  # noqa: E402
from engine.optimizers.rprop import Rprop  # noqa: E402
from engine.optimizers.sgd import SGD  # noqa: E402

__all__ = [
    "CMAES",
    "LBFGS",
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adadelta",
    "Adafactor",
    "Adam",
    "AdamW",
    "Adamax",
    "GradientDescent",
    "Lion",
    "Minimizer",
    "Momentum",
    "Muon",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RAdam",
    "RMSProp",
    "RandomSearch",
    "Rprop",
    "get",
    "names",
    "registry",
]
