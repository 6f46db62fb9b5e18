"""Whether another computer can work for this one, and what differs there."""

from __future__ import annotations

from collections.abc import Mapping

from engine.applying.environment import environment
from engine.execution.remote.messages import HostReady


def version_problem(ready: HostReady) -> str:
    """Why a computer with another Twinloop cannot work for this one; empty where it can."""
    here, there = environment()["Twinloop"], ready.environment.get("Twinloop", "")
    if here == there:
        return ""
    return f"{ready.name} has Twinloop {there or 'of an unknown version'}, this computer {here}: install the same."


def environment_differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """What is installed there in another version, or not at all; a score may differ in its last digits."""
    said = []
    for name, version in here.items():
        other = there.get(name)
        if name in {"cores", "system"} or other == version:
            continue
        if other is None:
            said.append(f"{name} is not installed there.")
        elif name != "Python" or other.split(".")[:2] != version.split(".")[:2]:
            said.append(f"{name} is {other} there and {version} here; scores may differ a little.")
    return said
