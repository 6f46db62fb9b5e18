"""The parts of :mod:`tests.helpers.habits`: true tables, the habits they are written in, and the judge of a reading."""
