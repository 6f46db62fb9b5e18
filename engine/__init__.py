"""Twinloop's engine: search spaces, studies, samplers, training. It never imports Qt."""

__version__ = "0.1.0"
