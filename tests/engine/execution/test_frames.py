"""Frames arrive once each and in order, whichever answers are lost on the way."""

import random

import pytest

from engine.execution.remote import frames
from engine.execution.remote.frames import SentFrames, TakenFrames


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_lost_frames_arrive_once_and_in_order(seed):
    turns = random.Random(seed).choices(["add", "sent", "answer lost", "not sent"], k=60)
    sent, taken, arrived, added = SentFrames(), TakenFrames(), [], []
    for turn in [*turns, "sent"]:
        if turn == "add":
            added.append(b"%d" % len(added))
            sent.add(added[-1])
            continue
        first, packed, _ = sent.pack()
        if turn != "not sent":
            arrived += taken.unpack(first, packed)
        if turn == "sent":
            sent.drop(taken.last)
    assert arrived == added
    assert not sent
    assert sent.waiting_bytes == 0


def test_what_is_too_much_for_one_way_goes_in_several(monkeypatch):
    monkeypatch.setattr(frames, "LARGEST_PACK", 10)
    sent = SentFrames()
    for frame in (b"x" * 30, b"y" * 6, b"z" * 4, b"w"):
        sent.add(frame)
    packs = []
    while sent:
        first, packed, is_all = sent.pack()
        packs.append((first, len(packed), is_all))
        sent.drop(first + len(packed) - 1)
    assert packs == [(1, 1, False), (2, 2, False), (4, 1, True)]
