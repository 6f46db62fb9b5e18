"""Quantum-inspired search: :mod:`engine.samplers.quantum_inspired.sampler` is where it begins."""

from engine.samplers.quantum_inspired.sampler import QuantumInspiredOptions, QuantumInspiredSampler

__all__ = ["QuantumInspiredOptions", "QuantumInspiredSampler"]
