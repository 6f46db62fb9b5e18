"""Each optimizer keeps the contract that all share."""

from __future__ import annotations

from engine.optimizers import (
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
    Muon,
    NAdam,
    Nesterov,
    RAdam,
    RMSProp,
    Rprop,
)
from tests.contracts.optimizer_contract import OptimizerContract


class TestGradientDescent(OptimizerContract):
    def make(self):
        return GradientDescent(lr=0.05, weight_decay=0.1)


class TestSGD(OptimizerContract):
    def make(self):
        return SGD(lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.01)


class TestSGDWithDampening(OptimizerContract):
    def make(self):
        return SGD(lr=0.05, momentum=0.8, dampening=0.3)


class TestMomentum(OptimizerContract):
    def make(self):
        return Momentum(lr=0.02)


class TestNesterov(OptimizerContract):
    def make(self):
        return Nesterov(lr=0.02, weight_decay=0.01)


class TestAdaGrad(OptimizerContract):
    def make(self):
        return AdaGrad(lr=0.1, lr_decay=0.01)


class TestRMSProp(OptimizerContract):
    def make(self):
        return RMSProp(lr=0.01, momentum=0.5, centered=True)


class TestAdam(OptimizerContract):
    def make(self):
        return Adam(lr=0.01, weight_decay=0.01)


class TestAMSGrad(OptimizerContract):
    def make(self):
        return AMSGrad(lr=0.01)


class TestAdamW(OptimizerContract):
    def make(self):
        return AdamW(lr=0.01)


class TestNAdam(OptimizerContract):
    def make(self):
        return NAdam(lr=0.01)


class TestRAdam(OptimizerContract):
    def make(self):
        return RAdam(lr=0.01, weight_decay=0.01)


class TestAdamax(OptimizerContract):
    def make(self):
        return Adamax(lr=0.01)


class TestAdadelta(OptimizerContract):
    def make(self):
        return Adadelta(weight_decay=0.01)


class TestRprop(OptimizerContract):
    def make(self):
        return Rprop(lr=0.01)


class TestAdafactor(OptimizerContract):
    def make(self):
        return Adafactor(lr=0.02, weight_decay=0.01)


class TestMuon(OptimizerContract):
    def make(self):
        return Muon(lr=0.01)


class TestLion(OptimizerContract):
    def make(self):
        return Lion(lr=0.003, weight_decay=0.1)


class TestAdamThatAdaptsItsRate(OptimizerContract):
    def make(self):
        return Adam(lr=0.01, adapt=0.05)


class TestSGDThatAdaptsItsRate(OptimizerContract):
    def make(self):
        return SGD(lr=0.02, momentum=0.5, adapt=0.05)
