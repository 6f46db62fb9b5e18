"""The progress bar says in words what it shows, and only what there is."""

from __future__ import annotations

import pytest

from gui.views.segmented_progress import Counts, SegmentedProgress


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(budget=20), "0 of 20 trials done"),
        (Counts(waiting=1, budget=20), "0 of 20 trials done; 1 waiting"),
        (Counts(complete=3, running=2, budget=20), "3 of 20 trials done: 3 complete; 2 running"),
        (Counts(complete=3, running=2, is_paused=True), "3 trials done: 3 complete; 2 paused"),
        (Counts(complete=3, pruned=4, stopped=4), "7 trials done: 3 complete, 4 stopped by hand"),
        (Counts(pruned=4, stopped=1, failed=2), "6 trials done: 3 pruned, 1 stopped by hand, 2 failed"),
    ],
)
def test_what_is_shown_is_said(qtbot, counts, said):
    bar = SegmentedProgress()
    qtbot.addWidget(bar)
    bar.show_counts(counts)
    assert bar.accessibleDescription() == said
