"""Optimizers: one file each, listed by :func:`names`; schedules and clipping beside them."""

from engine.optimizers.adadelta import Adadelta
from engine.optimizers.adafactor import Adafactor
from engine.optimizers.adagrad import AdaGrad
from engine.optimizers.adam import Adam
from engine.optimizers.adamax import Adamax
from engine.optimizers.adamw import AdamW
from engine.optimizers.amsgrad import AMSGrad
from engine.optimizers.base import Optimizer, registry
from engine.optimizers.cmaes import CMAES
from engine.optimizers.gradient_descent import GradientDescent
from engine.optimizers.lbfgs import LBFGS
from engine.optimizers.lion import Lion
from engine.optimizers.minimizer import Minimizer
from engine.optimizers.momentum import Momentum
from engine.optimizers.muon import Muon
from engine.optimizers.nadam import NAdam
from engine.optimizers.nesterov import Nesterov
from engine.optimizers.radam import RAdam
from engine.optimizers.random_search import RandomSearch
from engine.optimizers.rmsprop import RMSProp
from engine.optimizers.rprop import Rprop
from engine.optimizers.sgd import SGD

names = registry.names
get = registry.get

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
