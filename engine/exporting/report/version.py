"""The version of the program that writes a report."""

from engine.applying.environment import environment


def version() -> str:
    """As ``twinloop --version`` says it."""
    return environment()["Twinloop"]
