"""Workers go to the computer with the largest share of its places free, and wait where there is none."""

from engine.execution.remote.machine import Machine
from engine.execution.remote.placing import Placing


def test_workers_are_spread_by_how_full_a_computer_is_and_the_last_one_waits():
    sent = []
    machines = [Machine(name, lambda message, name=name: sent.append(name)) for name in ("small", "large")]
    placing = Placing()
    for machine, capacity in zip(machines, (1, 3), strict=True):
        placing.add(machine, capacity)
    for number in range(5):
        placing.start_worker(number, lambda worker, message: None)
    assert sent == ["small", "large", "large", "large"]
    assert placing.capacity() == 4
    more = Machine("more", lambda message: sent.append("more"))
    placing.add(more, 2)
    assert sent[4:] == ["more"]


def test_the_emptier_of_two_computers_is_next():
    sent = []
    machines = [Machine(name, lambda message, name=name: sent.append(name)) for name in ("first", "second")]
    placing = Placing()
    for machine in machines:
        placing.add(machine, 2)
    for number in range(4):
        placing.start_worker(number, lambda worker, message: None)
    assert sent == ["first", "second", "first", "second"]
