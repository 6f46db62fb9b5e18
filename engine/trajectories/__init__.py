"""Races of optimizers: their paths from one start over a surface, and over the losses of one network."""
